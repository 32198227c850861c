"""Sets the statistical second reader beside the rules: it vetoes, lifts, closes, gives progress, and asks for review.

It resolves only where a clause can be quoted that tells of something done, no guard speaks, nobody of several is left
out, and it is surer than LIFT. Bars are from leaving one writer out, where no writer's open plea was resolved but one
in 930 texts of dev_e; `python -m benchmarks.status_transfer` prints what comes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.status.coverage import UNNAMED, same_persons
from pipeline.status.guards import Guard, find_guard, guard_of
from pipeline.status.lexicon import level_of
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.predicates import tells_of_something_done
from pipeline.status.second_reader import Second, load_second_reader
from pipeline.status.second_reader_features import new_words
from pipeline.status.second_reader_traits import traits_of
from pipeline.text.normal import normalise

RULE = "second_reader"
TOLD = "told"
# Below this a success that the rules read is left to a person.
VETO = 0.97
# Where the rules read a plain statement (已, or the plea's person by name), only a firmer no counts; where it says
# 解决了 outright, and in letters of thanks, far longer than what it was fitted on, only the firmest.
VETO_PLAIN = 0.8
VETO_OUTRIGHT = 0.5
VETO_LETTER = 0.02
# From here on progress may be more than that.
RAISE = 0.9
# From here on words of which no rule could tell may be the end.
DOUBT = 0.8
PROGRESS = 0.6
# Progress that the rules read is none where this speaks for none, and more so than for progress.
NO_PROGRESS = 0.3
# The same where a part is done beside the denial, and where nothing is denied in so many words.
PARTLY_NONE = 0.65
SURELY_NONE = 0.85
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
_PLAIN_RULES = frozenset({"done", "done.headline", "treatment.ongoing"})
_SAID_OUTRIGHT = frozenset({"generic"})
_OPEN = frozenset({"deny", "ask", "plead", "reopened"})
GUARDED = "guard."
LIFT = 0.99
# The confidence of a resolution of which it is as sure.
SURE = 0.96
# As LIFT, where the rules took a clause for one about others or for a condition by its form alone.
LIFT_WEAK = 0.995
# From here on words that speak of a death, of giving up or of taking the plea back close it.
CLOSE = 0.9
_CLOSING_LEVELS = frozenset({"death", "retract", "withdraw", "stop"})
_CLOSING_GUARDS = frozenset({"guard.dead", "guard.gave_up"})
_BARS = frozenset({"reopened", "closed", "doubt"})
_WEAK_BARS = frozenset({"others", "continues"})
_TOLD = frozenset({"done", "seen"})
_LEVELS = frozenset({"final", "progress"})
_ALL = frozenset({"*"})


def weigh(reading: Reading, said_before: str, text: str, profile: Profile) -> Reading:
    """The reading of the author's `text` once the second reader has been heard. `said_before`: the plea and, for an
    edit, the version before it."""
    if reading.kind not in {"resolved", "none", "progress", "withdrawn"}:
        return reading
    words = new_words(said_before, text)
    second = load_second_reader().read(said_before, text, traits_of(reading, said_before, words, profile))
    if reading.doubt.startswith(GUARDED):
        return _close(reading, second, guard_of(reading.doubt)) or _after_guard(reading, second)
    if reading.kind == "resolved":
        return _check(reading, second, profile)
    guard = find_guard(normalise(words).text, normalise(said_before).text)
    return (
        _close(reading, second, guard) or _lift(reading, second, profile, guard) or _consider(reading, second, profile)
    )


def _check(reading: Reading, second: Second, profile: Profile) -> Reading:
    """A success that the rules read: of the whole case where it is sure, else left to a person below the bar."""
    if _leaves_somebody(reading, profile):
        return replace(reading, kind="progress") if profile.persons >= _ALL else reading
    return _whole(reading) if second.kinds.resolved >= LIFT else _veto(reading, second, profile)


def _consider(reading: Reading, second: Second, profile: Profile) -> Reading:
    """Words that end nothing: whether a person should look, and whether there is progress."""
    if reading.kind in {"progress", "withdrawn"}:
        return _raise(reading, second, profile)
    return _propose(reading, second)


def _after_guard(reading: Reading, second: Second) -> Reading:
    """What a guard left of a success: progress or nothing, as the second reader finds likelier."""
    return replace(reading, kind="progress" if second.kinds.progress >= second.kinds.none else "none")


def _close(reading: Reading, second: Second, guard: Guard | None) -> Reading | None:
    """A closing where it is sure of one and a guard or an event speaks of death, giving up or taking the plea back;
    else None, as where somebody has been helped beside."""
    is_told = any(level_of(clause.event) in _CLOSING_LEVELS for clause in reading.clauses)
    if second.kinds.closed < CLOSE or not (is_told or (guard is not None and guard.guard_id in _CLOSING_GUARDS)):
        return None
    if reading.kind == "withdrawn" or any(clause.vote == "resolved" for clause in reading.clauses):
        return None
    quote = max(second.clauses, key=lambda clause: clause.kinds.closed).quote
    return replace(_heard(reading, "closed", quote, second.kinds.closed), doubt="")


def _lift(reading: Reading, second: Second, profile: Profile, guard: Guard | None) -> Reading | None:
    """A resolution where the rules saw an event that may end the need and it is sure that it did; else None."""
    if guard is not None or second.kinds.resolved < LIFT or _is_barred(reading, second) or _is_letter(second):
        return None
    seen = [clause for clause in reading.clauses if _may_end(clause)]
    quoted = seen or _told(second)
    if not quoted or _names_some_only(quoted, profile):
        return None
    clause = max(quoted, key=lambda one: (bool(one.needs & profile.needs), one.confidence, one.start))
    read = replace(reading, kind="resolved", quote=clause.text, rule=clause.rule, doubt="")
    return _whole(read if seen else replace(read, clauses=(*reading.clauses, clause)))


def _told(second: Second) -> list[ClauseReading]:
    """The clauses that tell of something that has happened, in words of which the lexicon knows no event."""
    return [
        _clause(one.quote, TOLD, "resolved", one.kinds.resolved)
        for one in second.clauses
        if tells_of_something_done(one.quote)
    ]


def _whole(reading: Reading) -> Reading:
    """The resolution as one of the whole case: it is sure that nobody and nothing of the plea is left."""
    return replace(
        reading, confidence=SURE, settled_persons=frozenset(), settled_needs=_ALL, is_denial=False, is_asking=False
    )


def _names_some_only(clauses: Sequence[ClauseReading], profile: Profile) -> bool:
    """Whether these clauses tell of some of the plea's persons only, by name or by number."""
    if clauses and all("fewer" in clause.marks for clause in clauses):
        return True
    named = same_persons(frozenset(person for clause in clauses for person in clause.persons)) - UNNAMED
    if profile.persons >= _ALL:
        return bool(named) and "*" not in named and not any("all" in clause.marks for clause in clauses)
    wanted = profile.persons - UNNAMED
    return bool(named & wanted) and bool(wanted - named) and "*" not in named


