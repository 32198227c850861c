"""Kernels that keep apart what was written in the same words for somebody else; see `dedupe.substitution`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe import facts
from dedupe.gaps import count_kept
from dedupe.judge import CONFLICT, EVIDENCE, HOUSEHOLD, NONE, share_home
from dedupe.kernel import kernel
from dedupe.substitution import (
    MOST_DIFFERENCES,
    NUMBER,
    PHONE,
    RECOUNT,
    SPEAKER,
    WORDS,
    drop_from,
    drop_garbled,
    find_differences,
)
from dedupe.tracing import trace

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.judge import Rules
    from dedupe.slots import Slots

    Codes = npt.NDArray[np.int32]
    Ints = npt.NDArray[np.int64]

_PERSON, _AUTHOR, _PHONE = 1 << facts.PERSON, 1 << facts.AUTHOR, 1 << facts.PHONE
_BESIDE, _NUMBERS = 1 << facts.AGE | 1 << facts.HOUSE_NUMBER, _PHONE | 1 << facts.HOUSE_NUMBER | 1 << facts.AGE
WORDING = 1 << facts.WORDING
_LONG_FRAME, _LEAST_SHARE, _ALIKE = 0.9, 0.4, 0.8


@kernel
def told_by(left: Codes, right: Codes, partners: Ints, craft: tuple[Slots, Rules], out: Ints) -> int:
    """Write to `out` where two texts in one frame say something else (see find_differences); how many places.

    None where less than rules.least_frame of it stands in both: then no frame was filled in twice. Nobody but a copier
    writes a long text as somebody else did: there only a person, a number or a place tells, in a frame that is whole.
    """
    slots, rules = craft
    n, frame = find_differences(left, right, partners, slots, out)
    is_long = frame.span >= rules.long_frame
    if n == 0 or frame.kept < (_LONG_FRAME if is_long else rules.least_frame) * frame.span:
        return 0
    if frame.kept < _LEAST_SHARE * min(len(left), len(right)):
        return 0
    n = drop_garbled(out, n, frame)
    return drop_from(out, n, WORDS) if is_long else n


@kernel
def is_one_person(said: Comparison) -> bool:
    """Whether the facts speak for one person: a name with a phone, or with an age or house where no number is against
    it."""
    if (said.agree_bits & _PERSON) == 0:
        return False
    return bool(said.identity > 0 or ((said.agree_bits & _BESIDE) != 0 and (said.contradict_bits & _NUMBERS) == 0))


@kernel
def is_explained(kind: int, said: Comparison, shorter: int, rules: Rules) -> bool:
    """Whether the facts explain that two texts say something else in one place.

    One person's texts may; two of a family who give one phone name a relative each in his own way; the same author
    with the same phone corrects his numbers; and in a long text of one's own somebody who passes it on puts his phone.
    """
    if kind == PHONE:
        return bool((said.agree_bits & _PHONE) != 0 or shorter >= rules.long_characters)
    if kind == SPEAKER and (said.identity > 0 or shorter >= rules.long_frame) and (said.agree_bits & _AUTHOR) == 0:
        return True
    corrects = kind in (NUMBER, RECOUNT) and said.identity > 0 and (said.agree_bits & _AUTHOR) != 0
    return bool(corrects or is_one_person(said))


@kernel
def count_unexplained(out: Ints, n: int, said: Comparison, shorter: int, rules: Rules) -> int:
    """How many of the n places in `out` the facts do not explain."""
    left = 0
    for p in range(n):
        left += not is_explained(out[p, 0], said, shorter, rules)
    return left


@kernel
def weigh_texts(left: Codes, right: Codes, said: Comparison, craft: tuple[Slots, Rules]) -> int:
    """1 where two texts are strangers, -1 where they are alike from end to end, else 0."""
    partners, out = trace(left, right), np.empty((MOST_DIFFERENCES, 5), np.int64)
    n = told_by(left, right, partners, craft, out)
    if n > 0 and count_unexplained(out, n, said, min(len(left), len(right)), craft[1]) > 0:
        return 1
    return -1 if count_kept(partners) >= _ALIKE * max(len(left), len(right)) else 0


@kernel
def are_strangers(left: Codes, right: Codes, said: Comparison, craft: tuple[Slots, Rules]) -> bool:
    """Whether two texts have one frame and tell of two needs."""
    return weigh_texts(left, right, said, craft) > 0


@kernel
def part_strangers(kind: int, said: Comparison) -> int:
    """What a match of two texts is that tell of two needs: HOUSEHOLD of one author or home, else CONFLICT."""
    if kind == NONE or kind > EVIDENCE:
        return kind
    if (said.agree_bits & _AUTHOR) != 0:
        return HOUSEHOLD
    return share_home(said) if said.identity > 0 else CONFLICT
