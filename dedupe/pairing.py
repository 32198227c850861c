"""Kernels that walk postings, verify candidates and join them.

Two passes make the result exact, whatever the order of documents: the first verifies neighbours in each posting list,
which joins most of what belongs together; the second looks at every candidate pair that is still apart. A pair whose
documents are joined already is skipped: its link could not change what is connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.compare import compare_facts
from dedupe.grams import FACT_KEY, POPULAR_KEY, load_grams, share_grams, table_mask
from dedupe.judge import CONFLICT, HOUSEHOLD, NONE, ROUND_UP, Share, decide, is_hopeless, jaccard_of, score_of
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays
    from dedupe.grams import GramWeights, Scratch
    from dedupe.judge import Rules

    Ints = npt.NDArray[np.int64]

DOCUMENT_BITS = 24
_DOCUMENT_MASK = (1 << DOCUMENT_BITS) - 1
_FACT_HIT = 1 << 12
MOST_CONFLICTS, MOST_ASIDE = 2, 60
"""Conflict links, and household and round-up links, kept for one document of a pass."""


class Documents(NamedTuple):
    """What verification reads. `keys` are sorted in each document; see `sketching.Sketched` for the rest."""

    codes: npt.NDArray[np.int32]
    ends: Ints
    totals: npt.NDArray[np.float32]
    bases: npt.NDArray[np.int32]
    keys: Ints
    key_ends: Ints
    facts: FactArrays
    identities: Ints
    round_ups: npt.NDArray[np.bool_]


class Bench(NamedTuple):
    """The rules and the working memory of verification."""

    rules: Rules
    evidence: Evidence
    weights: GramWeights
    scratch: Scratch
    loaded: Ints
    parents: npt.NDArray[np.int32]
    aside: npt.NDArray[np.uint8]


class Found(NamedTuple):
    """Links found so far: flat arrays and `count` (1)."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    scores: npt.NDArray[np.float32]
    contained: npt.NDArray[np.float32]
    shared: npt.NDArray[np.int32]
    agreed: npt.NDArray[np.uint16]
    contradicted: npt.NDArray[np.uint16]
    count: Ints  # type: ignore[assignment]  # hides tuple.count, which nobody wants here


@kernel
def find(parents: npt.NDArray[np.int32], i: int) -> int:
    """The root of i, halving the path."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = int(parents[i])
    return i


@kernel
def join(parents: npt.NDArray[np.int32], i: int, j: int) -> None:
    """Join the two trees under the smaller root."""
    a, b = find(parents, i), find(parents, j)
    if a < b:
        parents[b] = a
    else:
        parents[a] = b


@kernel
def count_shared(docs: Documents, i: int, j: int) -> int:
    """Number of text keys that two documents share."""
    p, p_end = docs.key_ends[i], docs.key_ends[i + 1]
    q, q_end = docs.key_ends[j], docs.key_ends[j + 1]
    shared = 0
    while p < p_end and q < q_end:
        a, b = docs.keys[p], docs.keys[q]
        shared += a == b
        p += a <= b
        q += b <= a
    return shared


@kernel
def shared_needed(docs: Documents, i: int, j: int, rules: Rules) -> int:
    """How many text keys make a candidate pair of i and j."""
    return max(1, int(np.ceil(rules.least_shared * min(docs.bases[i], docs.bases[j]))))


@kernel
def share_texts(docs: Documents, i: int, j: int, bench: Bench) -> Share:
    """What the texts of i and j share; i's 3-grams stay loaded for the next question."""
    if bench.loaded[0] != i:
        load_grams(docs.codes, docs.ends[i], docs.ends[i + 1], bench.weights, bench.scratch)
        bench.loaded[0] = i
    mask = table_mask(docs.ends[i + 1] - docs.ends[i])
    weight, count = share_grams(docs.codes, docs.ends[j], docs.ends[j + 1], mask, bench.scratch)
    shorter = min(docs.ends[i + 1] - docs.ends[i], docs.ends[j + 1] - docs.ends[j])
    return Share(weight, count, float(docs.totals[i]), float(docs.totals[j]), shorter, 0.0)


@kernel
def verify(docs: Documents, i: int, j: int, bench: Bench, found: Found) -> int:
    """Decide on a candidate pair, record the link, join what matches; returns the kind."""
    said = compare_facts(docs.facts, i, docs.facts, j, bench.evidence)
    round_up = bool(docs.round_ups[i] or docs.round_ups[j])
    if bench.aside[i] >= MOST_CONFLICTS and is_hopeless(said, round_up, bench.rules):
        return NONE
    share = share_texts(docs, i, j, bench)
    if docs.round_ups[i] and docs.round_ups[j] and jaccard_of(share) >= 0.5:
        round_up = False
    kind = decide(share, said, round_up, bench.rules)
    if kind == NONE:
        return kind
    if kind in (HOUSEHOLD, CONFLICT, ROUND_UP):
        bench.aside[i] = min(bench.aside[i] + 1, 255)
        most = MOST_CONFLICTS if kind == CONFLICT else MOST_ASIDE
        # The last places are kept for matches, of which there are fewer than documents.
        if bench.aside[i] > most or found.count[0] + len(bench.parents) >= len(found.left):
            return kind
    else:
        join(bench.parents, i, j)
    n = found.count[0]
    found.left[n], found.right[n], found.kinds[n] = min(i, j), max(i, j), kind
    found.scores[n], found.contained[n] = (
        score_of(share),
        share.weight / max(min(share.left_total, share.right_total), 1e-9),
    )
    found.shared[n], found.agreed[n], found.contradicted[n] = share.count, said.agree_bits, said.contradict_bits
    found.count[0] = n + 1
    return kind


