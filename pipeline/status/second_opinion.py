"""Sets the statistical second reader beside the rules: it may veto a resolution, give progress, and ask for review.

It never resolves. Fitted on all writers but one, it turned some 13 in 100 more of that writer's resolutions into
resolved, and 12 pleas that were still open: those go to a person. Thresholds are from leaving one writer out; `python
-m benchmarks.status_transfer` prints what comes of them.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.status.lexicon import level_of
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.second_reader import Second, load_second_reader
from pipeline.status.second_reader_features import new_words
from pipeline.status.second_reader_traits import traits_of

RULE = "second_reader"
# Below this a success that the rules read is left to a person.
VETO = 0.93
# Where the rules read a plain statement (已, or the plea's person by name), only a firmer no counts; where it says
# 解决了 outright, and in letters of thanks, far longer than what it was fitted on, only the firmest.
VETO_PLAIN = 0.5
VETO_LETTER = 0.02
# From here on progress may be more than that.
RAISE = 0.9
# From here on words of which no rule could tell may be the end.
DOUBT = 0.8
PROGRESS = 0.6
# Progress that the rules read is none where this speaks for none, and more so than for progress.
NO_PROGRESS = 0.3
# A statement in so few signs (已解决) gives it nothing to weigh.
_SHORT_CHARACTERS = 8
_LONG_CHARACTERS = 90
_AGAINST = frozenset({"deny", "ask", "plead", "reopened", "doubt", "closed"})
_AGAINST_RULES = frozenset(
    {"question", "condition", "condition.only_then", "hope", "others", "irony", "temporal", "hearsay", "reported"}
)
_CONFIRMABLE = frozenset({"happened.alone", "happened.hedged", "withdrawal.alone"})
# 已经来人接了, 准备安排入院: what is still to come is not the end, however glad the words are.
_TO_COME = frozenset({"arranged", "promised", "hypothetical"})
_FINISHED = frozenset({"finished", "done_before"})
_SAID_OUTRIGHT = frozenset({"generic"})
_OPEN = frozenset({"deny", "ask", "plead", "reopened"})
_LEVELS = frozenset({"final", "progress"})
_ALL = frozenset({"*"})


def weigh(reading: Reading, said_before: str, text: str, profile: Profile) -> Reading:
    """The reading of the author's `text` once the second reader has been heard. `said_before`: the plea and, for an
    edit, the version before it."""
    if reading.kind not in {"resolved", "none", "progress", "withdrawn"}:
        return reading
    traits = traits_of(reading, new_words(said_before, text), profile)
    second = load_second_reader().read(said_before, text, traits)
    if reading.kind == "resolved":
        return reading if _leaves_somebody(reading, profile) else _veto(reading, second, profile)
    if reading.kind in {"progress", "withdrawn"}:
        return _raise(reading, second, profile)
    return _propose(reading, second)


def _leaves_somebody(reading: Reading, profile: Profile) -> bool:
    """Whether it names some of the persons only: it cannot resolve the case, so there is nothing to veto."""
    named = reading.settled_persons - _ALL
    return bool(named) and bool(profile.persons - named) and "*" not in reading.settled_persons


def _veto(reading: Reading, second: Second, profile: Profile) -> Reading:
    is_short = _length(second) <= _SHORT_CHARACTERS
    if is_short or second.kinds.resolved >= _veto_bar(reading, second, profile):
        return reading
    kind = "progress" if second.kinds.progress >= PROGRESS else "none"
    return replace(reading, kind=kind, doubt=f"{RULE}.veto")


def _veto_bar(reading: Reading, second: Second, profile: Profile) -> float:
    """How sure it must be not to veto: less so of plain statements, least in long letters, which it knows least."""
    plain = [clause for clause in reading.clauses if clause.vote == "resolved" and clause.rule == "done"]
    finished = [clause for clause in plain if clause.marks & _FINISHED]
    if finished and (_is_letter(second) or any(clause.event in _SAID_OUTRIGHT for clause in finished)):
        return VETO_LETTER
    is_plain = any(
        "已" in clause.text or (clause.marks & _FINISHED and clause.persons & profile.persons) for clause in plain
    )
    return VETO_PLAIN if is_plain else VETO


def _length(second: Second) -> int:
    """How many signs the new words have."""
    return sum(len(clause.quote) for clause in second.clauses)


def _is_letter(second: Second) -> bool:
    """Whether the text is far longer than what it was fitted on."""
    return _length(second) > _LONG_CHARACTERS


def _raise(reading: Reading, second: Second, profile: Profile) -> Reading:
    """Progress beside which something seemed open, or a request to stop: a person looks where it may be the end."""
    if second.kinds.resolved < RAISE or not _names_an_event(reading):
        return _lower(reading, second)
    if reading.doubt or _is_guarded(reading) or _is_to_come(reading):
        return reading
    is_for_several = reading.kind == "progress" and not reading.settled_persons and _is_for_several(profile)
    return replace(reading, doubt=f"{RULE}.more" if is_for_several else f"{RULE}.maybe")


def _is_to_come(reading: Reading) -> bool:
    """Whether something is arranged or promised, or the rules saw steps only (somebody came, is on the way)."""
    if any(clause.state in _TO_COME for clause in reading.clauses):
        return True
    return reading.kind == "progress" and not any(clause.vote == "resolved" for clause in reading.clauses)


def _lower(reading: Reading, second: Second) -> Reading:
    """A step beside which nothing came of it (到医院了, 但是不收) is no progress."""
    none = second.kinds.none
    if _is_letter(second):
        return reading
    if reading.kind != "progress" or none < max(NO_PROGRESS, second.kinds.progress) or reading.doubt:
        return reading
    if not any(clause.vote in _OPEN for clause in reading.clauses):
        return reading
    return replace(reading, kind="none", settled_persons=frozenset(), settled_needs=frozenset())


def _propose(reading: Reading, second: Second) -> Reading:
    if reading.doubt not in {"", *_CONFIRMABLE} or _speaks_against(reading):
        return _progress(reading, second) if reading.is_denial else reading
    if second.kinds.resolved < DOUBT:
        return _progress(reading, second)
    return replace(reading, doubt=reading.doubt or f"{RULE}.maybe")


def _speaks_against(reading: Reading) -> bool:
    return any(clause.vote in _AGAINST for clause in reading.clauses) or _is_guarded(reading)


def _is_guarded(reading: Reading) -> bool:
    return any(clause.rule in _AGAINST_RULES for clause in reading.clauses)


def _names_an_event(reading: Reading) -> bool:
    """Whether the rules found an event that could be help, so that there is a reason to show."""
    return any(level_of(clause.event) in _LEVELS for clause in reading.clauses)


def _is_for_several(profile: Profile) -> bool:
    """Whether the plea is for more than one person: the second reader cannot tell whose help it hears of."""
    return len(profile.persons) > 1 or profile.head_count > 1


def _progress(reading: Reading, second: Second) -> Reading:
    """The reading as progress where it is sure of that; a wrong one hides no plea."""
    if reading.doubt or second.kinds.progress < PROGRESS or not second.clauses:
        return reading
    quote = max(second.clauses, key=lambda clause: clause.kinds.progress).quote
    return _heard(reading, "progress", quote, second.kinds.progress)


def _heard(reading: Reading, kind: str, quote: str, sure: float) -> Reading:
    confidence = min(0.99, round(sure, 2))
    none: frozenset[str] = frozenset()
    clause = ClauseReading(quote, 0, 0, "-", "done", none, none, none, RULE, kind, confidence)
    clauses = (*reading.clauses, clause)
    return replace(reading, kind=kind, confidence=confidence, quote=quote, rule=RULE, clauses=clauses)
