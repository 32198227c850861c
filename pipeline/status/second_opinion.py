"""Sets the statistical second reader beside the rules: it vetoes, lifts, closes, gives progress, and asks for review.

It resolves only where a clause can be quoted that tells of something done, no guard speaks, nobody of several is left
out, and it is surer than LIFT. Bars are from leaving one writer out: of 1,722 worlds of seven writers six were ended
wrongly by what was surer than LIFT; `python -m benchmarks.status_transfer` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.status.coverage import leaves_items
from pipeline.status.guards import Guard, find_guard, guard_of
from pipeline.status.lexicon import level_of
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.predicates import tells_of_a_part, tells_of_something_done
from pipeline.status.scan import take_apart
from pipeline.status.second_reader import Second, load_second_reader
from pipeline.status.second_reader_features import new_words
from pipeline.status.second_reader_traits import traits_of
from pipeline.status.several import leaves_somebody, names_some_only, speaks_of_some_only
from pipeline.text.normal import normalise

RULE = "second_reader"
TOLD = "told"
# Below this a success that the rules read is left to a person.
VETO = 0.9
# Where the rules read a plain statement (已, or the plea's person by name), only a firmer no counts; where it says
# 解决了 outright, and in letters of thanks, far longer than what it was fitted on, only the firmest.
VETO_PLAIN = 0.72
VETO_OUTRIGHT = 0.45
VETO_LETTER = 0.02
# From here on words that ended nothing may be the end: a person looks.
DOUBT = 0.6
# From here on, or where it speaks rather for progress than for none, words in which the rules saw a step are progress;
# below it they are none.
PROGRESS = 0.25
# The same where the rules saw none.
PROGRESS_ALONE = 0.45
# A statement in so few signs (已解决) gives it nothing to weigh.
_SHORT_CHARACTERS = 8
_LONG_CHARACTERS = 90
_AGAINST_RULES = frozenset(
    {"question", "condition", "condition.only_then", "hope", "others", "irony", "temporal", "hearsay", "reported"}
)
_FINISHED = frozenset({"finished", "done_before"})
_PLAIN_RULES = frozenset({"done", "done.headline", "treatment.ongoing"})
_SAID_OUTRIGHT = frozenset({"generic"})
GUARDED = "guard."
LIFT = 0.88
# The confidence of a resolution of which it is as sure.
SURE = 0.96
# As LIFT, in letters (then only by an event of the lexicon, and where nothing is asked), and where the rules took a
# clause for one about others or for a condition by its form alone.
LIFT_WEAK = 0.95
# From here on words that speak of a death, of giving up or of taking the plea back close it.
CLOSE = 0.9
# The same where somebody or something has been helped beside.
CLOSE_FIRMLY = 0.92
# Below this a closing that the rules read is left to a person.
CLOSE_VETO = 0.3
_CLOSING_LEVELS = frozenset({"death", "retract"})
# Guards that may close it, and from where on: who says that it is untrue leaves little to doubt.
_CLOSING_GUARDS = {"guard.dead": CLOSE, "guard.gave_up": CLOSE, "guard.untrue": 0.4}
_OPEN = frozenset({"deny", "ask", "reopened"})
_ASKING = frozenset({"deny", "ask", "plead"})
_BARS = frozenset({"reopened", "closed", "doubt"})
_WEAK_BARS = frozenset({"others", "continues"})
_TOLD = frozenset({"done", "seen"})
_ALL = frozenset({"*"})
# What contradicts an earlier success where nothing has got better: a negation or a question, and no thanks.
_CONTRADICTS = re.compile(r"^(?!.*谢).*[没未冰凉?？]", re.DOTALL)
SURELY_NONE = 0.9
_UNTOLD = frozenset({"irony", "dream"})


def weigh(reading: Reading, said_before: str, text: str, profile: Profile) -> Reading:
    """The reading of the author's `text` once the second reader has been heard. `said_before`: the plea and, for an
    edit, the version before it."""
    if reading.kind not in {"resolved", "none", "progress", "withdrawn", "closed"}:
        return reading
    words = new_words(said_before, text)
    is_part = leaves_items(said_before, words) or tells_of_a_part(normalise(words).text, normalise(said_before).text)
    if reading.kind == "resolved" and is_part:
        reading = replace(reading, kind="progress", doubt="")
    second = load_second_reader().read(said_before, text, traits_of(reading, said_before, words, profile))
    if reading.kind == "closed" or reading.doubt.startswith(GUARDED):
        return _after_rules(reading, second)
    if reading.kind == "resolved":
        return _check(reading, second, profile)
    if is_part:
        return _as_progress(reading, second)
    guard = find_guard(normalise(words).text, normalise(said_before).text)
    ended = _close(reading, second, guard) or _lift(reading, second, profile, guard)
    return ended or _contradicted(_go_on(reading, second, profile), second, words)


def _contradicted(reading: Reading, second: Second, words: str) -> Reading:
    """With a denial where it is sure that nothing has come of it and the words deny or ask, or are ironic."""
    is_against = second.kinds.none >= SURELY_NONE and _CONTRADICTS.search(words) is not None
    if reading.kind != "none" or not (is_against or reading.doubt == "irony"):
        return reading
    return replace(reading, is_denial=True)


def _check(reading: Reading, second: Second, profile: Profile) -> Reading:
    """A success that the rules read: of the whole case where it is sure, else left to a person below the bar."""
    if leaves_somebody(reading, profile):
        return replace(reading, kind="progress") if profile.persons >= _ALL else reading
    if speaks_of_some_only(second, profile):
        return replace(reading, kind="progress", doubt=f"{RULE}.more")
    if second.kinds.resolved >= LIFT:
        return _whole(reading)
    return _close(reading, second, None) or _veto(reading, second, profile)


def _after_rules(reading: Reading, second: Second) -> Reading:
    """What is left of a closing that the rules read, and of a success that a guard took back: progress or nothing."""
    if reading.kind == "closed":
        return reading if second.kinds.closed >= CLOSE_VETO else _doubted_end(reading)
    closed = _close(reading, second, guard_of(reading.doubt))
    return closed or replace(reading, kind="progress" if _is_progress(second, "progress") else "none")


def _close(reading: Reading, second: Second, guard: Guard | None) -> Reading | None:
    """A closing where it is sure of one and a guard or an event speaks of death, giving up or taking the plea back;
    else None, as where somebody has been helped beside."""
    votes = {clause.vote for clause in reading.clauses}
    is_told = any(level_of(clause.event) in _CLOSING_LEVELS for clause in reading.clauses) and not votes & _OPEN
    may_close = is_told or (guard is not None and guard.guard_id in _CLOSING_GUARDS)
    bar = _CLOSING_GUARDS.get(guard.guard_id, CLOSE) if guard else CLOSE
    if reading.kind == "withdrawn" or not may_close or second.kinds.closed < bar:
        return None
    helped = [clause for clause in reading.clauses if clause.vote == "resolved"]
    if helped and (bar == CLOSE or _is_outright(helped)) and second.kinds.closed < CLOSE_FIRMLY:
        return None
    quote = max(second.clauses, key=lambda clause: clause.kinds.closed).quote
    return replace(_heard(reading, "closed", quote, second.kinds.closed), doubt="")


def _doubted_end(reading: Reading) -> Reading:
    """Left to a person: the words of death or of a rumour that the rules read are of something else, it says."""
    nobody: frozenset[str] = frozenset()
    return replace(reading, kind="none", doubt=f"{RULE}.veto", settled_persons=nobody, settled_needs=nobody)


def _is_outright(clauses: Sequence[ClauseReading]) -> bool:
    """Whether 已 stands in one of them: 消息不实 beside 已经透析上了 is a contradiction."""
    return any("done_before" in clause.marks for clause in clauses)


def _lift(reading: Reading, second: Second, profile: Profile, guard: Guard | None) -> Reading | None:
    """A resolution where the rules saw an event that may end the need and it is sure that it did; else None."""
    bar = LIFT_WEAK if _is_letter(second) else LIFT
    if guard is not None or second.kinds.resolved < bar or _is_barred(reading, second):
        return None
    is_asking = any(clause.vote in _ASKING for clause in reading.clauses)
    seen = [] if is_asking and _is_letter(second) else [clause for clause in reading.clauses if _may_end(clause)]
    quoted = seen or ([] if is_asking or _is_letter(second) else _told(second))
    if not quoted or names_some_only(quoted, profile) or speaks_of_some_only(second, profile):
        return None
    clause = max(quoted, key=lambda one: (bool(one.needs & profile.needs), one.confidence, one.start))
    read = replace(reading, kind="resolved", quote=clause.text, rule=clause.rule, doubt="")
    return _whole(read if seen else replace(read, clauses=(*reading.clauses, clause)))


def _told(second: Second) -> list[ClauseReading]:
    """The clauses that tell of something that has happened, in words of which the lexicon knows no event; none where
    anything in the words is ironic or dreamt."""
    if any(part.mark_names & _UNTOLD for one in second.clauses for part in take_apart(normalise(one.quote).text)):
        return []
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


def _veto(reading: Reading, second: Second, profile: Profile) -> Reading:
    is_short = _length(second) <= _SHORT_CHARACTERS and any(
        clause.event in _SAID_OUTRIGHT and "解决" in clause.text for clause in reading.clauses
    )
    if is_short or second.kinds.resolved >= _veto_bar(reading, second, profile):
        return reading
    kind = "progress" if _is_progress(second, "progress") else "none"
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


def _go_on(reading: Reading, second: Second, profile: Profile) -> Reading:
    """Words that end nothing: whether there is progress, and whether a person should look.

    Somebody of several who has been helped is progress whatever it says of the rest; of letters, which it knows least,
    the rules decide.
    """
    is_over = second.kinds.resolved >= DOUBT and not _is_guarded(reading)
    reading = replace(reading, doubt=reading.doubt or (f"{RULE}.maybe" if is_over else ""))
    if reading.kind == "withdrawn":
        return reading
    is_kept = (reading.kind == "progress" and _is_letter(second)) or leaves_somebody(reading, profile)
    if not is_kept and not _is_progress(second, reading.kind):
        return replace(reading, kind="none", settled_persons=frozenset(), settled_needs=frozenset())
    return _as_progress(reading, second)


def _as_progress(reading: Reading, second: Second) -> Reading:
    if reading.kind == "progress" or not second.clauses:
        return reading
    quote = max(second.clauses, key=lambda clause: clause.kinds.progress).quote
    return _heard(reading, "progress", quote, second.kinds.progress)


def _is_progress(second: Second, seen: str) -> bool:
    """Whether words in which the rules have seen this kind are progress."""
    kinds = second.kinds
    if seen != "progress":
        return kinds.progress >= PROGRESS_ALONE and _length(second) > _SHORT_CHARACTERS // 2
    return kinds.progress >= PROGRESS or kinds.progress > kinds.none + kinds.reopened + kinds.closed


def _is_guarded(reading: Reading) -> bool:
    return any(clause.rule in _AGAINST_RULES for clause in reading.clauses)


def _heard(reading: Reading, kind: str, quote: str, sure: float) -> Reading:
    clause = _clause(quote, RULE, kind, sure)
    clauses = (*reading.clauses, clause)
    return replace(reading, kind=kind, confidence=clause.confidence, quote=quote, rule=RULE, clauses=clauses)


def _clause(quote: str, rule: str, vote: str, sure: float) -> ClauseReading:
    """A clause in which the rules found no event."""
    none: frozenset[str] = frozenset()
    return ClauseReading(quote, 0, 0, "-", "done", none, none, none, rule, vote, min(0.99, round(sure, 2)))
