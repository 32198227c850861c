"""Reads one text clause by clause, and says what the whole of it amounts to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.status.backing import only_backed
from pipeline.status.clause_events import NEED_OBJECTS, events_of, lacks
from pipeline.status.combine import combine
from pipeline.status.coverage import ONE_NEED
from pipeline.status.guards import find_guard
from pipeline.status.known import is_known, known_texts, news_of, without_known
from pipeline.status.lexicon import event_kinds, level_of
from pipeline.status.marks import marks_of
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.needs import count_people, is_other_thing, last_count_of_people, profile_of
from pipeline.status.rules import match_rule
from pipeline.status.scan import STRANGERS, Event, Parts, needs_in, take_apart
from pipeline.status.strangers import may_name_a_stranger, names_a_stranger
from pipeline.text.normal import NormalText, normalise

_EMPTY_PROFILE = Profile(frozenset(), frozenset(), frozenset(), frozenset(), 0)
_NONE: frozenset[str] = frozenset()
# Named in passing in a plea for people, an animal is not whom it is for.
_PETS = frozenset({"cat"})
_IRONY = frozenset({"irony"})
# Means to an end: that these are settled (核酸的问题解决了) does not settle the end.
_MEANS = frozenset({"test", "pass", "ambulance"})
# What came, where the event leaves it open and the clause names it (抢到菜了 is no medicine).
_UNSAID_THINGS = frozenset({"received", "got"})
_THINGS = frozenset({"medicine", "supplies"})
_NEED_OF_THING: dict[str, frozenset[str]] = {
    "medicine": frozenset({"medicine", "equipment"}),
    "supplies": frozenset({"supplies", "equipment"}),
}
_TREATED = frozenset({"dialysis", "oncology", "maternity", "emergency", "pediatric"})
_SOMETHING_ELSE = frozenset({"something_else"})
_HEARD = frozenset({"hearsay", "reported"})
_IN_FORM = frozenset({"in_form"})
_FORM_LABEL = re.compile(r"(?:姓名|年龄|性别|地址|城市|小区|联系方式|联系电话|联系人|患病时间|病情|现状)[】\s]*[:：】]")
_FORM_LABELS = 3
# More people than a household: news, not the plea.
_CROWD = 12
_OTHERS = frozenset({"others"})
_CONDITION = frozenset({"condition"})
_ONLY_THEN = frozenset({"only_then"})
_VERIFY = frozenset({"verify"})
_VERIFY_BESIDE = frozenset({"verify_beside"})
_SENTENCE_WIDE = frozenset({"condition", "hearsay", "reported"})
_BESIDE = frozenset({"contrast", "concede", "update", "past", "ask", "plead", "tomorrow"})
# Who has just been born is not whom the plea was for.
_NEWBORN = frozenset({"son", "daughter", "child", "sister", "brother"})
_ASKED_BEHIND = ("了没", "了没有", "了么", "了不", "没呀", "没啊")
# 病友寄来了, 隔壁借的: a neighbour who gives is no stranger whose own case is told.
_GIVES = re.compile(
    r"送|寄|匀|借|捐|让给|给了|给的|分了|分给|拿来|带来|搭|帮|煮|端|抬|背|陪|照|垫|修|替|腾|留给|转给|接到|推|开车|开来|骑"
)
# 等妈妈住院了再…: a condition without a word for it.
_WAITS_UNTIL = re.compile(
    r"(?:(?<=[，。！；,!;\s])|^)(?:就|要|只)?等(?!到|了|来|于|不|着|候|待|我到).{1,12}?(?:了|好|完)$|等.{1,14}?(?:了|好|后|完)(?:之后|以后)?(?:我|就|再|一定|马上|便)"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a text is read against: the plea's profile, and texts whose clauses are no news (plea, earlier version)."""

    profile: Profile = _EMPTY_PROFILE
    known_texts: tuple[str, ...] = ()


def context_of(plea_text: str, previous_text: str | None = None, needs: frozenset[str] = frozenset()) -> Context:
    """The context for words that follow `plea_text`; an edit is read against the version before it."""
    return Context(profile_of(plea_text, needs), known_texts(plea_text, previous_text))


