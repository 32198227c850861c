"""Kernels that hold the facts of two documents against each other: agree, nearly, contradict, or nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe import facts
from dedupe.kernel import kernel
from dedupe.numbers import MASKED, PHONE_DIGITS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays

ABSENT, CONTRADICT, NEAR, AGREE = -1, 0, 1, 2
_PERSON, _AGE = facts.PERSON, facts.AGE
_CHAR = (1 << 21) - 1
_PERSON_V, _PHONE_V, _AGE_V = facts.PERSON + 16, facts.PHONE + 16, facts.AGE + 16
_SETTLEMENT_V = facts.SETTLEMENT + 16
ROOM = 4
"""The unit of rooms and households, as data/dedupe/cues.tsv numbers them."""
DISTRICT = 13
"""The unit of districts among places; province and city are smaller ones."""
_VISIBLE, _HOUSE_NUMBER_V = facts.VISIBLE, facts.HOUSE_NUMBER + 16
_PLACE, _HOUSE_NUMBER = facts.PLACE, facts.HOUSE_NUMBER
_ADDRESS_BIT, _SETTLEMENT_BIT, _HOUSE_BIT, _PLACE_BIT = (
    1 << kind for kind in (facts.ADDRESS, facts.SETTLEMENT, facts.HOUSE_NUMBER, facts.PLACE)
)
_PHONE_BIT, _ID_BIT, _PERSON_BIT, _AGE_BIT = (
    1 << kind for kind in (facts.PHONE, facts.ID_NUMBER, facts.PERSON, facts.AGE)
)
_OF_ONE = _PHONE_BIT | _ID_BIT | _PERSON_BIT | _AGE_BIT | _HOUSE_BIT
NEXT_DOOR = 2.0
"""What another number weighs more where both name the same estate or village."""
STRANGERS = 1.0
"""What two contradictions weigh more where nothing agrees that is said of one person: texts of one form are alike."""


class Comparison(NamedTuple):
    """Summed weights and bit sets (bit k is fact kind k) of what agrees and what contradicts; `identity` is the
    part of `agree` that phones and identity numbers give, `same_person` the part that speaks for one person.

    A household shares its address, phone, district, author; so only name and age can outweigh a contradiction, and
    not that of places: somebody of the same name in another city is another person.
    """

    agree: float
    contradict: float
    identity: float
    same_person: float
    agree_bits: int
    contradict_bits: int


@kernel
def likeness(kind: int, a: int, b: int) -> int:
    """How two values of one kind relate: AGREE, NEAR or CONTRADICT."""
    said = CONTRADICT
    if a == b:
        said = AGREE
    elif kind == _PHONE_V:
        said = phone_likeness(a, b)
    elif kind == _PERSON_V:
        said = person_likeness(a, b)
    elif kind == _SETTLEMENT_V:
        said = settlement_likeness(a, b)
    elif kind == _AGE_V and abs(a - b) <= 1:
        said = NEAR
    return said


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
    """Names agree in their first two characters; a name that differs in one other character, or lacks it, is a slip."""
    if a >> 21 == b >> 21:
        return AGREE
    a_second, b_second, a_third, b_third = (a >> 21) & _CHAR, (b >> 21) & _CHAR, a & _CHAR, b & _CHAR
    same_third = a_third == b_third and a_third != 0
    shortened = a >> 42 == b >> 42 and (a_second == b_third or b_second == a_third)
    return NEAR if a_second == b_second or same_third or shortened else CONTRADICT


@kernel
def settlement_likeness(a: int, b: int) -> int:
    """Villages or estates with one character in common are a slip, or a longer name of the same."""
    if (a & _CHAR) != (b & _CHAR):
        return NEAR
    same = a >> 42 == b >> 42 or ((a >> 21) & _CHAR) == ((b >> 21) & _CHAR)
    return NEAR if same else CONTRADICT


class Runs(NamedTuple):
    """The values of one kind in two documents: a[p:p_end] and b[q:q_end].

    Bounds, not slices: to cut an array costs more than to compare what is in it.
    """

    a: npt.NDArray[np.int64]
    p: int
    p_end: int
    b: npt.NDArray[np.int64]
    q: int
    q_end: int


@kernel
def compare_houses(runs: Runs) -> int:
    """Numbers unit by unit (building, entrance, room): one in common is chance, every estate has a building 1.

    Neighbours share building and entrance; another room is another household. Places are compared so, too: province,
    city, district.
    """
    both, equal, other_room = 0, 0, False
    for p in range(runs.p, runs.p_end):
        unit = runs.a[p] >> 32
        if p > runs.p and runs.a[p - 1] >> 32 == unit:
            continue
        met, same = False, False
        for q in range(runs.q, runs.q_end):
            if runs.b[q] >> 32 != unit:
                continue
            met = True
            for r in range(p, runs.p_end):
                same = same or runs.a[r] == runs.b[q]
        both, equal = both + met, equal + same
        other_room = other_room or (met and not same and unit in (ROOM, DISTRICT))
    if both == 0:
        return ABSENT
    if equal == both:
        return AGREE
    return CONTRADICT if other_room or 2 * equal < both else NEAR


@kernel
def run_end(x: FactArrays, p: int, end: int) -> int:
    """Where the facts of one kind that start at p end."""
    q = p + 1
    while q < end and x.kinds[q] == x.kinds[p]:
        q += 1
    return q


@kernel
def compare_runs(runs: Runs, kind: int) -> int:
    """The best likeness of any two values of one kind."""
    if kind in (_HOUSE_NUMBER_V, _HOUSE_NUMBER, _PLACE):
        return compare_houses(runs)
    best = CONTRADICT
    for p in range(runs.p, runs.p_end):
        for q in range(runs.q, runs.q_end):
            best = max(best, likeness(kind, runs.a[p], runs.b[q]))
    return best


@kernel
def compare_bits(x: FactArrays, i: int, y: FactArrays, j: int) -> tuple[int, int, int]:
    """Bit sets of the kinds that agree, nearly agree, contradict; the caller's and visible facts of a kind are one."""
    p, p_end, q, q_end = x.ends[i], x.ends[i + 1], y.ends[j], y.ends[j + 1]
    agree, near, contradict, elsewhere = 0, 0, 0, 0
    while p < p_end and q < q_end:
        if x.kinds[p] < y.kinds[q]:
            p += 1
        elif x.kinds[p] > y.kinds[q]:
            q += 1
        else:
            p_stop, q_stop = run_end(x, p, p_end), run_end(y, q, q_end)
            kind = int(x.kinds[p])
            likely = compare_runs(Runs(x.values, p, p_stop, y.values, q, q_stop), kind)
            bit = 1 << (kind & (_VISIBLE - 1))
            agree |= bit * (likely == AGREE)
            near |= bit * (likely == NEAR)
            contradict |= bit * (likely == CONTRADICT)
            elsewhere |= bit * (likely == CONTRADICT and kind == _HOUSE_NUMBER)
            p, q = p_stop, q_stop
    # A floor or a block that both texts show is chance where they are of two addresses.
    agree, near = agree & ~elsewhere, near & ~elsewhere
    return agree, near, contradict & ~(agree | near)


