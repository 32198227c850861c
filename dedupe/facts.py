"""Facts of a batch: for each document sorted (kind, value) pairs, from the caller and from the text itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

PHONE, ID_NUMBER, PERSON, AGE, ADDRESS, HOUSE_NUMBER, RELATION, PLACE, AUTHOR, SETTLEMENT, WORDING = range(1, 12)
KINDS = (
    "",
    "phone",
    "id_number",
    "person",
    "age",
    "address",
    "house_number",
    "relation",
    "place",
    "author",
    "settlement",
    "wording",
)
VISIBLE = 16
"""Added to a kind when the value was read from the text by dedupe: packed characters or digits, compared fuzzily.
The caller's values are opaque (a keyed hash cut to 64 bits) and are equal or not."""
MOST_FACTS = 48
"""Facts kept of one document; a round-up may have more."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of `len(self)` documents.

    Attributes:
        kinds: uint8, one a fact; values: uint64, one a fact; both sorted by (document, kind, value).
        ends: int64, documents + 1; document d has the facts ends[d]:ends[d + 1].
    """

    kinds: npt.NDArray[np.uint8]
    values: npt.NDArray[np.uint64]
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends) - 1

    @classmethod
    def empty(cls, documents: int) -> Facts:
        """No facts for any of `documents` documents."""
        return cls(np.zeros(0, np.uint8), np.zeros(0, np.uint64), np.zeros(documents + 1, np.int64))

    @classmethod
    def of(cls, documents: Sequence[Iterable[tuple[int, int]]]) -> Facts:
        """From (kind, value) pairs, one iterable a document; doubles are dropped.

        Raises:
            ValueError: a kind is unknown or a value does not fit 64 bits.
        """
        rows = [sorted(set(pairs)) for pairs in documents]
        for kind, value in (pair for row in rows for pair in row):
            if not 0 < kind < len(KINDS) or not 0 <= value < 1 << 64:
                raise ValueError(f"not a fact: kind {kind}, value {value}")
        return cls(
            np.array([kind for row in rows for kind, _ in row], dtype=np.uint8),
            np.array([value for row in rows for _, value in row], dtype=np.uint64),
            np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64),
        )

    def take(self, documents: npt.NDArray[np.int64]) -> Facts:
        """The facts of some documents, in the given order."""
        counts = np.diff(self.ends)[documents]
        ends = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        source = np.repeat(self.ends[:-1][documents] - ends[:-1], counts) + np.arange(ends[-1])
        return Facts(self.kinds[source], self.values[source], ends)


class FactArrays(NamedTuple):
    """The same, as kernels read it: `values` are int64 with the same bits."""

    kinds: npt.NDArray[np.uint8]
    values: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
