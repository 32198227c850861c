"""Sets the statistical second reader beside the rules: it may veto a resolution, confirm a hint, propose, or doubt.

Thresholds are from transfer (a reader that was fitted on the other author's stories) on the development stories;
`python -m benchmarks.status_dev` prints what comes of them.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.status.hedges import has_relief
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.second_reader import Second, load_second_reader

RULE = "second_reader"
PROPOSE = 0.986
CONFIRM = 0.9
DOUBT = 0.9
PROGRESS = 0.85
VETO = 0.3
# Where thanks, relief or 已 stand beside the success, only a firmer no counts.
VETO_BACKED = 0.03
# Short plain statements (爸爸住院了) and long letters of thanks are under-rated by it and stand.
_SHORT_CHARACTERS = 14
_LONG_CHARACTERS = 120
_SAID_PLAINLY = frozenset({"done_before"})
_SAID_OUTRIGHT = frozenset({"generic"})
_AGAINST = frozenset({"deny", "ask", "plead", "reopened", "doubt", "closed", "withdrawn"})
_AGAINST_RULES = frozenset({"question", "condition", "condition.only_then", "hope", "others", "irony", "temporal"})
_ALL = frozenset({"*"})


def weigh(reading: Reading, said_before: str, text: str, profile: Profile) -> Reading:
    """The reading of the author's `text` once the second reader has been heard. `said_before`: the plea and, for an
    edit, the version before it."""
    if reading.kind not in {"resolved", "none", "progress"}:
        return reading
    second = load_second_reader().read(said_before, text)
    if reading.kind == "resolved":
        return reading if _leaves_somebody(reading, profile) else _veto(reading, second, profile)
    if reading.kind == "progress":
        return replace(reading, doubt=f"{RULE}.more") if _may_be_more(reading, second) else reading
    return _propose(reading, second, profile)


def _leaves_somebody(reading: Reading, profile: Profile) -> bool:
    """Whether it names some of the persons only: it cannot resolve the case, so there is nothing to veto."""
    named = reading.settled_persons - _ALL
    return bool(named) and bool(profile.persons - named) and "*" not in reading.settled_persons


def _veto(reading: Reading, second: Second, profile: Profile) -> Reading:
    successes = [clause for clause in reading.clauses if clause.vote == "resolved"]
    if any(clause.event in _SAID_OUTRIGHT for clause in successes):
        return reading
    text = "，".join(clause.quote for clause in second.clauses)
    is_statement = any("seen" not in clause.marks for clause in successes)
    if is_statement and not _SHORT_CHARACTERS <= len(text) <= _LONG_CHARACTERS:
        return reading
    is_backed = has_relief(text) or any(_is_firm(clause, profile) for clause in successes)
    if second.kinds.resolved >= (VETO_BACKED if is_backed else VETO):
        return reading
    return replace(reading, kind="none", doubt=f"{RULE}.veto")


def _is_firm(clause: ClauseReading, profile: Profile) -> bool:
    """Whether it says 已, or states outright that the plea's person has what the plea needs."""
    answers = bool(clause.persons & profile.persons) and bool(clause.needs & profile.needs)
    return answers or bool(clause.marks & _SAID_PLAINLY)


def _may_be_more(reading: Reading, second: Second) -> bool:
    return second.kinds.resolved >= PROPOSE and not reading.doubt


def _propose(reading: Reading, second: Second, profile: Profile) -> Reading:
    sure = second.kinds.resolved
    wanted = CONFIRM if reading.doubt == "happened.alone" else PROPOSE
    if reading.doubt not in {"", "happened.alone", "happened.hedged"} or _speaks_against(reading):
        return reading
    if sure < min(wanted, DOUBT):
        return _progress(reading, second)
    if sure < wanted or _is_for_several(profile):
        return replace(reading, doubt=reading.doubt or f"{RULE}.maybe")
    return _resolution(reading, second)


def _speaks_against(reading: Reading) -> bool:
    return any(clause.vote in _AGAINST or clause.rule in _AGAINST_RULES for clause in reading.clauses)


def _is_for_several(profile: Profile) -> bool:
    """Whether the plea is for more than one person: the second reader cannot tell whose help it hears of."""
    return len(profile.persons) > 1 or profile.head_count > 1


def _progress(reading: Reading, second: Second) -> Reading:
    """The reading as progress where it is sure of that; a wrong one hides no plea."""
    if reading.doubt or second.kinds.progress < PROGRESS:
        return reading
    quote = max(second.clauses, key=lambda clause: clause.kinds.progress).quote
    return _heard(reading, "progress", quote, second.kinds.progress)


def _resolution(reading: Reading, second: Second) -> Reading:
    hinted = [clause for clause in reading.clauses if clause.vote == "hint"]
    quote = hinted[-1].text.strip() if hinted else (second.quote or "")
    heard = _heard(reading, "resolved", quote, second.kinds.resolved)
    return replace(heard, settled_persons=_ALL, settled_needs=_ALL, is_denial=False, doubt="")


def _heard(reading: Reading, kind: str, quote: str, sure: float) -> Reading:
    confidence = min(0.99, round(sure, 2))
    none: frozenset[str] = frozenset()
    clause = ClauseReading(quote, 0, 0, "-", "done", none, none, none, RULE, kind, confidence)
    clauses = (*reading.clauses, clause)
    return replace(reading, kind=kind, confidence=confidence, quote=quote, rule=RULE, clauses=clauses)