def _is_barred(reading: Reading, second: Second) -> bool:
    """Whether a clause speaks so plainly against an end, or of something else, that no likelihood counts; that it
    speaks of others, or goes on, counts less where it is surer still."""
    weak = _WEAK_BARS if second.kinds.resolved >= LIFT_WEAK else frozenset()
    return any(
        (clause.vote in _BARS or clause.rule in _AGAINST_RULES) and clause.rule not in weak
        for clause in reading.clauses
    )


def _may_end(clause: ClauseReading) -> bool:
    """Whether the clause tells of an event that ends a need, done or seen."""
    if clause.vote in {"resolved", "hint"}:
        return True
    return level_of(clause.event) == "final" and clause.state == "none" and bool(clause.marks & _TOLD)


def _leaves_somebody(reading: Reading, profile: Profile) -> bool:
    """Whether it names some of the persons only: it cannot resolve the case, so there is nothing to veto."""
    return _names_some_only([clause for clause in reading.clauses if clause.vote == "resolved"], profile)


def _veto(reading: Reading, second: Second, profile: Profile) -> Reading:
    is_short = _length(second) <= _SHORT_CHARACTERS and any(
        clause.event in _SAID_OUTRIGHT and "解决" in clause.text for clause in reading.clauses
    )
    if is_short or second.kinds.resolved >= _veto_bar(reading, second, profile):
        return reading
    kind = "progress" if second.kinds.progress >= PROGRESS else "none"
    return replace(reading, kind=kind, doubt=f"{RULE}.veto")


def _veto_bar(reading: Reading, second: Second, profile: Profile) -> float:
    """How sure it must be not to veto: less so of plain statements, least in long letters, which it knows least."""
    plain = [clause for clause in reading.clauses if clause.vote == "resolved" and clause.rule in _PLAIN_RULES]
    finished = [clause for clause in plain if clause.marks & _FINISHED]
    if finished and _is_letter(second):
        return 0.0 if any("done_before" in clause.marks for clause in finished) else VETO_LETTER
    if any(clause.event in _SAID_OUTRIGHT for clause in finished):
        return VETO_OUTRIGHT
    return VETO_PLAIN if any(_answers_the_plea(clause, profile) for clause in plain) else VETO


def _answers_the_plea(clause: ClauseReading, profile: Profile) -> bool:
    """Whether it says 已 or 了 of the plea's person, or of just what the plea needs."""
    meets = bool(clause.persons & profile.persons) or bool(clause.needs & profile.needs)
    return meets and ("已" in clause.text or bool(clause.marks & _FINISHED) or clause.rule != "done")


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
    if reading.kind != "progress" or _is_letter(second) or none < second.kinds.progress:
        return reading
    is_partly_done = any(clause.vote == "resolved" for clause in reading.clauses)
    is_denied = any(clause.vote in _OPEN for clause in reading.clauses) and not reading.doubt
    if none < (SURELY_NONE if not is_denied else PARTLY_NONE if is_partly_done else NO_PROGRESS):
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
    if reading.doubt not in {"", *_CONFIRMABLE} or second.kinds.progress < PROGRESS or not second.clauses:
        return reading
    quote = max(second.clauses, key=lambda clause: clause.kinds.progress).quote
    return _heard(reading, "progress", quote, second.kinds.progress)


def _heard(reading: Reading, kind: str, quote: str, sure: float) -> Reading:
    clause = _clause(quote, RULE, kind, sure)
    clauses = (*reading.clauses, clause)
    return replace(reading, kind=kind, confidence=clause.confidence, quote=quote, rule=RULE, clauses=clauses)


def _clause(quote: str, rule: str, vote: str, sure: float) -> ClauseReading:
    """A clause in which the rules found no event."""
    none: frozenset[str] = frozenset()
    return ClauseReading(quote, 0, 0, "-", "done", none, none, none, rule, vote, min(0.99, round(sure, 2)))
