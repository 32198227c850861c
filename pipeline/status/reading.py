"""Reads one text clause by clause, and says what the whole of it amounts to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.status.combine import combine
from pipeline.status.lexicon import event_kinds
from pipeline.status.marks import marks_of
from pipeline.status.model import ClauseReading, Reading
from pipeline.status.needs import Profile, count_people, profile_of
from pipeline.status.rules import match_rule
from pipeline.status.scan import ANSWERS, YES, Event, Parts, needs_in, take_apart
from pipeline.text.normal import NormalText, normalise

_EMPTY_PROFILE = Profile(frozenset(), frozenset(), frozenset(), frozenset(), 0)
_SENTENCE_WIDE = {"condition": "condition", "hearsay": "hearsay"}
# Marks of other people that a plea about exactly these people takes back.
_NEED_OBJECTS = frozenset(
    {"medicine", "supplies", "dialysis", "oncology", "surgery", "cure", "power", "bed", "pass", "ambulance", "test"}
)
# 等妈妈住院了再…: a condition without a word for it.
_WAITS_UNTIL = re.compile(r"等.{1,14}?(?:了|好|后|完)(?:之后|以后)?(?:我|就|再|一定|马上|便)")
_OUTSIDERS = frozenset({"friend", "neighbour", "cat"})


@dataclass(frozen=True, slots=True)
class Context:
    """What a text is read against: the plea's profile, and the texts whose clauses are not new (plea, earlier version)."""

    profile: Profile = _EMPTY_PROFILE
    known_texts: tuple[str, ...] = ()


def context_of(plea_text: str, previous_text: str | None = None, needs: frozenset[str] = frozenset()) -> Context:
    """The context for words that follow `plea_text`; an edit is read against the version before it."""
    known = tuple(normalise(text).text for text in (plea_text, previous_text) if text)
    return Context(profile_of(plea_text, needs), known)


def read_words(text: str, context: Context | None = None) -> Reading:
    """What `text` (masked display text) says about the case. Clauses that stand in a known text are passed over."""
    context = context or Context()
    normal = normalise(text)
    clauses = tuple(_read_clauses(normal, context))
    return combine(text, clauses, context.profile)


def _read_clauses(normal: NormalText, context: Context) -> Iterator[ClauseReading]:
    text = normal.text
    sentence, inherited, persons = -1, frozenset[str](), frozenset[str]()
    previous: Parts | None = None
    every = [part for part in take_apart(text) if not _is_known(part, text, context)]
    ironic = frozenset(part.clause.sentence for part in every if part.has("irony"))
    for part in every:
        if part.clause.sentence != sentence:
            sentence, inherited, persons = part.clause.sentence, frozenset(), frozenset()
        if part.persons:
            persons = part.persons
        marks = inherited | _surroundings(part, text, context) | ({"irony"} if sentence in ironic else set())
        for event in _events_of(part, previous, text):
            yield _read_event(event, part, _Frame(normal, context, marks, persons))
        inherited |= {wide for mark, wide in _SENTENCE_WIDE.items() if part.has(mark)}
        previous = part


@dataclass(frozen=True, slots=True)
class _Frame:
    normal: NormalText
    context: Context
    marks: frozenset[str]
    persons: frozenset[str]


def _read_event(event: Event, part: Parts, frame: _Frame) -> ClauseReading:
    text, clause = frame.normal.text, part.clause
    marks = marks_of(event, part, frame.marks, text)
    kind = event_kinds().get(event.name)
    level = kind.level if kind else "bare"
    rule = match_rule(level, event.name, marks)
    start, end = frame.normal.span(clause.start, clause.end)
    words = text[clause.start : clause.end]
    return ClauseReading(
        text=words,
        start=start,
        end=end,
        event=event.name,
        state=rule.state if rule else "none",
        marks=marks | _quantity(words, frame.context.profile),
        persons=frame.persons,
        needs=_needs_settled(event, words),
        rule=rule.rule_id if rule else "",
        vote=rule.vote if rule else "none",
        confidence=rule.confidence if rule else 0.0,
    )


def _quantity(words: str, profile: Profile) -> frozenset[str]:
    """Whether the clause speaks of fewer people than the plea does."""
    count = count_people(words)
    return frozenset({"fewer"}) if 0 < count < profile.head_count else frozenset()


def _needs_settled(event: Event, words: str) -> frozenset[str]:
    satisfied = event_kinds()[event.name].satisfies if event.name in event_kinds() else frozenset()
    if satisfied != {"*"}:
        return satisfied
    return needs_in(words) or satisfied


def _surroundings(part: Parts, text: str, context: Context) -> set[str]:
    found: set[str] = set()
    is_thanking = any(event.name == "thanks" for event in part.events)
    if part.persons and part.persons <= _OUTSIDERS - context.profile.named and not is_thanking:
        found.add("others")
    if context.profile.is_missing:
        found.add("plea_missing")
    if part.objects & _NEED_OBJECTS:
        found.add("need_object")
    if _WAITS_UNTIL.search(text, part.clause.start, part.clause.end):
        found.add("condition")
    if part.has("still") and part.has("negation"):
        found.add("bare_denial")
    found.update(name for name in ("contrast", "concede", "update", "past", "ask", "plead", "tomorrow") if part.has(name))
    if any(event.name == "verified" for event in part.events):
        found.add("verify")
    return found


def _events_of(part: Parts, previous: Parts | None, text: str) -> Sequence[Event]:
    """The clause's events; a bare clause gives one nameless event, and `是否获救: 是` the one its label names."""
    if part.events:
        return part.events
    words = text[part.clause.start : part.clause.end]
    answered = previous is not None and "是否" in text[previous.clause.start : previous.clause.end]
    if answered and previous is not None and previous.events and words in ANSWERS:
        asked = previous.events[0]
        return (Event(asked.name if words in YES else "failure", "done", part.clause.start, part.clause.end),)
    return (Event("-", "", part.clause.start, part.clause.end),)


def _is_known(part: Parts, text: str, context: Context) -> bool:
    """Whether the clause stood in the plea or in the version before: said earlier, so it is no news."""
    words = text[part.clause.start : part.clause.end]
    return any(words in known for known in context.known_texts) and not (len(words) < 4 and len(text) < 12)
