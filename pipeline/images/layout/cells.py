"""Lines as they stand on the page: pieces of one row joined where they belong together, and what each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.images.layout.chrome import SourceTime, cut_tail, kind_of, read_time
from pipeline.images.ocr.engine import Row
from pipeline.images.values import Box

BODY, TIME, CHROME, NUMBER = "body", "time", "chrome", "number"
"""A number alone is a counter, or a line of words that was broken inside a number: its neighbours decide."""
# Pieces of a row are one line when no more than so many line heights lie between them; from the first number on
# something between them cannot be read.
_HOLE, _JOINING_GAP = 1.3, 9.0
_LEAST_OVERLAP = 0.6
_TALL = 2.0
_SAME_GROUND, _SAME_LOOK = 45.0, 0.6
_FAINT = 0.2


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text at one place: words, box, how it looks, and whether that is words, a time, a number or app text.

    `is_cut` where the app says that the words go on elsewhere (全文), `has_hole` where a piece in the middle cannot be
    read.
    """

    text: str
    box: Box
    confidence: float
    contrast: float
    colour: float
    ground: float
    kind: str
    time: SourceTime | None = None
    is_cut: bool = False
    has_hole: bool = False

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]


def lay_out(rows: Sequence[Row], size: tuple[int, int]) -> list[Cell]:
    """The cells of a picture of (width, height) pixels, top to bottom, left to right."""
    cells = _join_pieces(_without_watermarks([_cell_of(row) for row in rows]))
    return [_name_kind(cell, size) for cell in cells]


def _cell_of(row: Row) -> Cell:
    ink = row.ink
    return Cell(row.read.text.strip(), row.box, row.confidence, ink.contrast, ink.colour, ink.ground, BODY)


def _without_watermarks(cells: Sequence[Cell]) -> list[Cell]:
    """Without what is hardly visible against what is meant to be read."""
    strongest = max((cell.contrast for cell in cells), default=0.0)
    return [cell for cell in cells if cell.contrast >= _FAINT * strongest]


def _join_pieces(cells: Sequence[Cell]) -> list[Cell]:
    lines: list[list[Cell]] = []
    for cell in cells:
        home = next((line for line in reversed(lines[-6:]) if _shares_row(line[0], cell)), None)
        if home is None:
            lines.append([cell])
        else:
            home.append(cell)
    return [joined for line in lines for joined in _join_line(sorted(line, key=lambda one: one.box[0]))]


def _shares_row(left: Cell, right: Cell) -> bool:
    overlap = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    # A letter seen in a portrait is as tall as the name and the first line of the words together.
    if max(left.height, right.height) > _TALL * min(left.height, right.height):
        return False
    return overlap >= _LEAST_OVERLAP * min(left.height, right.height)


def _join_line(line: Sequence[Cell]) -> list[Cell]:
    joined = [line[0]]
    for cell in line[1:]:
        last = joined[-1]
        gap = cell.box[0] - last.box[2]
        if gap <= _JOINING_GAP * min(last.height, cell.height) and _looks_alike(last, cell):
            joined[-1] = _merge(last, cell)
        else:
            joined.append(cell)
    return joined


def _looks_alike(left: Cell, right: Cell) -> bool:
    return (
        abs(left.ground - right.ground) <= _SAME_GROUND
        and min(left.contrast, right.contrast) >= _SAME_LOOK * max(left.contrast, right.contrast)
        and min(left.height, right.height) >= 0.7 * max(left.height, right.height)
        and kind_of(left.text, is_top=False) is None
        and kind_of(right.text, is_top=False) is None
    )


def _merge(left: Cell, right: Cell) -> Cell:
    a, b = len(left.text), len(right.text)
    total = max(1, a + b)
    box = left.box[0], min(left.box[1], right.box[1]), right.box[2], max(left.box[3], right.box[3])
    return replace(
        left,
        text=f"{left.text} {right.text}",
        box=box,
        confidence=(left.confidence * a + right.confidence * b) / total,
        has_hole=left.has_hole or right.box[0] - left.box[2] > _HOLE * left.height,
    )


# The bar with clock and battery ends above this share of the width.
_STATUS_BAR = 0.089
_BARS_HIGH = 4


def _name_kind(cell: Cell, size: tuple[int, int]) -> Cell:
    bar = _STATUS_BAR * size[0]
    is_top = cell.box[3] <= bar and size[1] > _BARS_HIGH * bar
    time = None if is_top else read_time(cell.text)
    if time is not None:
        return replace(cell, kind=TIME, time=time)
    kind = kind_of(cell.text, is_top)
    if kind is not None:
        return replace(cell, kind=NUMBER if kind == "number" else CHROME)
    words, is_cut = cut_tail(cell.text)
    return replace(cell, text=words, is_cut=is_cut, kind=BODY if words else CHROME)
