"""A pattern of many alternatives, searched only where a piece that one of them cannot do without stands in the text.

A guard is a hundred alternatives, and hardly any text holds a word of one. The pieces are found by one automaton, so a
text without any is passed over in a fraction of the time that the pattern takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ahocorasick

# An item that one of these signs follows may be missing from the text.
_OPTIONAL = frozenset("?*{")
_PLAIN = re.compile(r"[^\s\\.^$*+?{}\[\]()|0-9,]+")
_CLASS_OF_SIGNS = re.compile(r"\[([^\\^\-\]]+)\]")


class Needled:
    """A compiled pattern with the pieces of its alternatives."""

    __slots__ = ("_sieve", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self._sieve = Sieve([pattern])

    def stands_in(self, text: str) -> bool:
        """Whether the pattern stands anywhere in `text`; the same answer as `re.search` gives."""
        return bool(self._sieve.sift(text)) and self.pattern.search(text) is not None


class Sieve:
    """Which of many patterns may stand in a text at all, told by one pass over it."""

    __slots__ = ("_automaton", "_unknown")

    def __init__(self, patterns: Sequence[str]) -> None:
        places: dict[str, list[int]] = {}
        unknown = []
        for place, pattern in enumerate(patterns):
            needles = needles_of(pattern)
            unknown += [] if needles else [place]
            for needle in needles:
                places.setdefault(needle, []).append(place)
        self._unknown = frozenset(unknown)
        self._automaton = _automaton_of(places)

    def sift(self, text: str) -> frozenset[int]:
        """The places of the patterns of which a needed piece stands in `text`, and of those without such pieces."""
        if self._automaton is None:
            return self._unknown
        return self._unknown.union(*(found for _, found in self._automaton.iter(text)))


def needles_of(pattern: str) -> frozenset[str]:
    """Pieces of which every text that the pattern fits holds at least one; none where that cannot be told."""
    found = [_needles_of_branch(branch) for branch in _branches(pattern)]
    return frozenset().union(*found) if all(found) else frozenset()


def _needles_of_branch(branch: str) -> frozenset[str]:
    """The longest of the pieces that one alternative must hold."""
    items = [_needles_of_item(item) for item in _required_items(branch)]
    return max(items, key=lambda pieces: min(map(len, pieces), default=0), default=frozenset())


def _needles_of_item(item: str) -> frozenset[str]:
    if item.startswith("("):
        inner = item[1:-1].removeprefix("?:")
        return frozenset() if inner.startswith("?") else needles_of(inner)
    signs = _CLASS_OF_SIGNS.fullmatch(item)
    if signs:
        return frozenset(signs[1])
    return frozenset({item}) if _PLAIN.fullmatch(item) else frozenset()


def _required_items(branch: str) -> Iterator[str]:
    """Plain runs, brackets and classes of an alternative that cannot be missing."""
    items = list(_items(branch))
    for item, follower in zip(items, [*items[1:], ""], strict=True):
        if follower[:1] not in _OPTIONAL:
            yield item
        elif _PLAIN.fullmatch(item) and len(item) > 1:
            yield item[:-1]


def _branches(pattern: str) -> Iterator[str]:
    """The alternatives that stand outside every bracket."""
    held: list[str] = []
    for item in _items(pattern):
        if item == "|":
            yield "".join(held)
            held = []
        else:
            held.append(item)
    yield "".join(held)


def _items(pattern: str) -> Iterator[str]:
    """The pattern in pieces: escapes, classes, whole brackets, plain runs, and other signs one by one."""
    position = 0
    while position < len(pattern):
        end = _end_of_item(pattern, position)
        yield pattern[position:end]
        position = end


def _end_of_item(pattern: str, start: int) -> int:
    sign = pattern[start]
    if sign == "\\":
        return start + 2
    if sign == "[":
        return pattern.index("]", start + 1) + 1
    if sign == "(":
        return _end_of_bracket(pattern, start)
    plain = _PLAIN.match(pattern, start)
    return plain.end() if plain else start + 1


def _end_of_bracket(pattern: str, start: int) -> int:
    position = start + 1
    while pattern[position] != ")":
        position = _end_of_item(pattern, position)
    return position + 1


def _automaton_of(places: Mapping[str, Sequence[int]]) -> ahocorasick.Automaton | None:
    import ahocorasick

    if not places:
        return None
    automaton = ahocorasick.Automaton()
    for needle, found in places.items():
        automaton.add_word(needle, tuple(found))
    automaton.make_automaton()
    return automaton
