"""Kernels that split a connected component in which facts contradict each other.

A post without facts, cut out of a form that several persons filled in, matches all of them and would glue them
together. So inside such a component the best links are followed first, and no link may join contradicting facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.carriers import carries, names_several
from dedupe.compare import compare_facts
from dedupe.judge import EVIDENCE, NONE, contradicts_thinly, is_hopeless, jaccard_of, least_weight, score_of
from dedupe.kernel import kernel
from dedupe.pairing import DOCUMENT_BITS, DOCUMENT_MASK, find, join, kind_of, may_meet, share_texts, shared_needed
from dedupe.passes import add_to, meeting

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays
    from dedupe.judge import Rules
    from dedupe.pairing import Bench, Documents
    from dedupe.passes import Lists, Tally

    Ints = npt.NDArray[np.int64]

MOST_SPEAKERS = 16
NEAR = 64
MOST_EDGES, LIKELIEST_EDGES = 16, 8
"""Links followed from one document of a contested component: half to its likeliest candidates, half to the first of
all and the first with its own name, so that a large case does not fall into cliques of the most alike."""


class Edges(NamedTuple):
    """Verified links in a contested component: `rank` orders them (facts first, then score); `count` (1)."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    ranks: npt.NDArray[np.float64]
    agrees: npt.NDArray[np.float64]
    count: Ints  # type: ignore[assignment]  # hides tuple.count, which nobody wants here


@kernel
def are_apart(said: Comparison, i: int, j: int, ends: Ints, rules: Rules) -> bool:
    """Whether the facts of i and j (`said`; their texts are ends[i]:ends[i + 1] …) contradict each other so much that
    they cannot be one case."""
    against = said.contradict - said.same_person
    if said.identity > 0:
        return bool(against >= 1.5 * rules.conflict)
    if against >= rules.conflict:
        return True
    shorter = min(ends[i + 1] - ends[i], ends[j + 1] - ends[j])
    return bool(shorter < rules.thin_characters and contradicts_thinly(said, rules))


@kernel
def mark_contested(x: FactArrays, members: Ints, ends: Ints, rule: tuple[Evidence, Rules, Ints], out: Ints) -> None:
    """Set out[c] for each component c (members[ends[c]:ends[c + 1]]) with two members apart; `rule` has the ends of
    all texts, too."""
    evidence, rules, text_ends = rule
    for c in range(len(ends) - 1):
        for p in range(ends[c], ends[c + 1]):
            if out[c] or x.ends[members[p]] == x.ends[members[p] + 1]:
                continue
            for q in range(ends[c], p):
                said = compare_facts(x, members[p], x, members[q], evidence)
                if are_apart(said, members[p], members[q], text_ends, rules):
                    out[c] = 1
                    break


@kernel
def tally_near(lists: Lists, at: int, docs: Documents, tally: Tally) -> None:
    """Count the document of posting `at` against the first of its list and those next to it.

    Lists are of one component each, in the order of names and contents: which documents are near depends on nothing
    outside. A viral case has thousands of members in each list, and links to some of them are enough.
    """
    key = lists.postings[at] >> DOCUMENT_BITS
    i = int(lists.postings[at] & DOCUMENT_MASK)
    head, middle, low, high = meeting(lists, at, docs)
    first_end = min(middle, head + NEAR)
    start, stop = max(low if low < high else first_end, at - NEAR, first_end), min(max(high, middle), at + NEAR)
    for step in range(first_end - head + max(stop - start, 0)):
        p = head + step if step < first_end - head else start + step - (first_end - head)
        j = int(lists.postings[p] & DOCUMENT_MASK)
        if i != j and may_meet(docs, i, j, key):
            add_to(tally, j, key)


@kernel
def take_likeliest(tally: Tally) -> int:
    """Remove and return the candidate with the highest count (the smallest document among equals), -1 for none."""
    best = -1
    for t in range(tally.size[0]):
        j = tally.touched[t]
        if best < 0 or tally.counts[j] > tally.counts[best] or (tally.counts[j] == tally.counts[best] and j < best):
            best = int(j)
    if best < 0 or tally.counts[best] <= 0:
        return -1
    tally.counts[best] = -tally.counts[best]
    return best


@kernel
def take_first(tally: Tally, identities: Ints, identity: int) -> int:
    """Remove and return the smallest candidate that is left (with this identity unless that is -1), -1 for none."""
    first = -1
    for t in range(tally.size[0]):
        j = int(tally.touched[t])
        if tally.counts[j] > 0 and (first < 0 or j < first) and identity in (-1, identities[j]):
            first = j
    if first >= 0:
        tally.counts[first] = -tally.counts[first]
    return first


