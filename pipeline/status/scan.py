"""Finds in each clause its events, marks and people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.status.clauses import Clause, own_clauses, own_span
from pipeline.status.lexicon import Hit, Named, compositions, find_words, needs_automaton
from pipeline.text.tokens import tokenise

# Answers to a form's question (是否获救: 是), which hold no other word of ours.
YES = frozenset({"是", "是的", "已", "对", "有"})
ANSWERS = YES | {"否", "不是", "没有", "没", "未", "无"}
# Particles and people that jieba glues to their neighbours (好了, 我妈) keep their meaning there.
_FREE = frozenset("了啦已己巳没未不爸妈爷爹娘药我")
# Whom a plea is seldom for; words about them count only where the plea names them.
STRANGERS = frozenset({"friend", "neighbour", "cat", "crowd"})
# 一位阿姨, 警察叔叔, 群里的姐姐: who helps, not whom the plea is for.
_HELPER_BEFORE = re.compile(
    r"(?:(?:[一二三四五六七八九十两几那这某]|好多|许多)(?:个|位|名|群|对)|好心|热心|陌生|志愿者|骑手|快递|外卖|护士|护工|医生|警察|民警|交警|消防"
    r"|司机|邻居|隔壁|对[门面]|楼[上下长]|群里|网友|病友|社区|居委|物业|保安|团长|师傅|大白|助产士|退休|老师|院长|主任|书记|站长|老板|房东|环卫|保洁|清洁|月嫂|店)[^，。把给帮替为送接救抬背扶]{0,4}$"
)
# What stands where a known text was taken out (reading.py).
_STOPS = "。"
_EVERYBODY = frozenset({"*"})
_NOBODY: frozenset[str] = frozenset()
# A group of all, and the writer, are never one of the helpers.
_NEVER_HELPERS = frozenset({"*", "we", "self", "cat", "crowd"})


class Event(NamedTuple):
    """An event in a clause; `state` is "done" where its word says so itself, "weak" where it needs a subject."""

    name: str
    state: str
    start: int
    end: int


class Mark(NamedTuple):
    """A mark in a clause."""

    name: str
    start: int
    end: int


class Parts(NamedTuple):
    """A clause taken apart. `persons` holds canonical names, or `*` for everybody; `objects` the kinds of things."""

    clause: Clause
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    mark_names: frozenset[str]
    persons: frozenset[str]
    objects: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether the mark stands anywhere in the clause."""
        return name in self.mark_names


def take_apart(text: str) -> list[Parts]:
    """The clauses of the writer's own words in a normalised text; clauses without a word of ours are left out."""
    _, end = own_span(text)
    hits = find_words(text[:end].rstrip(_STOPS))
    parts: list[Parts] = []
    position, count = 0, len(hits)
    for clause in own_clauses(text):
        while position < count and hits[position].start < clause.start:
            position += 1
        first = position
        while position < count and hits[position].start < clause.tail_end:
            position += 1
        if position > first or text[clause.start : clause.end] in ANSWERS:
            parts.append(_parts_of(text, clause, _aligned(text, clause, hits[first:position])))
    return parts


def needs_in(text: str) -> frozenset[str]:
    """The need categories that a normalised text names."""
    return frozenset(need for _, need in needs_automaton().iter(text))


def _aligned(text: str, clause: Clause, hits: list[Hit]) -> list[Hit]:
    """Without the one-character words that are a piece of a longer jieba word (会 in 社会)."""
    doubtful = [hit for hit in hits if hit.word.length == 1 and hit.start < clause.end and text[hit.start] not in _FREE]
    if not doubtful:
        return hits
    words = _single_words(text, clause)
    return [hit for hit in hits if hit not in doubtful or hit.start in words]


def _single_words(text: str, clause: Clause) -> set[int]:
    """Where the clause has words of one character."""
    position = clause.start
    found: set[int] = set()
    for word in tokenise(text[clause.start : clause.end]):
        if len(word) == 1:
            found.add(position)
        position += len(word)
    return found


def _parts_of(text: str, clause: Clause, hits: Sequence[Hit]) -> Parts:
    events: list[Event] = []
    marks: list[Mark] = []
    verbs: list[tuple[Hit, Named]] = []
    objects: list[tuple[Hit, str]] = []
    people: list[Hit] = []
    for hit in hits:
        start, end, word = hit
        events += [Event(name, state, start, end) for name, state in word.events]
        marks += [Mark(name, start, end) for name in word.marks]
        verbs += [(hit, verb) for verb in word.verbs]
        objects += [(hit, name) for name in word.objects]
        if word.persons and not _is_helper(text, clause, hit):
            people.append(hit)
    if verbs and objects:
        events += _composed(text, verbs, objects)
    if len(events) > 1:
        events = list(dict.fromkeys(events))
    if clause.is_question:
        marks.append(Mark("question", clause.start, clause.end))
    return Parts(
        clause,
        tuple(events),
        tuple(marks),
        frozenset([mark.name for mark in marks]),
        _persons(people),
        frozenset([name for _, name in objects]),
    )


def _is_helper(text: str, clause: Clause, hit: Hit) -> bool:
    """Whether a person is named as somebody who helps, or as one of a crowd (妈妈们)."""
    if hit.word.persons & _NEVER_HELPERS:
        return False
    return text.startswith("们", hit.end) or _HELPER_BEFORE.search(text, clause.start, hit.start) is not None


def _persons(hits: Sequence[Hit]) -> frozenset[str]:
    if not hits:
        return _NOBODY
    found: set[str] = set()
    for hit in hits:
        found |= hit.word.persons
    if "*" in found:
        strangers = found - {"*", "we", "self"}
        return frozenset(strangers) if strangers and strangers <= STRANGERS else _EVERYBODY
    if found <= {"we", "self"}:
        return _EVERYBODY if "we" in found else frozenset(found)
    return frozenset(found - {"self", "we"})


def _composed(text: str, verbs: Sequence[tuple[Hit, Named]], objects: Sequence[tuple[Hit, str]]) -> Iterator[Event]:
    table = compositions()
    for verb, (verb_name, state) in verbs:
        for thing, thing_name in objects:
            event = table.get((verb_name, thing_name))
            describes = text.startswith("的", verb.end) and verb.end < thing.start
            if event is not None and verb.start != thing.start and not describes:
                yield Event(event, state, min(verb.start, thing.start), max(verb.end, thing.end))
