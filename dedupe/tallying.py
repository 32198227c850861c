"""Kernels of the incremental index: count candidates over fetched posting lists, verify a list of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.grams import FACT_KEY
from dedupe.kernel import kernel
from dedupe.pairing import find, verify

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.pairing import Bench, Documents, Found

    Ints = npt.NDArray[np.int64]

_FACT_HIT = 1 << 12


class Lists(NamedTuple):
    """Posting lists of the keys of new documents. New document i has the keys keys[ends[i]:ends[i + 1]], whose lists
    are numbered in `lists`; list k holds the stored documents members[list_ends[k]:list_ends[k + 1]] (dense numbers).
    """

    keys: Ints
    ends: Ints
    lists: Ints
    members: npt.NDArray[np.int32]
    list_ends: Ints


class Candidates(NamedTuple):
    """Pairs (new, stored) with enough shared keys, by new document."""

    new: npt.NDArray[np.int32]
    stored: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]


class Bases(NamedTuple):
    """Number of base keys of new and of stored documents, and the part of them that candidates share."""

    new: npt.NDArray[np.int32]
    stored: npt.NDArray[np.int32]
    least_shared: float


@kernel
def count_members(i: int, lists: Lists, counts: npt.NDArray[np.int32], touched: npt.NDArray[np.int32]) -> int:
    """Count the shared keys of new document i with stored ones; returns how many it met."""
    size = 0
    for k in range(lists.ends[i], lists.ends[i + 1]):
        hit = _FACT_HIT if lists.keys[k] & FACT_KEY else 1
        number = lists.lists[k]
        for p in range(lists.list_ends[number], lists.list_ends[number + 1]):
            j = lists.members[p]
            if counts[j] == 0:
                touched[size] = j
                size += 1
            counts[j] += hit
    return size


@kernel
def collect(lists: Lists, bases: Bases, out: Candidates) -> int:
    """Write all candidate pairs to `out` (as many as fit); returns how many there are."""
    counts, touched = np.zeros(len(bases.stored), np.int32), np.empty(len(bases.stored), np.int32)
    n = 0
    for i in range(len(lists.ends) - 1):
        size = count_members(i, lists, counts, touched)
        for t in range(size):
            j = touched[t]
            needed = max(1, int(np.ceil(bases.least_shared * min(bases.new[i], bases.stored[j]))))
            if counts[j] >= needed:
                if n < len(out.new):
                    out.new[n], out.stored[n], out.counts[n] = i, j, counts[j]
                n += 1
            counts[j] = 0
    return n


@kernel
def verify_list(pairs: npt.NDArray[np.int32], docs: Documents, bench: Bench, found: Found) -> None:
    """Verify pairs (shape (n, 2)) that are still apart."""
    for k in range(len(pairs)):
        i, j = int(pairs[k, 0]), int(pairs[k, 1])
        if find(bench.parents, i) != find(bench.parents, j):
            verify(docs, i, j, bench, found)
