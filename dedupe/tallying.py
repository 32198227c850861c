"""Kernels of the incremental index: count candidates over fetched posting lists, verify a list of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.grams import FACT_KEY, POPULAR_KEY
from dedupe.kernel import kernel
from dedupe.pairing import find, needed_of, verify
from dedupe.passes import FACT_HIT, Tally

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.pairing import Bench, Documents, Found

    Ints = npt.NDArray[np.int64]


_SPREAD, _SPREAD_SHIFT = np.int64(0x1E3779B97F4A7C15), 24


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


class Traits(NamedTuple):
    """Number of base keys and identities of new and of stored documents, and the part of keys that candidates share."""

    new_bases: npt.NDArray[np.int32]
    new_identities: Ints
    stored_bases: npt.NDArray[np.int32]
    stored_identities: Ints
    least_shared: float


@kernel
def number_members(members: Ints, table: npt.NDArray[np.int32], unique: Ints, numbers: npt.NDArray[np.int32]) -> int:
    """Number different members as they come: `unique` gets them, `numbers` the number of each; returns how many,
    or one more than `unique` has room for.

    `table` is open-addressed, full of -1, a power of two long and at least twice as long as `unique`. Sorting so many
    members instead takes several times as long.
    """
    mask, n = len(table) - 1, 0
    for p in range(len(members)):
        member = members[p]
        place = ((member * _SPREAD) >> _SPREAD_SHIFT) & mask
        while table[place] >= 0 and unique[table[place]] != member:
            place = (place + 1) & mask
        if table[place] < 0:
            if n == len(unique):
                return n + 1
            table[place] = n
            unique[n] = member
            n += 1
        numbers[p] = table[place]
    return n


@kernel
def count_members(i: int, lists: Lists, traits: Traits, tally: Tally) -> None:
    """Count the shared keys of new document i with stored ones."""
    identity = traits.new_identities[i]
    for k in range(lists.ends[i], lists.ends[i + 1]):
        hit = FACT_HIT if lists.keys[k] & FACT_KEY else 1
        is_popular = (lists.keys[k] & POPULAR_KEY) != 0 and identity != 0
        number = lists.lists[k]
        for p in range(lists.list_ends[number], lists.list_ends[number + 1]):
            j = lists.members[p]
            if is_popular and traits.stored_identities[j] not in (0, identity):
                continue
            if tally.counts[j] == 0:
                tally.touched[tally.size[0]] = j
                tally.size[0] += 1
            tally.counts[j] += hit


@kernel
def collect(lists: Lists, traits: Traits, out: Candidates) -> int:
    """Write all candidate pairs to `out` (as many as fit); returns how many there are."""
    stored = len(traits.stored_bases)
    tally = Tally(np.zeros(stored, np.int32), np.empty(stored, np.int32), np.zeros(1, np.int64))
    n = 0
    for i in range(len(lists.ends) - 1):
        count_members(i, lists, traits, tally)
        for t in range(tally.size[0]):
            j = tally.touched[t]
            needed = needed_of(min(traits.new_bases[i], traits.stored_bases[j]), traits.least_shared)
            if tally.counts[j] >= needed:
                if n < len(out.new):
                    out.new[n], out.stored[n], out.counts[n] = i, j, tally.counts[j]
                n += 1
            tally.counts[j] = 0
        tally.size[0] = 0
    return n


@kernel
def verify_list(pairs: npt.NDArray[np.int32], docs: Documents, bench: Bench, found: Found) -> None:
    """Verify pairs (shape (n, 2)) that are still apart."""
    for k in range(len(pairs)):
        i, j = int(pairs[k, 0]), int(pairs[k, 1])
        if find(bench.parents, i) != find(bench.parents, j):
            verify(docs, i, j, bench, found)
