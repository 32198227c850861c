"""Two texts side by side, with what only one of them has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from pipeline.text.display import as_displayed

_MOST_CHARACTERS = 3_000
# A shorter piece between two changes is chance, and a reader sees confetti.
_LEAST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one side; `is_own` where the other side has not got it."""

    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Both sides, and which share of the shorter one stands in the other (0 to 1)."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    shared: float


def compare_texts(left: str, right: str) -> Difference:
    """The difference of two texts as they are displayed; of very long ones the first 3,000 characters."""
    left, right = as_displayed(left)[:_MOST_CHARACTERS], as_displayed(right)[:_MOST_CHARACTERS]
    common = list(_common(left, right))
    shorter = min(len(left), len(right))
    shared = sum(end - start for start, end, _, _ in common) / shorter if shorter else 0.0
    return Difference(
        _pieces(left, [(start, end) for start, end, _, _ in common]),
        _pieces(right, [(start, end) for _, _, start, end in common]),
        shared,
    )


def _common(left: str, right: str) -> Iterator[tuple[int, int, int, int]]:
    for code in Indel.opcodes(left, right):
        if code.tag == "equal" and code.src_end - code.src_start >= _LEAST_SHARED:
            yield code.src_start, code.src_end, code.dest_start, code.dest_end


def _pieces(text: str, common: list[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces, at = [], 0
    for start, end in common:
        if start > at:
            pieces.append(Piece(text[at:start], is_own=True))
        pieces.append(Piece(text[start:end], is_own=False))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], is_own=True))
    return tuple(pieces)
