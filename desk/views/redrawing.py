"""A screenshot drawn again from its masked lines, each where it stood: what it shows, without anybody's phone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipeline.store.desk_case import Picture

_MOST_LINES = 200
_LONGEST_LINE = 120
# Of a line's box so much is the height of its characters.
_CHARACTER_SHARE = 0.82


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line in pixels of the picture: `x`, `y` are the left end of its base line, `length` is its width."""

    text: str
    x: int
    y: int
    size: int
    length: int


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A picture's masked words, and how to draw them; no lines where it was not read."""

    image_id: str
    width: int
    height: int
    words: str | None
    lines: tuple[DrawnLine, ...]


def redraw(picture: Picture) -> Redrawn:
    """The picture as it can be shown to everybody."""
    lines = [] if picture.lines is None else json.loads(picture.lines)
    return Redrawn(
        image_id=picture.image_id,
        width=picture.width or 0,
        height=picture.height or 0,
        words=picture.ocr_text,
        lines=tuple(_drawn(line["text"], line["box"]) for line in lines[:_MOST_LINES] if line["text"].strip()),
    )


def _drawn(text: str, box: tuple[int, int, int, int]) -> DrawnLine:
    left, top, right, bottom = box
    height = max(bottom - top, 1)
    size = max(round(height * _CHARACTER_SHARE), 1)
    return DrawnLine(text[:_LONGEST_LINE], left, top + size, size, max(right - left, 1))
