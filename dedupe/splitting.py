"""Kernels that split a connected component in which facts contradict each other.

A post without facts, cut out of a form that several persons filled in, matches all of them and would glue them
together. So inside such a component the best links are followed first, and no link may join contradicting facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.carriers import carries_any
from dedupe.compare import compare_facts
from dedupe.judge import EVIDENCE, NONE, contradicts_thinly, is_hopeless, jaccard_of, least_weight, rank_of, score_of
from dedupe.kernel import kernel
from dedupe.pairing import DOCUMENT_BITS, DOCUMENT_MASK, find, join, kind_of, share_texts, shared_needed, tell_strangers
from dedupe.passes import add_to
from dedupe.texttrees import fill_in_twice, forbidden, texts_apart

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays
    from dedupe.judge import Rules
    from dedupe.pairing import Bench, Documents
    from dedupe.passes import Lists, Tally

    Ints = npt.NDArray[np.int64]
    Trees = npt.NDArray[np.int32]
    Flags = npt.NDArray[np.bool_]

MOST_SPEAKERS = 16
NEAR = 32
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
def tally_near(lists: Lists, at: int, tally: Tally) -> None:
    """Count the document of posting `at` against the first of its list and those next to it.

    Lists are of one component each, in the order of names and contents: which documents are near depends on nothing
    outside. A viral case has thousands of members in each list, and links to some of them are enough.
    """
    key = lists.postings[at] >> DOCUMENT_BITS
    middle, low, high = int(lists.middles[at]), int(lists.lows[at]), int(lists.highs[at])
    first_end = min(middle, lists.heads[at] + NEAR)
    start, stop = max(low if low < high else first_end, at - NEAR, first_end), min(max(high, middle), at + NEAR)
    for p in range(lists.heads[at], first_end):
        if p != at:
            add_to(tally, int(lists.postings[p] & DOCUMENT_MASK), key)
    for p in range(start, stop):
        if p != at:
            add_to(tally, int(lists.postings[p] & DOCUMENT_MASK), key)


@kernel
def is_likelier(i: int, j: int, tally: Tally) -> bool:
    """Whether candidate i comes before candidate j: it has the higher count, or the same and the smaller number."""
    return bool(tally.counts[i] > tally.counts[j] or (tally.counts[i] == tally.counts[j] and i < j))


@kernel
def rank_likeliest(tally: Tally, out: Ints) -> int:
    """Write the likeliest candidates to `out`, as many as it takes; returns how many."""
    n = 0
    for t in range(tally.size[0]):
        j = int(tally.touched[t])
        if n == len(out) and not is_likelier(j, out[n - 1], tally):
            continue
        at = min(n, len(out) - 1)
        while at > 0 and is_likelier(j, out[at - 1], tally):
            at -= 1
        n = insert(out, n, at, j)
    return n


@kernel
def insert(out: Ints, n: int, at: int, value: int) -> int:
    """Put a value at its place among the first n of `out`; the last one falls off where there is no room."""
    n = min(n + 1, len(out))
    for p in range(n - 1, at, -1):
        out[p] = out[p - 1]
    out[at] = value
    return n


@kernel
def list_first(tally: Tally, identities: Ints, identity: int, out: Ints) -> int:
    """Write the smallest candidates that are left (with this identity unless that is -1); returns how many."""
    n = 0
    for t in range(tally.size[0]):
        j = int(tally.touched[t])
        if tally.counts[j] <= 0 or (n == len(out) and j > out[n - 1]) or identity not in (-1, identities[j]):
            continue
        at = min(n, len(out) - 1)
        while at > 0 and j < out[at - 1]:
            at -= 1
        n = insert(out, n, at, j)
    return n


@kernel
def choose(i: int, identities: Ints, tally: Tally, out: Ints) -> int:
    """Write whom document i asks to `out`: the likeliest, then by turns the first of all and the first of its name.

    Counts of those chosen become negative.
    """
    n = rank_likeliest(tally, out[:LIKELIEST_EDGES])
    for t in range(n):
        tally.counts[out[t]] = -tally.counts[out[t]]
    firsts = np.empty((2, MOST_EDGES - LIKELIEST_EDGES), np.int64)
    sizes = (list_first(tally, identities, -1, firsts[0]), list_first(tally, identities, identities[i], firsts[1]))
    for turn in range(MOST_EDGES - LIKELIEST_EDGES):
        side = turn % 2
        for t in range(sizes[side]):
            j = firsts[side, t]
            if tally.counts[j] > 0:
                tally.counts[j] = -tally.counts[j]
                out[n] = j
                n += 1
                break
    return n


@kernel
def follow(i: int, docs: Documents, bench: Bench, tally: Tally, edges: Edges) -> None:
    """Verify the candidates that i chooses, keep those that match, and empty the tally."""
    chosen = np.empty(MOST_EDGES, np.int64)
    for t in range(choose(i, docs.identities, tally, chosen)):
        j = int(chosen[t])
        if -tally.counts[j] < shared_needed(docs, i, j, bench.rules):
            continue
        said = compare_facts(docs.facts, i, docs.facts, j, bench.evidence)
        either, both = bool(docs.round_ups[i] or docs.round_ups[j]), bool(docs.round_ups[i] and docs.round_ups[j])
        if is_hopeless(said, either, bench.rules):
            continue
        least = 0.0 if either else least_weight(docs.totals[i], docs.totals[j], said, bench.rules)
        share = share_texts(docs, i, j, bench, least)
        round_up = bool(either and not (both and jaccard_of(share) >= 0.5))
        kind = kind_of(docs, (i, j), said, (share, round_up), bench.rules)
        if kind == NONE or kind > EVIDENCE or tell_strangers(docs, i, j, said, bench):
            continue
        n = edges.count[0]
        edges.left[n], edges.right[n] = min(i, j), max(i, j)
        edges.ranks[n] = rank_of(score_of(share), said)
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
        tally_near(lists, order[t], tally)
        if t + 1 == len(order) or int(lists.postings[order[t + 1]] & DOCUMENT_MASK) != i:
            follow(i, docs, bench, tally, edges)


@kernel
def mark_ambiguous(edges: Edges, known: tuple[Bench, Trees], docs: Documents, ambiguity: float, out: Flags) -> None:
    """Mark documents whose best link and another, equally supported, lead to contradicting persons, and those that
    carry both.

    `edges` hold each link from both sides, sorted by left document, best first. `known`: the bench, and by document the
    tree that it stands in already; what is in one tree is one person.
    """
    bench, trees = known
    start = 0
    for p in range(1, len(edges.left) + 1):
        if p < len(edges.left) and edges.left[p] == edges.left[start]:
            continue
        d = edges.left[start]
        out[d] = out[d] or carries_any(docs.facts, edges, (start, p), trees)
        for q in range(start + 1, p):
            close = edges.ranks[q] >= edges.ranks[start] - ambiguity and edges.agrees[q] >= edges.agrees[start]
            if not close:
                break
            i, j = edges.right[start], edges.right[q]
            said = compare_facts(docs.facts, i, docs.facts, j, bench.evidence)
            if trees[i] != trees[j] and (
                are_apart(said, i, j, docs.ends, bench.rules) or fill_in_twice(docs, i, j, said, bench)
            ):
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
        if texts_apart(a, b, chains, docs, bench):
            continue
        join(bench.parents, a, b)
        chains[a], chains[b] = chains[b], chains[a]
        if hashes[left] == hashes[right]:
            muted[right] = True
