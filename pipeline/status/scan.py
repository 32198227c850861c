"""Finds in each clause its events, marks and people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.status.clauses import Clause, own_span, split_clauses
from pipeline.status.lexicon import Hit, compositions, find_words, needs_automaton
from pipeline.text.tokens import tokenise

# Answers to a form's question (是否获救: 是), which hold no other word of ours.
YES = frozenset({"是", "是的", "已", "对", "有"})
ANSWERS = YES | {"否", "不是", "没有", "没", "未", "无"}
_EVERYBODY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Event:
    """An event in a clause; `state` is "done" where its word says so itself, "weak" where it needs a subject."""

    name: str
    state: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a clause."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A clause taken apart. `persons` holds canonical names, or `*` for everybody; `objects` the kinds of things named."""

    clause: Clause
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    persons: frozenset[str]
    objects: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether the mark stands anywhere in the clause."""
        return any(mark.name == name for mark in self.marks)


def take_apart(text: str) -> list[Parts]:
    """The clauses of the writer's own words in a normalised text; clauses without a word of ours are left out."""
    start, end = own_span(text)
    hits = find_words(text[:end])
    parts: list[Parts] = []
    position = 0
    for clause in split_clauses(text, start, end):
        behind = position
        while behind < len(hits) and hits[behind].start < clause.tail_end:
            behind += 1
        inside = [hit for hit in hits[position:behind] if hit.start >= clause.start]
        position = behind
        if inside or text[clause.start : clause.end] in ANSWERS:
            parts.append(_parts_of(text, clause, _aligned(text, clause, inside)))
    return parts


def needs_in(text: str) -> frozenset[str]:
    """The need categories that a normalised text names."""
    return frozenset(need for _, need in needs_automaton().iter(text))


def _aligned(text: str, clause: Clause, hits: Sequence[Hit]) -> list[Hit]:
    """Without the one-character words that are a piece of a longer jieba word (会 in 社会)."""
    if all(hit.end - hit.start > 1 for hit in hits):
        return list(hits)
    words = set(_word_spans(text, clause))
    return [hit for hit in hits if hit.end - hit.start > 1 or hit.start >= clause.end or (hit.start, hit.end) in words]


def _word_spans(text: str, clause: Clause) -> Iterator[tuple[int, int]]:
    """Spans of the clause's words; a word's last character counts as a word of its own when it is 了."""
    position = clause.start
    for word in tokenise(text[clause.start : clause.end]):
        end = position + len(word)
        yield position, end
        yield from ((index, index + 1) for index in range(position, end) if text[index] in _FREE)
        position = end


# Particles and people that jieba glues to their neighbours (好了, 我妈) keep their meaning there.
_FREE = frozenset("了啦已己巳没未爸妈爷爹娘药我")


def _parts_of(text: str, clause: Clause, hits: Sequence[Hit]) -> Parts:
    events: list[Event] = []
    marks: list[Mark] = []
    verbs: list[tuple[Hit, str, str]] = []
    objects: list[tuple[Hit, str]] = []
    persons: set[str] = set()
    for hit in hits:
        for sense in hit.senses:
            match sense.kind:
                case "event":
                    events.append(Event(sense.name, sense.state, hit.start, hit.end))
                case "mark":
                    marks.append(Mark(sense.name, hit.start, hit.end))
                case "verb":
                    verbs.append((hit, sense.name, sense.state))
                case "object":
                    objects.append((hit, sense.name))
                case "person" | "group":
                    persons.update(sense.name.split())
    events += _composed(verbs, objects)
    if any(mark.name == "question" for mark in marks) or clause.is_question:
        marks.append(Mark("question", clause.start, clause.end))
    return Parts(clause, tuple(events), tuple(marks), _persons(persons), frozenset(name for _, name in objects))


def _persons(found: set[str]) -> frozenset[str]:
    if "*" in found:
        return _EVERYBODY
    return frozenset(found - {"self"} or found)


def _composed(verbs: Sequence[tuple[Hit, str, str]], objects: Sequence[tuple[Hit, str]]) -> Iterator[Event]:
    table = compositions()
    for verb, verb_name, state in verbs:
        for thing, thing_name in objects:
            event = table.get((verb_name, thing_name))
            if event is not None and verb.start != thing.start:
                yield Event(event, state, min(verb.start, thing.start), max(verb.end, thing.end))