@kernel
def are_strangers(agree: int, contradict: int) -> bool:
    """Whether two facts of a person contradict each other and none agrees."""
    against = contradict & _OF_ONE
    return bool(against & (against - 1) and (agree & _OF_ONE) == 0)


@kernel
def is_namesake(agree: int, contradict: int) -> bool:
    """Whether phone and door are others' and the age does not speak for one person: a name alone is many people's."""
    both = _PHONE_BIT | _HOUSE_BIT
    return bool(contradict & both == both and (agree & _AGE_BIT) == 0)


@kernel
def compare_facts(x: FactArrays, i: int, y: FactArrays, j: int, evidence: Evidence) -> Comparison:
    """Sum up all kinds for document i of x and document j of y."""
    if x.ends[i] == x.ends[i + 1] or y.ends[j] == y.ends[j + 1]:
        return Comparison(0.0, 0.0, 0.0, 0.0, 0, 0)
    agree_bits, _, contradict_bits = compare_bits(x, i, y, j)
    return weigh_bits(agree_bits, contradict_bits, evidence)


@kernel
def weigh_bits(agree_bits: int, contradict_bits: int, evidence: Evidence) -> Comparison:
    """What so many kinds weigh that agree and that contradict."""
    agree, contradict, identity, same_person = 0.0, 0.0, 0.0, 0.0
    said, kind = agree_bits | contradict_bits, 0
    while said >> kind:
        if agree_bits >> kind & 1:
            agree += evidence.agree[kind]
            identity += evidence.agree[kind] if kind <= 2 else 0.0
            same_person += evidence.agree[kind] if kind in (_PERSON, _AGE) else 0.0
        elif contradict_bits >> kind & 1:
            contradict += evidence.contradict[kind]
        kind += 1
    if contradict_bits & _HOUSE_BIT and agree_bits & (_ADDRESS_BIT | _SETTLEMENT_BIT):
        contradict += NEXT_DOOR
    if are_strangers(agree_bits, contradict_bits):
        contradict += STRANGERS
    if contradict_bits & _PLACE_BIT or is_namesake(agree_bits, contradict_bits):
        same_person = 0.0
    return Comparison(agree, contradict, identity, same_person, agree_bits, contradict_bits)