@kernel
def follow(i: int, docs: Documents, bench: Bench, tally: Tally, edges: Edges) -> None:
    """Verify the likeliest candidates of i, keep those that match, and empty the tally."""
    for turn in range(MOST_EDGES):
        if turn < LIKELIEST_EDGES:
            j = take_likeliest(tally)
        else:
            j = take_first(tally, docs.identities, docs.identities[i] if turn % 2 else -1)
        if j < 0 or -tally.counts[j] < shared_needed(docs, i, j, bench.rules):
            continue
        said = compare_facts(docs.facts, i, docs.facts, j, bench.evidence)
        if is_hopeless(said, bool(docs.round_ups[i] or docs.round_ups[j]), bench.rules):
            continue
        least = (
            0.0
            if docs.round_ups[i] or docs.round_ups[j]
            else least_weight(docs.totals[i], docs.totals[j], said, bench.rules)
        )
        share = share_texts(docs, i, j, bench, least)
        both = docs.round_ups[i] and docs.round_ups[j] and jaccard_of(share) >= 0.5
        round_up = bool((docs.round_ups[i] or docs.round_ups[j]) and not both)
        kind = kind_of(docs, (i, j), said, (share, round_up), bench.rules)
        if kind == NONE or kind > EVIDENCE:
            continue
        n = edges.count[0]
        edges.left[n], edges.right[n] = min(i, j), max(i, j)
        edges.ranks[n] = score_of(share) + (2.0 if said.identity > 0 else 0.0) + (1.0 if said.agree >= 3.0 else 0.0)
        edges.agrees[n] = said.agree
        edges.count[0] = n + 1
    for t in range(tally.size[0]):
        tally.counts[tally.touched[t]] = 0
    tally.size[0] = 0


@kernel
def follow_all(lists: Lists, order: Ints, work: tuple[Documents, Bench, Tally], edges: Edges) -> None:
    """The edges of all contested components."""
    docs, bench, tally = work
    for t in range(len(order)):
        i = int(lists.postings[order[t]] & DOCUMENT_MASK)
        tally_near(lists, order[t], docs, tally)
        if t + 1 == len(order) or int(lists.postings[order[t + 1]] & DOCUMENT_MASK) != i:
            follow(i, docs, bench, tally, edges)


@kernel
def carries_any(x: FactArrays, edges: Edges, start: int, end: int) -> bool:
    """Whether the document whose edges are start:end carries what contradicts itself in two others."""
    d = edges.left[start]
    if not names_several(x, d):
        return False
    for p in range(start, end):
        for q in range(p + 1, end):
            if carries(x, d, edges.right[p], edges.right[q]):
                return True
    return False


@kernel
def mark_ambiguous(edges: Edges, bench: Bench, docs: Documents, ambiguity: float, out: npt.NDArray[np.bool_]) -> None:
    """Mark documents whose best link and another, equally supported, lead to contradicting persons, and those that
    carry both.

    `edges` hold each link from both sides, sorted by left document, best first.
    """
    start = 0
    for p in range(1, len(edges.left) + 1):
        if p < len(edges.left) and edges.left[p] == edges.left[start]:
            continue
        d = edges.left[start]
        out[d] = out[d] or carries_any(docs.facts, edges, start, p)
        for q in range(start + 1, p):
            close = edges.ranks[q] >= edges.ranks[start] - ambiguity and edges.agrees[q] >= edges.agrees[start]
            if not close:
                break
            i, j = edges.right[start], edges.right[q]
            if are_apart(compare_facts(docs.facts, i, docs.facts, j, bench.evidence), i, j, docs.ends, bench.rules):
                out[d] = True
                break
        start = p


@kernel
def speakers(a: int, trees: tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]], out: Ints) -> int:
    """Write the first documents of tree a that are not muted; `trees`: circular lists and who is muted in them."""
    chains, muted = trees
    p, n = a, 0
    while n < len(out):
        if not muted[p]:
            out[n] = p
            n += 1
        p = int(chains[p])
        if p == a:
            break
    return n


@kernel
def chains_apart(
    a: int, b: int, trees: tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]], docs: Documents, bench: Bench
) -> bool:
    """Whether more facts of tree a contradict those of tree b than agree with them.

    One garbled copy must not part two halves of a case, nor may one whose facts were lost glue two persons.
    """
    left, right = np.empty(MOST_SPEAKERS, np.int64), np.empty(MOST_SPEAKERS, np.int64)
    n, m = speakers(a, trees, left), speakers(b, trees, right)
    balance = 0
    for p in range(n):
        for q in range(m):
            said = compare_facts(docs.facts, left[p], docs.facts, right[q], bench.evidence)
            if are_apart(said, left[p], right[q], docs.ends, bench.rules):
                balance += 1
            else:
                balance -= said.agree > said.contradict
    return balance > 0


@kernel
def forbidden(a: int, b: int, parents: npt.NDArray[np.int32], apart: Ints) -> bool:
    """Whether a judgement keeps trees a and b apart (`apart`: pairs, shape (n, 2))."""
    for k in range(len(apart)):
        x, y = find(parents, apart[k, 0]), find(parents, apart[k, 1])
        if (x == a and y == b) or (x == b and y == a):
            return True
    return False


@kernel
def merge_best(
    edges: Edges, docs: Documents, bench: Bench, chains: npt.NDArray[np.int32], rule: tuple[Ints, Ints]
) -> None:
    """Join along `edges` in their order unless facts or judgements contradict; the result is in bench.parents.

    `rule`: a hash of each document's facts (0: none), and pairs that a judgement keeps apart, shape (n, 2). A document
    whose facts another of its tree has too is muted: asking it again says nothing new.
    """
    hashes, apart = rule
    muted = hashes == 0
    for e in range(len(edges.left)):
        left, right = edges.left[e], edges.right[e]
        a, b = find(bench.parents, left), find(bench.parents, right)
        if a == b or forbidden(a, b, bench.parents, apart) or chains_apart(a, b, (chains, muted), docs, bench):
            continue
        join(bench.parents, a, b)
        chains[a], chains[b] = chains[b], chains[a]
        if hashes[left] == hashes[right]:
            muted[right] = True
