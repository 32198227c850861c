"""Which words of a case can matter: where a member's words can change nothing, nobody needs to read them again."""

from __future__ import annotations

from collections import Counter

from pipeline.status.counterclaim import find_counterclaim
from pipeline.status.known import known_texts
from pipeline.status.model import CaseFile, Considered, Decision, Reading
from pipeline.status.needs import profile_of
from pipeline.status.reading import Context, read_words

_MOVES = frozenset({"resolved", "withdrawn", "closed", "reopened"})


def voices_of(case_file: CaseFile, decision: Decision) -> frozenset[str]:
    """The posts of the file whose words can move its status, now or once other words stand beside them, or can ask for
    review; `decision` is that of the file, with its readings.

    Left out is who repeats the plea or only talks: a third party, with one text, that neither claims an end nor denies
    one. The machine passes over such words in every state, and `carry` finds nothing in them. Where the author has
    other pleas (`other_pleas`), words may be read in parts, and what is left out here says nothing.
    """
    texts = Counter(word.post_id for word in case_file.words)
    mute = {
        one.utterance.post_id
        for one in decision.considered
        if texts[one.utterance.post_id] == 1 and _is_mute(one, decision)
    }
    return frozenset(texts.keys() - mute)


def _is_mute(one: Considered, decision: Decision) -> bool:
    word = one.utterance
    if word.speaker != "third_party" or word.kept is not None:
        return False
    reading = one.reading
    if "too_late" in one.relevance.reasons:
        profile = decision.profile or profile_of(decision.plea_text)
        reading = read_words(word.text, Context(profile, known_texts(decision.plea_text)))
    return not _says_something(reading, decision.plea_text)


def _says_something(reading: Reading, plea_text: str) -> bool:
    if reading.kind in _MOVES or reading.doubt or reading.is_denial:
        return True
    return bool(find_counterclaim(reading, plea_text))
