"""Opens the stored link index for whoever only asks: without what linking needs, a look-up starts in half the time."""

from __future__ import annotations

import json

from dedupe.parameters import Parameters
from dedupe.stored import HEADER_PAGE, WEIGHTS_PAGE, StoredIndex
from dedupe.weights import Weights
from pipeline.store.database import Store
from pipeline.store.linkindex import SqliteBuckets

PARAMETERS = Parameters()


def open_stored(store: Store) -> StoredIndex | None:
    """The stored index; None where there is none, or it was made with other parameters."""
    buckets = SqliteBuckets(store)
    weights = _stored_weights(buckets)
    if weights is None:
        return None
    try:
        return StoredIndex(buckets, PARAMETERS, weights)
    except ValueError:
        # Made by another version of the rules: the next linking makes it anew.
        return None


def _stored_weights(buckets: SqliteBuckets) -> Weights | None:
    """The stored table. The desk opens the index for each question, and the table is 1.5 MB of which unpacking takes
    60 ms: it is read once, and known again by the version that stands in the index's little header."""
    header = buckets.read([HEADER_PAGE]).get(HEADER_PAGE)
    version = "" if header is None else str(json.loads(header)["weights"])
    known = _unpacked.get(version)
    if known is None:
        page = buckets.read([WEIGHTS_PAGE]).get(WEIGHTS_PAGE)
        if page is None:
            return None
        known = Weights.from_bytes(page)
        _unpacked.clear()
        _unpacked[known.version] = known
    return known


# The table read last, by its version.
_unpacked: dict[str, Weights] = {}
