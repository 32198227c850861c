"""What a search found, each hit cut to the words around what was looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.search import Hit
from pipeline.text.display import as_displayed

MOST_COUNTED = 1_000
_WORD = re.compile(r'"([^"]+)"|“([^”]+)”|(\S+)')
_MOST_WORDS = 10
_BEFORE, _LENGTH = 30, 150
_READ_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an excerpt; `is_hit`: it is what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A post that holds the words, with an excerpt."""

    hit: Hit
    pieces: tuple[Piece, ...]


def words_in(asked: str) -> list[str]:
    """The words of a question, "in quotes" a phrase with blanks; ten at the most."""
    words = [next(group for group in found.groups() if group) for found in _WORD.finditer(asked)]
    return [word.strip() for word in words if word.strip()][:_MOST_WORDS]


def show_hits(hits: Sequence[Hit], words: Sequence[str]) -> list[Found]:
    """The hits with their excerpts."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    return [Found(hit, _excerpt(hit.text, pattern)) for hit in hits]


def _excerpt(text: str, pattern: re.Pattern[str]) -> tuple[Piece, ...]:
    shown = " ".join(as_displayed(text[:_READ_CHARACTERS]).split())
    first = pattern.search(shown)
    start = max(first.start() - _BEFORE, 0) if first else 0
    end = min(start + _LENGTH, len(shown))
    pieces, at = [Piece("…" if start else "", is_hit=False)], start
    for found in pattern.finditer(shown, start, end):
        pieces += [Piece(shown[at : found.start()], is_hit=False), Piece(found[0], is_hit=True)]
        at = found.end()
    pieces.append(Piece(shown[at:end] + ("…" if end < len(shown) else ""), is_hit=False))
    return tuple(piece for piece in pieces if piece.text)