@lru_cache(maxsize=16384)
def read_words(text: str, context: Context | None = None) -> Reading:
    """What `text` (masked display text) says about the case. Clauses that stand in a known text are passed over.

    Readings are kept, since `decide` and `carry` ask for the same ones and most copies are alike.
    """
    context = context or Context()
    normal = without_known(normalise(text), context.known_texts)
    clauses = tuple(_read_clauses(normal, context))
    reading = combine(text, clauses, context.profile)
    if reading.kind != "resolved":
        return reading
    news = news_of(normal.text, context.known_texts)
    checked = only_backed(clauses, news, context.profile)
    backed = reading if checked is clauses else combine(text, checked, context.profile)
    return guarded(backed, news, context) if backed.kind == "resolved" else backed


def guarded(reading: Reading, news: str, context: Context) -> Reading:
    """The reading of a success, or what a guard leaves of it; its doubt is then the guard's id."""
    guard = find_guard(news, context.known_texts[0] if context.known_texts else "")
    if guard is None:
        return reading
    return replace(reading, kind=guard.leaves, doubt=guard.guard_id)


def _read_clauses(normal: NormalText, context: Context) -> Iterator[ClauseReading]:
    text = normal.text
    sentence, inherited, persons = -1, _NONE, _NONE
    previous: Parts | None = None
    every = [
        part
        for part in take_apart(text)
        if not is_known(text[part.clause.start : part.clause.end], context.known_texts)
    ]
    form_start = _form_start(text, context)
    stranger, may_be_stranger = False, bool(context.known_texts) and may_name_a_stranger(text)
    ironic, consequent = _sentences_with(every, "irony"), _sentences_with(every, "only_then")
    verifying = {part.clause.sentence for part in every if part.events and _verifies(part)}
    for part in every:
        if part.clause.sentence != sentence:
            sentence, persons = part.clause.sentence, _NONE
            inherited = _IRONY if sentence in ironic else _NONE
            inherited |= _ONLY_THEN if sentence in consequent else _NONE
        persons = _subjects(part, context) or persons
        stranger = may_be_stranger and _goes_on_about_a_stranger(stranger, part, text, context)
        events = events_of(part, previous, text, context.known_texts)
        if events:
            inherited |= _VERIFY_BESIDE if part.clause.sentence in verifying else _NONE
            marks = inherited | _surroundings(part, text, context) | (_OTHERS if stranger else _NONE)
            in_form = _IN_FORM if part.clause.start > form_start else _NONE
            frame = _Frame(normal, context, marks | in_form, persons)
            yield from _read_events(events, part, frame)
        inherited |= _inherited_from(part, text)
        previous = part


def _goes_on_about_a_stranger(was: bool, part: Parts, text: str, context: Context) -> bool:
    """Whether the clause is about somebody else by name, or goes on about them without naming anybody of the plea."""
    words = text[part.clause.start : part.clause.end]
    if _is_stranger(part, words, context.known_texts[0]):
        return True
    return was and not part.persons and not part.has("pronoun") and not _thanks(part)


def _sentences_with(parts: Sequence[Parts], mark: str) -> set[int]:
    """The sentences that hold this mark anywhere: it colours the clauses before it too (住进去了，才能放心)."""
    return {part.clause.sentence for part in parts if part.has(mark)}


def _form_start(text: str, context: Context) -> int:
    """Where a form (姓名, 年龄, …) begins that the plea did not have: what it holds is the story of a plea."""
    labels = [
        found.start()
        for found in _FORM_LABEL.finditer(text)
        if not any(text[found.start() : found.end() + 4] in known for known in context.known_texts)
    ]
    return labels[0] if len(labels) >= _FORM_LABELS else len(text)


@dataclass(frozen=True, slots=True)
class _Frame:
    normal: NormalText
    context: Context
    marks: frozenset[str]
    persons: frozenset[str]


def _read_events(events: Sequence[Event], part: Parts, frame: _Frame) -> Iterator[ClauseReading]:
    text, clause = frame.normal.text, part.clause
    start, end = frame.normal.span(clause.start, clause.end)
    words = text[clause.start : clause.end]
    quantity = _quantity(words, frame.context.profile)
    for event in events:
        marks = marks_of(event, part, frame.marks, text)
        rule = match_rule(level_of(event.name), event.name, marks)
        if rule is not None:
            needs = _needs_settled(event, words, part.objects)
            persons = frame.persons - _NEWBORN if event.name == "birth" else frame.persons
            beside = marks | quantity | _other_need(event, needs, frame.context.profile)
            yield ClauseReading(
                text=words,
                start=start,
                end=end,
                event=event.name,
                state=rule.state,
                marks=beside,
                persons=persons,
                needs=needs,
                rule=rule.rule_id,
                vote=rule.vote,
                confidence=rule.confidence,
            )


