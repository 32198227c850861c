"""Loads the words of the status stage and finds them in a text, the longest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

if TYPE_CHECKING:
    import ahocorasick

STATUS_DIR = DATA_DIR / "status"
_KINDS = frozenset({"event", "verb", "object", "mark", "person", "group", "generic", "skip"})
_STATES = frozenset({"", "done", "weak"})


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a word: its kind, its name in that kind, and whether the word itself says "done"."""

    kind: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in a text."""

    start: int
    end: int
    senses: tuple[Sense, ...]


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
    return [Hit(end + 1 - length, end + 1, senses) for end, (length, senses) in _automaton().iter_long(text)]


@cache
def event_kinds() -> dict[str, EventKind]:
    """The event kinds by name."""
    return {
        row["event"]: EventKind(
            row["event"], row["level"], row["zh"], row["en"], frozenset(row["satisfies"].replace("-", "").split())
        )
        for _, row in read_table(STATUS_DIR / "events.tsv")
    }


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

    senses: dict[str, list[Sense]] = {}
    for term, sense in _entries(STATUS_DIR / "lexicon.tsv"):
        senses.setdefault(term, []).append(sense)
    automaton = ahocorasick.Automaton()
    for term, meanings in senses.items():
        automaton.add_word(term, (len(term), tuple(meanings)))
    automaton.make_automaton()
    return automaton


def _entries(path: Path) -> Iterator[tuple[str, Sense]]:
    for line, row in read_table(path):
        kind, name, state = row["kind"], row["name"], row["state"]
        if kind not in _KINDS or state not in _STATES:
            raise UserError(f"{path}:{line}: unknown kind or state: {kind!r} {state!r}")
        if kind == "event" and name not in event_kinds():
            raise UserError(f"{path}:{line}: event {name!r} is not in events.tsv")
        for term in row["terms"].split():
            yield term, Sense(kind, name, state)
