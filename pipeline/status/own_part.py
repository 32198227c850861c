"""Words about several pleas of one author: which of their sentences speak of this one (爸爸住进去了。姨妈还在等)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.status.model import Utterance
from pipeline.status.needs import profile_of
from pipeline.status.scan import needs_in, take_apart
from pipeline.text.normal import normalise

_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]*")
_NOBODY = frozenset({"*", "self", "friend", "neighbour", "crowd"})


def own_part(utterance: Utterance, plea: Utterance, rivals: Sequence[Utterance]) -> str:
    """The sentences that name a person or need of `plea` and none of the author's other pleas, with those that go on
    about it; "" unless some of the other sentences speak of another plea."""
    own, others = _topics(plea), frozenset(topic for rival in rivals for topic in _topics(rival))
    kept, is_own, is_split = [], False, False
    for found in _SENTENCE.finditer(utterance.text):
        said = _topics_of(found[0])
        mine, theirs = said & (own - others), said & (others - own)
        if mine or theirs:
            is_own = bool(mine) and not theirs
            is_split = is_split or bool(theirs)
        if is_own:
            kept.append(found[0])
    return "".join(kept) if is_split else ""


def _topics(plea: Utterance) -> frozenset[str]:
    profile = profile_of(plea.text)
    return (profile.named - _NOBODY) | profile.needs


def _topics_of(sentence: str) -> frozenset[str]:
    text = normalise(sentence).text
    return frozenset(person for part in take_apart(text) for person in part.persons - _NOBODY) | needs_in(text)