@kernel
def may_meet(docs: Documents, i: int, j: int, key: int) -> bool:
    """Under a popular key, documents that name different persons do not meet."""
    if (key & POPULAR_KEY) == 0:
        return True
    a, b = docs.identities[i], docs.identities[j]
    return bool(a == 0 or b in (0, a))


@kernel
def chain(postings: Ints, docs: Documents, bench: Bench, found: Found) -> None:
    """First pass: verify neighbours of each posting list (`postings` sorted: key above DOCUMENT_BITS, document)."""
    last = np.full(len(bench.parents), -1, np.int32)
    for p in range(1, len(postings)):
        key = postings[p] >> DOCUMENT_BITS
        if key != postings[p - 1] >> DOCUMENT_BITS:
            continue
        i, j = int(postings[p] & _DOCUMENT_MASK), int(postings[p - 1] & _DOCUMENT_MASK)
        if last[i] == j or find(bench.parents, i) == find(bench.parents, j) or not may_meet(docs, i, j, key):
            continue
        last[i] = j
        if docs.round_ups[i] or docs.round_ups[j]:
            continue
        if (key & FACT_KEY) or count_shared(docs, i, j) >= shared_needed(docs, i, j, bench.rules):
            verify(docs, i, j, bench, found)


@kernel
def mark_open(postings: Ints, roots: npt.NDArray[np.int32], is_open: npt.NDArray[np.bool_]) -> int:
    """Mark the postings whose list still holds several trees; returns how many."""
    start, count = 0, 0
    for p in range(1, len(postings) + 1):
        if p < len(postings) and postings[p] >> DOCUMENT_BITS == postings[start] >> DOCUMENT_BITS:
            continue
        root = roots[postings[start] & _DOCUMENT_MASK]
        several = False
        for q in range(start, p):
            several = several or roots[postings[q] & _DOCUMENT_MASK] != root
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
    """Sorted postings with the bounds of the list that each is in: heads[p] to tails[p] (int32).

    Documents are numbered by identity, so that in each list those without one come first and equal ones together.
    """

    postings: Ints
    heads: npt.NDArray[np.int32]
    tails: npt.NDArray[np.int32]


@kernel
def meeting(lists: Lists, at: int, docs: Documents) -> tuple[int, int, int, int]:
    """Two stretches of the list of posting `at` with all that its document may meet (see may_meet)."""
    head, tail = int(lists.heads[at]), int(lists.tails[at])
    identity = docs.identities[lists.postings[at] & _DOCUMENT_MASK]
    if identity == 0 or ((lists.postings[at] >> DOCUMENT_BITS) & POPULAR_KEY) == 0:
        return head, tail, tail, tail
    unknown = head
    while unknown < tail and docs.identities[lists.postings[unknown] & _DOCUMENT_MASK] == 0:
        unknown += 1
    low, high = at, at + 1
    while low > unknown and docs.identities[lists.postings[low - 1] & _DOCUMENT_MASK] == identity:
        low -= 1
    while high < tail and docs.identities[lists.postings[high] & _DOCUMENT_MASK] == identity:
        high += 1
    return head, unknown, low, high


@kernel
def add_to(tally: Tally, j: int, key: int) -> None:
    """Count one shared key with document j."""
    if tally.counts[j] == 0:
        tally.touched[tally.size[0]] = j
        tally.size[0] += 1
    tally.counts[j] += _FACT_HIT if key & FACT_KEY else 1


@kernel
def tally_list(lists: Lists, at: int, docs: Documents, order: tuple[Ints, Ints], tally: Tally) -> None:
    """Count the document of posting `at` against those of its list whose tree has a higher rank: those it asks."""
    ranks, tops = order
    key = lists.postings[at] >> DOCUMENT_BITS
    i = int(lists.postings[at] & _DOCUMENT_MASK)
    if ranks[i] == tops[lists.heads[at]]:
        return
    head, middle, low, high = meeting(lists, at, docs)
    for step in range(middle - head + high - low):
        p = head + step if step < middle - head else low + step - (middle - head)
        j = int(lists.postings[p] & _DOCUMENT_MASK)
        if ranks[i] < ranks[j]:
            add_to(tally, j, key)


@kernel
def ask_all(i: int, docs: Documents, bench: Bench, tally: Tally, found: Found) -> None:
    """Verify the tallied candidates of i, the likeliest first, and empty the tally."""
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
def complete(lists: Lists, order: Ints, docs: Documents, bench: Bench, found: Found) -> None:
    """Second pass over open lists; `order` sorts their postings by document. Every pair that is apart is asked."""
    n = len(bench.parents)
    sizes, ranks = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        sizes[find(bench.parents, i)] += 1
    # Each pair of trees is asked from one side, the smaller: few ask the many of a viral cluster.
    for i in range(n):
        root = find(bench.parents, i)
        ranks[i] = (sizes[root] << 32) | root
    # The members of a list's largest tree ask nobody in it.
    tops = np.zeros(len(lists.heads), np.int64)
    for p in range(len(lists.heads)):
        head = lists.heads[p]
        tops[head] = max(tops[head], ranks[lists.postings[p] & _DOCUMENT_MASK])
    tally = Tally(np.zeros(n, np.int32), np.zeros(n + 1, np.int32), np.zeros(1, np.int64))
    for t in range(len(order)):
        i = int(lists.postings[order[t]] & _DOCUMENT_MASK)
        tally_list(lists, order[t], docs, (ranks, tops), tally)
        is_last = t + 1 == len(order) or int(lists.postings[order[t + 1]] & _DOCUMENT_MASK) != i
        if is_last and tally.size[0]:
            ask_all(i, docs, bench, tally, found)
