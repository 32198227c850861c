"""Loads the words of the status stage and finds them in a text, the longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

if TYPE_CHECKING:
    import ahocorasick

STATUS_DIR = DATA_DIR / "status"
_KINDS = frozenset({"event", "verb", "object", "mark", "person", "group", "generic", "skip"})
_STATES = frozenset({"", "done", "weak", "seen"})
_WORD_FILES = ("lexicon.tsv", "happenings.tsv")
_CHOICE = re.compile(r"\{([^{}]*)\}")


class Named(NamedTuple):
    """An event, verb or object that a word stands for; `state` is "done" where the word says so itself, "seen" where it
    tells of something that happens only once help is there."""

    name: str
    state: str


class Word(NamedTuple):
    """A word of the lexicon with all that it may stand for."""

    length: int
    events: tuple[Named, ...]
    verbs: tuple[Named, ...]
    objects: frozenset[str]
    marks: frozenset[str]
    persons: frozenset[str]


class Hit(NamedTuple):
    """A word of the lexicon in a text."""

    start: int
    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class EventKind:
    """A row of events.tsv; `satisfies` holds need categories, or `*`."""

    name: str
    level: str
    zh: str
    en: str
    satisfies: frozenset[str]


def find_words(text: str) -> list[Hit]:
    """The words of the lexicon in `text`, leftmost and longest, none overlapping."""
    return [Hit(end + 1 - word.length, end + 1, word) for end, word in _automaton().iter_long(text)]


@cache
def event_kinds() -> dict[str, EventKind]:
    """The event kinds by name."""
    return {
        row["event"]: EventKind(
            row["event"], row["level"], row["zh"], row["en"], frozenset(row["satisfies"].replace("-", "").split())
        )
        for _, row in read_table(STATUS_DIR / "events.tsv")
    }


def level_of(event: str) -> str:
    """How far an event can bring a case; "bare" for the nameless event of a clause that only asks."""
    kind = event_kinds().get(event)
    return kind.level if kind else "bare"


@cache
def compositions() -> dict[tuple[str, str], str]:
    """What a verb and an object in one clause amount to: (verb name, object name) to event name."""
    path = STATUS_DIR / "compose.tsv"
    found: dict[tuple[str, str], str] = {}
    for line, row in read_table(path):
        if row["event"] not in event_kinds():
            raise UserError(f"{path}:{line}: unknown event {row['event']!r}")
        found.setdefault((row["first"].removeprefix("verb:"), row["second"].removeprefix("object:")), row["event"])
    return found


@cache
def needs_automaton() -> ahocorasick.Automaton:
    """Finds the words of needs.tsv; each gives its need category."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for _, row in read_table(STATUS_DIR / "needs.tsv"):
        for term in row["terms"].split():
            automaton.add_word(term, row["need"])
    automaton.make_automaton()
    return automaton


@cache
def _automaton() -> ahocorasick.Automaton:
    import ahocorasick

    rows: dict[str, list[dict[str, str]]] = {}
    for row in (row for name in _WORD_FILES for row in _rows(STATUS_DIR / name)):
        for term in row["terms"].split():
            for spelling in _spellings(term):
                if row not in rows.setdefault(spelling, []):
                    rows[spelling].append(row)
    automaton = ahocorasick.Automaton()
    for term, meanings in rows.items():
        automaton.add_word(term, _word_of(term, meanings))
    automaton.make_automaton()
    return automaton


def _spellings(term: str) -> Iterator[str]:
    """The term with every choice of its `{a|b}` parts, and 已经X for 已X."""
    choice = _CHOICE.search(term)
    if choice:
        for part in choice[1].split("|"):
            yield from _spellings(term[: choice.start()] + part + term[choice.end() :])
        return
    yield term
    if term.startswith("已") and len(term) > 2 and term[1] != "经":
        yield "已经" + term[1:]


def _word_of(term: str, rows: Iterable[dict[str, str]]) -> Word:
    named: dict[str, list[Named]] = {}
    for row in rows:
        named.setdefault(row["kind"], []).append(Named(row["name"], row["state"]))
    people = [name for kind in ("person", "group") for one in named.get(kind, ()) for name in one.name.split()]
    return Word(
        length=len(term),
        events=_firmest(named.get("event", ())),
        verbs=_firmest(named.get("verb", ())),
        objects=frozenset(one.name for one in named.get("object", ())),
        marks=frozenset(one.name for one in named.get("mark", ())),
        persons=frozenset(people),
    )


def _firmest(named: Iterable[Named]) -> tuple[Named, ...]:
    """Without what is only seen where the same thing is also said to be done."""
    every = tuple(named)
    return tuple(one for one in every if one.state != "seen" or Named(one.name, "done") not in every)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line, row in read_table(path):
        if row["kind"] not in _KINDS or row["state"] not in _STATES:
            raise UserError(f"{path}:{line}: unknown kind or state: {row['kind']!r} {row['state']!r}")
        if row["kind"] == "event" and row["name"] not in event_kinds():
            raise UserError(f"{path}:{line}: event {row['name']!r} is not in events.tsv")
        yield row
