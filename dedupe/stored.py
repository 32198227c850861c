"""What a look-up needs of a stored index: its header, posting lists and documents. Nothing here writes or compiles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dedupe.craft import Craft
from dedupe.pages import page_bits, unpack_documents, unpack_postings
from dedupe.parameters import Parameters
from dedupe.reading import Reading
from dedupe.store import BucketStore
from dedupe.weights import Weights

Ints = npt.NDArray[np.int64]
HEADER_PAGE, WEIGHTS_PAGE = -1, -2


class StoredIndex:
    """An index in a `BucketStore`, to be read. What it holds was made with one `Parameters` and one `Weights`.

    Raises:
        ValueError: the store holds an index made with others.
    """

    def __init__(self, store: BucketStore, parameters: Parameters, weights: Weights) -> None:
        self.store, self.craft = store, Craft(parameters, weights)
        header = {"parameters": parameters.name, "weights": weights.version}
        stored = store.read([HEADER_PAGE]).get(HEADER_PAGE)
        if stored is None:
            self._header: dict[str, Any] = {**header, "main": 0, "recent": 0, "documents": 0}
        else:
            self._header = json.loads(stored)
            different = [key for key, value in header.items() if self._header[key] != value]
            if different:
                raise ValueError(f"the stored index was made with other {' and '.join(different)}")

    @property
    def documents(self) -> int:
        """How many documents are stored."""
        return int(self._header["documents"])

    def read(self, doc_ids: Sequence[int]) -> Reading:
        """Stored documents, for `clusters.cluster`.

        Raises:
            KeyError: one is not stored.
        """
        return unpack_documents(doc_ids, self.store.read_documents(list(doc_ids)))

    def find_postings(self, keys: Ints, most: int | None = None) -> tuple[Ints, Ints]:
        """Documents of sorted unique keys, list after list, and the length of each list (cut to `most`)."""
        bits, buckets = page_bits(self.craft.parameters.buckets), self.craft.parameters.buckets
        pages, starts = np.unique(keys >> bits, return_index=True)
        stops = np.append(starts, len(keys))[1:]
        blobs = self.store.read([*pages.tolist(), *(pages + buckets).tolist()])
        rests = (keys & ((1 << bits) - 1)).astype(np.uint32)
        slices: list[list[Ints]] = [[] for _ in range(len(keys))]
        counts = np.zeros(len(keys), np.int64)
        for page, start, stop in zip(pages.tolist(), starts.tolist(), stops.tolist(), strict=True):
            for number in (page, page + buckets):
                data = blobs.get(number)
                if not data:
                    continue
                page_keys, page_ids = unpack_postings(data)
                low = np.searchsorted(page_keys, rests[start:stop], "left").tolist()
                high = np.searchsorted(page_keys, rests[start:stop], "right").tolist()
                for k in range(stop - start):
                    if high[k] > low[k]:
                        chosen = page_ids[low[k] : high[k]][:most]
                        slices[start + k].append(chosen)
                        counts[start + k] += len(chosen)
        found = [part for parts in slices for part in parts]
        return np.concatenate(found) if found else np.zeros(0, np.int64), counts
