"""Kernels that verify one candidate pair and join what matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.alignment import is_aligned
from dedupe.compare import compare_facts
from dedupe.grams import POPULAR_KEY, load_grams, share_grams
from dedupe.judge import (
    CONFLICT,
    EVIDENCE,
    HOUSEHOLD,
    NONE,
    ROUND_UP,
    SIMILAR,
    Share,
    decide,
    guard,
    is_hopeless,
    is_near,
    jaccard_of,
    least_weight,
    score_of,
)
from dedupe.kernel import kernel
from dedupe.strangers import WORDING, are_strangers, part_strangers

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays
    from dedupe.grams import Grams, GramWeights
    from dedupe.judge import Rules
    from dedupe.slots import Slots

    Ints = npt.NDArray[np.int64]

DOCUMENT_BITS = 24
DOCUMENT_MASK = (1 << DOCUMENT_BITS) - 1
MOST_CONFLICTS, MOST_ASIDE = 2, 60
"""Conflict links, and household and round-up links, kept for one document of a pass."""


class Documents(NamedTuple):
    """What verification reads. `keys` are sorted in each document; see `sketching.Sketched` for the rest."""

    codes: npt.NDArray[np.int32]
    ends: Ints
    grams: Grams
    totals: npt.NDArray[np.float32]
    bases: npt.NDArray[np.int32]
    keys: Ints
    key_ends: Ints
    facts: FactArrays
    identities: Ints
    round_ups: npt.NDArray[np.bool_]


class Bench(NamedTuple):
    """The rules and the working memory of verification: `table` holds the grams of document loaded[0] by the shift
    loaded[1]; `parents` are the trees so far, `aside` counts the links of a document that join nothing."""

    rules: Rules
    evidence: Evidence
    slots: Slots
    weights: GramWeights
    table: Grams
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
def needed_of(bases: int, least_shared: float) -> int:
    """How many shared text keys a document with so many base keys asks for; a pair needs the smaller side's number."""
    return max(1, int(np.ceil(least_shared * bases)))


@kernel
def shared_needed(docs: Documents, i: int, j: int, rules: Rules) -> int:
    """How many text keys make a candidate pair of i and j."""
    return needed_of(min(docs.bases[i], docs.bases[j]), rules.least_shared)


@kernel
def share_enough(docs: Documents, i: int, j: int, rules: Rules) -> bool:
    """Whether i and j share enough text keys to be candidates."""
    p, p_end = docs.key_ends[i], docs.key_ends[i + 1]
    q, q_end = docs.key_ends[j], docs.key_ends[j + 1]
    missing = shared_needed(docs, i, j, rules)
    while missing > 0 and missing <= min(p_end - p, q_end - q):
        a, b = docs.keys[p], docs.keys[q]
        missing -= a == b
        p += a <= b
        q += b <= a
    return missing <= 0


@kernel
def share_texts(docs: Documents, i: int, j: int, bench: Bench, least: float) -> Share:
    """What the texts of i and j share, or nothing where that weighs less than `least`; i's 3-grams stay loaded."""
    start, end = docs.ends[i], docs.ends[i + 1]
    shorter = min(end - start, docs.ends[j + 1] - docs.ends[j])
    left_total, right_total = float(docs.totals[i]), float(docs.totals[j])
    if min(left_total, right_total) < least:
        return Share(0.0, 0, left_total, right_total, shorter)
    if bench.loaded[0] != i:
        bench.loaded[0], bench.loaded[1] = i, load_grams(docs.grams[start:end], bench.table)
    missed = 1.001 * right_total + 1.0 - least
    theirs = docs.grams[docs.ends[j] : docs.ends[j + 1]]
    weight, count = share_grams(theirs, bench.weights.squares, missed, bench.loaded[1], bench.table)
    return Share(weight, count, left_total, right_total, shorter)


@kernel
def kind_of(docs: Documents, pair: tuple[int, int], said: Comparison, seen: tuple[Share, bool], rules: Rules) -> int:
    """`decide`, with a second look where texts are near a match; `seen`: what they share, whether one is a round-up.

    What it calls a match may still be a stranger's: see `tell_strangers`.
    """
    share, round_up = seen
    kind = decide(share, said, round_up, rules)
    if kind != NONE or round_up or not is_near(share, said, rules):
        return kind
    i, j = pair
    left, right = docs.codes[docs.ends[i] : docs.ends[i + 1]], docs.codes[docs.ends[j] : docs.ends[j + 1]]
    return guard(SIMILAR, share, said, rules) if is_aligned(left, right, rules.least_aligned) else NONE


@kernel
def tell_strangers(docs: Documents, i: int, j: int, said: Comparison, bench: Bench) -> bool:
    """Whether i and j use one frame for two needs; lists are not asked."""
    if docs.round_ups[i] or docs.round_ups[j]:
        return False
    left, right = docs.codes[docs.ends[i] : docs.ends[i + 1]], docs.codes[docs.ends[j] : docs.ends[j + 1]]
    return are_strangers(left, right, said, (bench.slots, bench.rules))


@kernel
def verify(docs: Documents, i: int, j: int, bench: Bench, found: Found) -> int:
    """Decide on a candidate pair, record the link, join what matches; returns the kind."""
    said = compare_facts(docs.facts, i, docs.facts, j, bench.evidence)
    round_up = bool(docs.round_ups[i] or docs.round_ups[j])
    if bench.aside[i] >= MOST_CONFLICTS and is_hopeless(said, round_up, bench.rules):
        return NONE
    least = 0.0 if round_up else least_weight(docs.totals[i], docs.totals[j], said, bench.rules)
    share = share_texts(docs, i, j, bench, least)
    if docs.round_ups[i] and docs.round_ups[j] and jaccard_of(share) >= 0.5:
        round_up = False
    kind = kind_of(docs, (i, j), said, (share, round_up), bench.rules)
    if kind == NONE:
        return kind
    against = said.contradict_bits
    if kind <= EVIDENCE and tell_strangers(docs, i, j, said, bench):
        kind, against = part_strangers(kind, said), against | WORDING
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
    found.shared[n], found.agreed[n], found.contradicted[n] = share.count, said.agree_bits, against
    found.count[0] = n + 1
    return kind


@kernel
def may_meet(docs: Documents, i: int, j: int, key: int) -> bool:
    """Under a popular key, documents that name different persons do not meet."""
    if (key & POPULAR_KEY) == 0:
        return True
    a, b = docs.identities[i], docs.identities[j]
    return bool(a == 0 or b in (0, a))