def _inherited_from(part: Parts, text: str) -> frozenset[str]:
    """What a clause hands on to the rest of its sentence: a condition, a hearsay, that it speaks of verification."""
    found = part.mark_names & _SENTENCE_WIDE
    if "”" in text[part.clause.start : part.clause.tail_end]:
        found -= _HEARD
    if _waits_until(part, text):
        found |= _CONDITION
    return found | _VERIFY if _verifies(part) else found


def _waits_until(part: Parts, text: str) -> bool:
    start, end = part.clause.start, part.clause.end
    return text.find("等", start, end) >= 0 and _WAITS_UNTIL.search(text, start, end) is not None


def _verifies(part: Parts) -> bool:
    return any(event.name == "verified" for event in part.events)


def _quantity(words: str, profile: Profile) -> frozenset[str]:
    """Whether the clause speaks of fewer people than the plea does."""
    if profile.head_count == 0:
        return _NONE
    count = last_count_of_people(words)
    return frozenset({"fewer"}) if 0 < count < profile.head_count else _NONE


def _other_need(event: Event, needs: frozenset[str], profile: Profile) -> frozenset[str]:
    """Whether what has ended is nothing that the plea needed."""
    is_other = event.name in ONE_NEED and needs and profile.needs and "*" not in needs and not needs & profile.needs
    return frozenset({"other_need"}) if is_other else _NONE


def _needs_settled(event: Event, words: str, objects: frozenset[str]) -> frozenset[str]:
    """What has ended with this event; a general word (解决了) ends what its clause names, or all."""
    kind = event_kinds().get(event.name)
    satisfied = kind.satisfies if kind else _NONE
    if event.name in _UNSAID_THINGS and (said := objects & _THINGS):
        return frozenset(need for thing in said for need in _NEED_OF_THING[thing])
    if satisfied != {"*"}:
        return satisfied
    named = needs_in(words)
    if named & _TREATED:
        return named | event_kinds()["treatment"].satisfies
    return named or (_SOMETHING_ELSE if objects & _MEANS else satisfied)


def _surroundings(part: Parts, text: str, context: Context) -> frozenset[str]:
    """What the clause says around its events."""
    words = text[part.clause.start : part.clause.end]
    holds = {
        "others": _is_of_others(part, words, context),
        "plea_missing": context.profile.is_missing,
        "need_object": bool(part.objects & NEED_OBJECTS),
        "condition": _waits_until(part, text),
        "bare_denial": part.has("still") and part.has("negation"),
        "question": words.endswith(_ASKED_BEHIND),
        "lacking": lacks(part) and part.has("negation"),
        "subject": bool(part.persons) or part.has("all"),
        "verify": _verifies(part),
        "other_thing": bool(part.objects) and is_other_thing(words, context.known_texts),
    }
    return part.mark_names & _BESIDE | {name for name, is_so in holds.items() if is_so}


def _is_of_others(part: Parts, words: str, context: Context) -> bool:
    """Whether its only people are strangers to the plea, or more than a household."""
    profile = context.profile
    strangers = STRANGERS - (profile.named - _PETS if profile.persons else profile.named)
    if part.persons and part.persons <= strangers and not _thanks(part):
        return _GIVES.search(words) is None
    if part.has("neighbours") and _GIVES.search(words) is None:
        return True
    return count_people(words) > max(_CROWD, profile.head_count)


def _is_stranger(part: Parts, words: str, plea: str) -> bool:
    """Whether somebody else is called by name, who neither gives nor is thanked."""
    return _GIVES.search(words) is None and not _thanks(part) and names_a_stranger(words, plea)


def _subjects(part: Parts, context: Context) -> frozenset[str]:
    """Whom the clause is about; who is thanked is no subject unless the plea named them."""
    return part.persons & (context.profile.named | {"*"}) if _thanks(part) else part.persons


def _thanks(part: Parts) -> bool:
    return any(event.name == "thanks" for event in part.events)
