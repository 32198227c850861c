"""Kernels that hold the facts of two documents against each other: agree, nearly, contradict, or nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe import facts
from dedupe.kernel import kernel
from dedupe.numbers import MASKED, PHONE_DIGITS

if TYPE_CHECKING:
    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays

ABSENT, CONTRADICT, NEAR, AGREE = -1, 0, 1, 2
_KIND_COUNT = len(facts.KINDS)
_CHAR = (1 << 21) - 1
_PERSON_V, _PHONE_V, _AGE_V = facts.PERSON + 16, facts.PHONE + 16, facts.AGE + 16
_VISIBLE, _HOUSE_NUMBER, _PHONE = facts.VISIBLE, facts.HOUSE_NUMBER, facts.PHONE


class Comparison(NamedTuple):
    """Summed weights and bit sets (bit k is fact kind k) of what agrees and what contradicts; `identity` is the
    part of `agree` that phones and identity numbers give."""

    agree: float
    contradict: float
    identity: float
    agree_bits: int
    contradict_bits: int


@kernel
def likeness(kind: int, a: int, b: int) -> int:
    """How two values of one kind relate: AGREE, NEAR or CONTRADICT."""
    if a == b:
        return AGREE
    if kind == _PHONE_V:
        return phone_likeness(a, b)
    if kind == _PERSON_V:
        return person_likeness(a, b)
    if kind == _AGE_V and abs(a - b) <= 1:
        return NEAR
    return CONTRADICT


@kernel
def phone_likeness(a: int, b: int) -> int:
    """Visible digits decide: none may differ (and seven must be seen) to agree; up to two are a slip."""
    seen, differ = 0, 0
    for place in range(PHONE_DIGITS):
        x, y = (a >> (4 * place)) & 15, (b >> (4 * place)) & 15
        if MASKED not in (x, y):
            seen += 1
            differ += x != y
    if differ == 0:
        return AGREE if seen >= 7 else NEAR
    return NEAR if differ <= 2 and seen >= 10 else CONTRADICT


@kernel
def person_likeness(a: int, b: int) -> int:
    """Names agree in their first two characters; a name that differs in one other character is a slip."""
    if a >> 21 == b >> 21:
        return AGREE
    same_second = ((a >> 21) & _CHAR) == ((b >> 21) & _CHAR)
    same_third = (a & _CHAR) == (b & _CHAR) and (a & _CHAR) != 0
    return NEAR if same_second or same_third else CONTRADICT


@kernel
def find_kind(x: FactArrays, document: int, kind: int) -> tuple[int, int]:
    """The stretch of the document's facts that has this kind."""
    start, end = x.ends[document], x.ends[document + 1]
    while start < end and x.kinds[start] < kind:
        start += 1
    stop = start
    while stop < end and x.kinds[stop] == kind:
        stop += 1
    return start, stop


@kernel
def compare_kind(x: FactArrays, i: int, y: FactArrays, j: int, kind: int) -> int:
    """ABSENT when a side has no such fact; else the best likeness of any two values."""
    a, a_stop = find_kind(x, i, kind)
    b, b_stop = find_kind(y, j, kind)
    if a == a_stop or b == b_stop:
        return ABSENT
    best, agreeing = CONTRADICT, 0
    for p in range(a, a_stop):
        here = CONTRADICT
        for q in range(b, b_stop):
            here = max(here, likeness(kind, x.values[p], y.values[q]))
        agreeing += here == AGREE
        best = max(best, here)
    # One house number in common is chance (every estate has a building 1): all of the smaller side must be met.
    if kind == _HOUSE_NUMBER + _VISIBLE and best == AGREE and agreeing < min(a_stop - a, b_stop - b):
        return NEAR
    return best


@kernel
def compare_family(x: FactArrays, i: int, y: FactArrays, j: int, kind: int) -> int:
    """The caller's facts and the visible ones of one kind together: any agreement wins, then any near miss."""
    opaque = compare_kind(x, i, y, j, kind)
    visible = compare_kind(x, i, y, j, kind + _VISIBLE)
    return max(opaque, visible)


@kernel
def compare_facts(x: FactArrays, i: int, y: FactArrays, j: int, evidence: Evidence) -> Comparison:
    """Sum up all kinds for document i of x and document j of y."""
    agree, contradict, identity, agree_bits, contradict_bits = 0.0, 0.0, 0.0, 0, 0
    if x.ends[i] == x.ends[i + 1] or y.ends[j] == y.ends[j + 1]:
        return Comparison(agree, contradict, identity, agree_bits, contradict_bits)
    for kind in range(1, _KIND_COUNT):
        likely = compare_family(x, i, y, j, kind)
        if likely == AGREE:
            agree += evidence.agree[kind]
            agree_bits |= 1 << kind
            identity += evidence.agree[kind] if kind <= 2 else 0.0
        elif likely == CONTRADICT:
            contradict += evidence.contradict[kind]
            contradict_bits |= 1 << kind
    return Comparison(agree, contradict, identity, agree_bits, contradict_bits)
