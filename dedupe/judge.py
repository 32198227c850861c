"""The kernel that decides what two documents are to each other, a pure function of the pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe import facts
from dedupe.kernel import kernel

if TYPE_CHECKING:
    from dedupe.compare import Comparison

NONE, EQUAL, NEAR_EQUAL, CONTAINED, SIMILAR, SHARED_PHONE, EVIDENCE, HOUSEHOLD, CONFLICT, ROUND_UP = range(10)
KIND_NAMES = (
    "none",
    "equal",
    "near_equal",
    "contained",
    "similar",
    "shared_phone",
    "evidence",
    "household",
    "conflict",
    "round_up",
)
_PERSON, _ADDRESS, _HOUSE = 1 << facts.PERSON, 1 << facts.ADDRESS, 1 << facts.HOUSE_NUMBER
_AUTHOR, _PHONE, _AGE, _RELATION = (1 << kind for kind in (facts.AUTHOR, facts.PHONE, facts.AGE, facts.RELATION))
_SETTLEMENT = 1 << facts.SETTLEMENT
_OF_PERSON = _PERSON | _HOUSE | _AUTHOR | _AGE | _PHONE | 1 << facts.ID_NUMBER
_OF_PLEA = _OF_PERSON & ~_AUTHOR | _ADDRESS | _SETTLEMENT
"""Facts that speak for one person; and those that are said in a plea and not by a whole city."""


class Rules(NamedTuple):
    """The part of Parameters that deciding depends on; see there."""

    least_characters: int
    least_shared: float
    least_jaccard: float
    least_contained: float
    least_shared_grams: int
    least_information: float
    least_evidence: float
    most_against: float
    least_supported: float
    conflict: float
    thin_characters: int
    thin_weight: float
    thin_conflict: float
    lone_characters: int
    stranger_phone: float
    least_near: float
    least_aligned: float
    least_frame: float
    long_frame: int
    long_characters: int


class Share(NamedTuple):
    """What two texts share: summed weight and number of shared 3-grams, both totals, the shorter length."""

    weight: float
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody wants here
    left_total: float
    right_total: float
    shorter: int


@kernel
def is_hopeless(facts_said: Comparison, round_up: bool, rules: Rules) -> bool:
    """Whether the facts alone keep two documents from being one case, whatever their text."""
    if round_up or facts_said.identity > 0:
        return False
    return bool(facts_said.contradict - facts_said.same_person >= rules.conflict)


@kernel
def jaccard_of(share: Share) -> float:
    """Weighted Jaccard, 0 for two empty texts."""
    union = share.left_total + share.right_total - share.weight
    return share.weight / union if union > 0 else 0.0


@kernel
def contained_of(share: Share) -> float:
    """Weighted containment in the smaller side, 0 when that is empty."""
    smaller = min(share.left_total, share.right_total)
    return share.weight / smaller if smaller > 0 else 0.0


@kernel
def least_weight(left_total: float, right_total: float, facts_said: Comparison, rules: Rules) -> float:
    """Shared weight below which `decide` says NONE whatever the texts; 0 where facts speak for a link.

    A thousandth is taken off: totals are rounded.
    """
    if facts_said.identity > 0 or facts_said.agree >= rules.least_evidence:
        return 0.0
    jaccard, contained = min(rules.least_jaccard, 0.8), min(rules.least_contained, rules.least_near, 0.8)
    by_jaccard = jaccard / (1 + jaccard) * (left_total + right_total)
    return 0.999 * max(rules.least_information, min(by_jaccard, contained * min(left_total, right_total)))


@kernel
def is_near(share: Share, facts_said: Comparison, rules: Rules) -> bool:
    """Whether two texts that share too few grams for a match share enough to be looked at character by character."""
    if share.shorter < 2 * rules.least_characters or share.count < rules.least_shared_grams:
        return False
    known = share.weight >= rules.least_information and contained_of(share) >= rules.least_near
    return bool(known and facts_said.contradict - facts_said.same_person < rules.conflict)


@kernel
def text_kind(share: Share, rules: Rules) -> int:
    """NEAR_EQUAL, CONTAINED, SIMILAR, or NONE, by text alone."""
    if share.shorter < rules.least_characters or share.weight < rules.least_information:
        return NONE
    jaccard, contained = jaccard_of(share), contained_of(share)
    if jaccard >= 0.8:
        return NEAR_EQUAL
    if contained >= 0.8 and share.count >= rules.least_shared_grams:
        return CONTAINED
    if jaccard >= rules.least_jaccard:
        return SIMILAR
    return SIMILAR if contained >= rules.least_contained and share.count >= rules.least_shared_grams else NONE


@kernel
def contradicts_thinly(facts_said: Comparison, rules: Rules) -> bool:
    """Whether facts contradict each other and none of the person agrees: enough where the text says little.

    An age, or the weeks of a pregnancy, is no more than one in thirty has: against another phone or house it says
    nothing.
    """
    against = facts_said.contradict_bits & (_PHONE | _HOUSE)
    excusing = _OF_PERSON & ~_AGE if against != 0 else _OF_PERSON
    return bool(facts_said.contradict >= rules.thin_conflict and (facts_said.agree_bits & excusing) == 0)


@kernel
def is_alone(share: Share, facts_said: Comparison, rules: Rules) -> bool:
    """Whether a very short text by another author has no fact in common: two people in one need write the same."""
    other_author = (facts_said.contradict_bits & _AUTHOR) != 0
    return bool(other_author and share.shorter < rules.lone_characters and (facts_said.agree_bits & _OF_PLEA) == 0)


@kernel
def guard(kind: int, share: Share, facts_said: Comparison, rules: Rules) -> int:
    """A match by text, or CONFLICT where the text is too thin to outweigh what the facts say."""
    thin = share.shorter < rules.thin_characters or share.weight < rules.thin_weight
    if thin and contradicts_thinly(facts_said, rules):
        return CONFLICT
    return CONFLICT if is_alone(share, facts_said, rules) else kind


@kernel
def is_listed(facts_said: Comparison) -> bool:
    """Whether a list that does not carry a plea's words names its phone, and not for somebody else of the house.

    Another name may be the caller's; with another age or relation it is another person.
    """
    against = facts_said.contradict_bits
    return bool(facts_said.identity > 0 and ((against & _PERSON) == 0 or (against & (_AGE | _RELATION)) == 0))


@kernel
def decide(share: Share, facts_said: Comparison, round_up: bool, rules: Rules) -> int:
    """The kind of link between two documents (NONE … ROUND_UP)."""
    by_text = text_kind(share, rules)
    against = facts_said.contradict - facts_said.same_person
    if round_up:
        return ROUND_UP if by_text != NONE or is_listed(facts_said) else NONE
    if facts_said.identity > 0:
        return decide_shared_phone(by_text, facts_said, against, rules)
    if against >= rules.conflict:
        return decide_contradiction(by_text, facts_said)
    if by_text != NONE:
        return guard(by_text, share, facts_said, rules)
    supported = facts_said.agree >= rules.least_evidence and facts_said.contradict <= rules.most_against
    return EVIDENCE if supported and contained_of(share) >= rules.least_supported else NONE


@kernel
def decide_shared_phone(by_text: int, facts_said: Comparison, against: float, rules: Rules) -> int:
    """One phone: the same case unless names contradict and the text does not speak for one, or much contradicts."""
    other_person = (facts_said.contradict_bits & _PERSON) != 0
    if against >= 1.5 * rules.conflict or (by_text == NONE and (other_person or against >= rules.stranger_phone)):
        return share_home(facts_said)
    return by_text if by_text != NONE else SHARED_PHONE


@kernel
def share_home(facts_said: Comparison) -> int:
    """HOUSEHOLD, or CONFLICT where places contradict each other: a volunteer gives one number to many homes."""
    home, elsewhere = _ADDRESS | _HOUSE | _SETTLEMENT, _ADDRESS | _SETTLEMENT
    if (facts_said.agree_bits & home) == 0 and (facts_said.contradict_bits & elsewhere) != 0:
        return CONFLICT
    return HOUSEHOLD


@kernel
def decide_contradiction(by_text: int, facts_said: Comparison) -> int:
    """Alike but different persons: one household where the address or the author is the same."""
    home = (facts_said.agree_bits & _ADDRESS) != 0 and (facts_said.agree_bits & _HOUSE) != 0
    if by_text != NONE and (home or (facts_said.agree_bits & _AUTHOR) != 0):
        return HOUSEHOLD
    return CONFLICT if by_text != NONE else NONE


@kernel
def score_of(share: Share) -> float:
    """0 to 1: Jaccard, or nine tenths of containment where that is more."""
    return max(jaccard_of(share), 0.9 * contained_of(share))


@kernel
def rank_of(score: float, said: Comparison) -> float:
    """The place of a link in the order in which links are followed: facts first, then what the texts share."""
    return score + (2.0 if said.identity > 0 else 0.0) + (1.0 if said.agree >= 3.0 else 0.0)
