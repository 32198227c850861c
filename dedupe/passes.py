"""Kernels of the two passes over posting lists.

Together they are exact, whatever the order of documents: the first verifies neighbours in each posting list, which
joins most of what belongs together; the second looks at every candidate pair that is still apart. A pair whose
documents are joined already is skipped: its link could not change what is connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.grams import FACT_KEY, POPULAR_KEY
from dedupe.kernel import kernel
from dedupe.pairing import (
    DOCUMENT_BITS,
    DOCUMENT_MASK,
    find,
    may_meet,
    needed_of,
    share_enough,
    shared_needed,
    verify,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.pairing import Bench, Documents, Found

    Ints = npt.NDArray[np.int64]

FACT_HIT = 1 << 12
"""A shared fact counts as so many text keys: enough for any pair."""


@kernel
def chain(postings: Ints, docs: Documents, bench: Bench, found: Found) -> None:
    """First pass: verify neighbours of each posting list (`postings` sorted: key above DOCUMENT_BITS, document)."""
    last = np.full(len(bench.parents), -1, np.int32)
    for p in range(1, len(postings)):
        key = postings[p] >> DOCUMENT_BITS
        if key != postings[p - 1] >> DOCUMENT_BITS:
            continue
        i, j = int(postings[p] & DOCUMENT_MASK), int(postings[p - 1] & DOCUMENT_MASK)
        if last[i] == j or find(bench.parents, i) == find(bench.parents, j) or not may_meet(docs, i, j, key):
            continue
        last[i] = j
        if docs.round_ups[i] or docs.round_ups[j]:
            continue
        if (key & FACT_KEY) or share_enough(docs, i, j, bench.rules):
            verify(docs, i, j, bench, found)


@kernel
def mark_open(postings: Ints, roots: npt.NDArray[np.int32], is_open: npt.NDArray[np.bool_]) -> int:
    """Mark the postings whose list still holds several trees; returns how many."""
    start, count = 0, 0
    for p in range(1, len(postings) + 1):
        if p < len(postings) and postings[p] >> DOCUMENT_BITS == postings[start] >> DOCUMENT_BITS:
            continue
        root = roots[postings[start] & DOCUMENT_MASK]
        several = False
        for q in range(start, p):
            several = several or roots[postings[q] & DOCUMENT_MASK] != root
        if several:
            is_open[start:p] = True
            count += p - start
        start = p
    return count


class Tally(NamedTuple):
    """Counts of shared keys with one document: `counts` by document, `touched` documents, their number in `size`."""

    counts: npt.NDArray[np.int32]
    touched: npt.NDArray[np.int32]
    size: Ints


class Lists(NamedTuple):
    """Sorted postings, and for each the bounds of whom it meets (int32): its list is heads[p] to tails[p], and its
    document may meet (see may_meet) those from heads[p] to middles[p] and from lows[p] to highs[p].

    Documents are numbered by identity, so that in each list those without one come first and equal ones together.
    """

    postings: Ints
    heads: npt.NDArray[np.int32]
    tails: npt.NDArray[np.int32]
    middles: npt.NDArray[np.int32]
    lows: npt.NDArray[np.int32]
    highs: npt.NDArray[np.int32]


@kernel
def bound(lists: Lists, identities: Ints) -> None:
    """Fill in the bounds of all postings."""
    head = 0
    for p in range(1, len(lists.postings) + 1):
        key = lists.postings[head] >> DOCUMENT_BITS
        if p < len(lists.postings) and lists.postings[p] >> DOCUMENT_BITS == key:
            continue
        lists.heads[head:p], lists.tails[head:p] = head, p
        lists.middles[head:p], lists.lows[head:p], lists.highs[head:p] = p, p, p
        if key & POPULAR_KEY:
            bound_names(lists, head, p, identities)
        head = p


@kernel
def bound_names(lists: Lists, head: int, tail: int, identities: Ints) -> None:
    """The bounds of those with an identity in the list of a popular key."""
    unknown = head
    while unknown < tail and identities[lists.postings[unknown] & DOCUMENT_MASK] == 0:
        unknown += 1
    low = unknown
    while low < tail:
        identity, high = identities[lists.postings[low] & DOCUMENT_MASK], low + 1
        while high < tail and identities[lists.postings[high] & DOCUMENT_MASK] == identity:
            high += 1
        lists.middles[low:high], lists.lows[low:high], lists.highs[low:high] = unknown, low, high
        low = high


@kernel
def place_together(lists: Lists, anchors: npt.NDArray[np.int32]) -> None:
    """Give each document the head of the longest list that it is in.

    Who shares it asks the same others: one after the other, they find them in the processor's cache.
    """
    longest = np.zeros(len(anchors), np.int32)
    for p in range(len(lists.postings)):
        i, size = int(lists.postings[p] & DOCUMENT_MASK), lists.tails[p] - lists.heads[p]
        if size > longest[i]:
            longest[i], anchors[i] = size, lists.heads[p]


@kernel
def add_to(tally: Tally, j: int, key: int) -> None:
    """Count one shared key with document j."""
    if tally.counts[j] == 0:
        tally.touched[tally.size[0]] = j
        tally.size[0] += 1
    tally.counts[j] += FACT_HIT if key & FACT_KEY else 1


class Ranked(NamedTuple):
    """What the second pass asks of each posting, one after the other in memory: its document, the rank of the tree
    that this is in, and how many shared keys the document asks for (see needed_of)."""

    documents: npt.NDArray[np.int32]
    ranks: npt.NDArray[np.int32]
    needs: npt.NDArray[np.int32]


@kernel
def tally_stretch(stretch: tuple[int, int], asker: int, rest: int, ranked: Ranked, tally: Tally) -> None:
    """Count the documents of postings[stretch] whose tree ranks above that of posting `asker`.

    A pair that needs more shared keys than `rest`, the number of lists that the asker has still to look at (FACT_HIT
    for the list of a fact), was met in an earlier list or is no candidate.
    """
    rank, everyone = ranked.ranks[asker], ranked.needs[asker] <= rest
    hit = FACT_HIT if rest == FACT_HIT else 1
    for p in range(stretch[0], stretch[1]):
        if ranked.ranks[p] <= rank:
            continue
        j = ranked.documents[p]
        if tally.counts[j] > 0:
            tally.counts[j] += hit
        elif everyone or ranked.needs[p] <= rest:
            tally.touched[tally.size[0]] = j
            tally.size[0] += 1
            tally.counts[j] = hit


@kernel
def ask_all(i: int, docs: Documents, bench: Bench, tally: Tally, found: Found) -> None:
    """Verify the tallied candidates of i, the likeliest first, and empty the tally."""
    if tally.size[0] == 0:
        return
    best = 0
    for t in range(tally.size[0]):
        if tally.counts[tally.touched[t]] > tally.counts[tally.touched[best]]:
            best = t
    for t in range(-1, tally.size[0]):
        j = int(tally.touched[best if t < 0 else t])
        if tally.counts[j] >= shared_needed(docs, i, j, bench.rules) and find(bench.parents, i) != find(
            bench.parents, j
        ):
            verify(docs, i, j, bench, found)
        if t >= 0:
            tally.counts[j] = 0
    tally.size[0] = 0


@kernel
def rank_trees(lists: Lists, docs: Documents, bench: Bench) -> Ranked:
    """Ranks of the trees of all postings: each pair of trees is asked from the smaller one, so that few ask the many
    of a viral cluster."""
    n = len(bench.parents)
    sizes, ranks = np.zeros(n, np.int64), np.zeros(n, np.int32)
    for i in range(n):
        sizes[find(bench.parents, i)] += 1
    place = np.zeros(n, np.int32)
    place[np.argsort(sizes)] = np.arange(n).astype(np.int32)
    for i in range(n):
        ranks[i] = place[find(bench.parents, i)]
    size = len(lists.postings)
    ranked = Ranked(np.zeros(size, np.int32), np.zeros(size, np.int32), np.zeros(size, np.int32))
    for p in range(size):
        i = int(lists.postings[p] & DOCUMENT_MASK)
        ranked.documents[p], ranked.ranks[p] = i, ranks[i]
        ranked.needs[p] = needed_of(docs.bases[i], bench.rules.least_shared)
    return ranked


@kernel
def find_tops(lists: Lists, ranked: Ranked) -> npt.NDArray[np.int32]:
    """The highest rank in each list, at its head: the members of that tree ask nobody in it."""
    tops = np.zeros(len(lists.heads), np.int32)
    for p in range(len(lists.heads)):
        tops[lists.heads[p]] = max(tops[lists.heads[p]], ranked.ranks[p])
    return tops


@kernel
def tally_document(lists: Lists, postings: Ints, order: tuple[Ranked, npt.NDArray[np.int32]], tally: Tally) -> None:
    """Count one document, given by its postings, those in the shortest lists first, against all whom it asks."""
    ranked, tops = order
    for s in range(len(postings)):
        at = postings[s]
        if ranked.ranks[at] == tops[lists.heads[at]]:
            continue
        is_fact = ((lists.postings[at] >> DOCUMENT_BITS) & FACT_KEY) != 0
        rest = FACT_HIT if is_fact else len(postings) - s
        tally_stretch((lists.heads[at], lists.middles[at]), at, rest, ranked, tally)
        tally_stretch((lists.lows[at], lists.highs[at]), at, rest, ranked, tally)


@kernel
def complete(lists: Lists, order: Ints, docs: Documents, bench: Bench, found: Found) -> None:
    """Second pass over open lists: every pair that is apart is asked.

    `order` sorts the postings by document, and each document's by the length of their lists: the longest come last,
    where they matter only to those that need few shared keys.
    """
    ranked = rank_trees(lists, docs, bench)
    tops = find_tops(lists, ranked)
    n = len(bench.parents)
    tally = Tally(np.zeros(n, np.int32), np.zeros(n + 1, np.int32), np.zeros(1, np.int64))
    start = 0
    for t in range(1, len(order) + 1):
        i = int(ranked.documents[order[start]])
        if t == len(order) or ranked.documents[order[t]] != i:
            tally_document(lists, order[start:t], (ranked, tops), tally)
            ask_all(i, docs, bench, tally, found)
            start = t
