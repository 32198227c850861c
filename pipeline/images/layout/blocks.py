"""Runs of words that are set as one: same margin, size and look, line under line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.images.layout.cells import BODY, NUMBER, Cell
from pipeline.images.values import Box

# In line heights.
_LARGEST_GAP = 2.1
# Where lines were made unreadable, what follows at the very same margin still belongs to what stands before.
_MASKED_GAP, _EXACT = 4.4, 0.5
_INDENT = 1.6
# A first line may begin further right: its beginning is hidden under something.
_OUTDENT = 3.2
_SAME_SIZE = 0.72
_SAME_LOOK = 0.78
# The size of a few characters is hard to judge.
_SHORT, _SHORT_SLACK = 6, 0.7
_EDGE = 6
# A line whose beginning is hidden follows as closely as any other, within the same margins.
_CLOSE = 0.75
_SAME_GROUND = 45.0
_COLOURFUL = 25.0


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of words under one another. `at` is the first one's place among all cells."""

    cells: tuple[Cell, ...]
    at: int

    @property
    def box(self) -> Box:
        """Spans all cells."""
        boxes = [cell.box for cell in self.cells]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    @property
    def line_height(self) -> float:
        """The median height of its lines."""
        return float(median(cell.height for cell in self.cells))

    @property
    def characters(self) -> int:
        """How many it holds."""
        return sum(len(cell.text) for cell in self.cells)

    @property
    def is_colourful(self) -> bool:
        """Whether its first line is set in colour, as names and links are."""
        return self.cells[0].colour > _COLOURFUL


def find_blocks(cells: Sequence[Cell]) -> list[Block]:
    """The blocks of words among the cells, top to bottom; times and app text part them."""
    blocks: list[Block] = []
    run: list[Cell] = []
    start = 0
    for at, cell in enumerate(cells):
        goes_on = cell.kind in (BODY, NUMBER) and bool(run) and _goes_on(run, cell)
        if run and not goes_on:
            blocks.append(Block(tuple(run), start))
            run = []
        if goes_on or cell.kind == BODY:
            start = start if run else at
            run.append(cell)
    if run:
        blocks.append(Block(tuple(run), start))
    return blocks


def has_gap(block: Block) -> bool:
    """Whether lines are missing inside, or begin late."""
    height, left = block.line_height, block.box[0]
    is_missing = any(low.box[1] - high.box[3] > _LARGEST_GAP * height for high, low in pairwise(block.cells))
    return is_missing or any(cell.box[0] - left > _OUTDENT * height for cell in block.cells)


def _goes_on(run: Sequence[Cell], cell: Cell) -> bool:
    last = run[-1]
    height = median(one.height for one in run)
    gap = (cell.box[1] - last.box[3]) / height
    step = (cell.box[0] - min(one.box[0] for one in run)) / height
    # The picture's edge may cut the first line in half.
    is_hard_to_judge = len(cell.text) <= _SHORT or len(last.text) <= _SHORT or last.box[1] <= _EDGE
    slack = _SHORT_SLACK if is_hard_to_judge else 1.0
    return (
        cell.box[1] >= last.box[1]
        and (gap <= _LARGEST_GAP or (gap <= _MASKED_GAP and abs(step) <= _EXACT))
        and (abs(step) <= _INDENT or (len(run) == 1 and -_OUTDENT <= step < 0) or _is_half_hidden(run, cell, gap))
        and min(height, cell.height) >= _SAME_SIZE * slack * max(height, cell.height)
        and _looks_like(run, cell)
    )


def _is_half_hidden(run: Sequence[Cell], cell: Cell, gap: float) -> bool:
    right = max(one.box[2] for one in run)
    return gap <= _CLOSE and len(run) > 1 and run[0].box[0] < cell.box[0] and cell.box[2] <= right + cell.height


def _looks_like(run: Sequence[Cell], cell: Cell) -> bool:
    last = run[-1]
    contrast = max(one.contrast for one in run)
    is_tag = last.text.startswith("#") or (len(run) > 1 and cell.text.startswith("#"))
    is_same_weight = is_tag or min(contrast, cell.contrast) >= _SAME_LOOK * max(contrast, cell.contrast)
    is_name_before = len(run) == 1 and last.colour > _COLOURFUL >= cell.colour and not last.text.startswith("#")
    return is_same_weight and not is_name_before and abs(last.ground - cell.ground) <= _SAME_GROUND
