"""The posts that a page shows: each block of words with the name, the time and the source that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.images.layout.blocks import Block, find_blocks, has_gap
from pipeline.images.layout.cells import BODY, CHROME, NUMBER, TIME, Cell
from pipeline.images.layout.chrome import SourceTime
from pipeline.images.values import Box, ShownPost

# In line heights.
_NEAR = 1.4
_ALIGNED = 1.2
_BUBBLE_INDENT = 3.0
_LONGEST_NAME = 20
_FADED = 0.7
_SMALLER, _LARGER = 0.93, 1.4
_LONG_LINE = 0.8
_CUT_IN_HALF, _EDGE = 0.64, 6
_SHORT = 3
# Sentences and fields of forms; names have neither.
_NEVER_A_NAME = re.compile(r"^[#【]|[，。！？；：,!?;:]|\d{11}")
_PHONE_AT_END = re.compile(r"(?<!\d)1\d{10}$")
# Full-width brackets leave a gap that is read as a blank.
_BLANK_IN_NAME = re.compile(r"\s+(?=[(（])|(?<=[)）])\s+")
# An emoji between a phone and the next number is read as nothing.
_PHONE_AND_MORE = re.compile(r"(?<!\d)(1[3-9]\d{9})(?=\d{1,3}(?!\d))")


@dataclass(frozen=True, slots=True)
class _Head:
    name: str | None
    time: SourceTime | None


def find_posts(cells: Sequence[Cell], size: tuple[int, int]) -> list[ShownPost]:
    """The posts of a page of (width, height) pixels, top to bottom; comments and chat turns are posts too."""
    blocks = [_without_cut_lines(block, size[1]) for block in find_blocks(cells)]
    names = _names_among(blocks, cells)
    posts = []
    for number, block in enumerate(blocks):
        if number in names:
            continue
        above = blocks[number - 1] if number - 1 in names else None
        posts.append(_post_of(block, _head_of(block, above, cells), size))
    return posts


def _without_cut_lines(block: Block, height: int) -> Block:
    """Without a first or last line of which the picture's edge leaves little more than half: it is read wrongly."""
    least = _CUT_IN_HALF * block.line_height
    cells = block.cells
    if len(cells) > 1 and cells[0].box[1] <= _EDGE and cells[0].height < least:
        cells = cells[1:]
    if len(cells) > 1 and cells[-1].box[3] >= height - _EDGE and cells[-1].height < least:
        cells = cells[:-1]
    return replace(block, cells=cells, at=block.at + block.cells.index(cells[0]))


def _names_among(blocks: Sequence[Block], cells: Sequence[Cell]) -> set[int]:
    """Numbers of the blocks that are the name over the next block."""
    names: set[int] = set()
    for number, block in enumerate(blocks[:-1]):
        # What stands under a name is words, also where a time follows and it looks like a name over it.
        if number - 1 in names and _is_close(blocks[number - 1], block):
            continue
        if _is_name(block, blocks[number + 1], cells):
            names.add(number)
    return names


def _is_name(block: Block, following: Block, cells: Sequence[Cell]) -> bool:
    only = block.cells[0]
    if len(block.cells) > 1 or len(only.text) > _LONGEST_NAME or _NEVER_A_NAME.search(only.text):
        return False
    between = [cell for cell in cells[block.at + 1 : following.at] if cell.kind not in (CHROME, NUMBER)]
    if between:
        return between[0].kind == TIME and _is_under(between[0], only)
    body = following.cells[0]
    return _looks_like_name(block, following) and _is_over(only, cells[block.at + 1]) and _is_indented(only, body)


def _looks_like_name(block: Block, following: Block) -> bool:
    name, body = block.cells[0], following.cells[0]
    if len(name.text) > _SHORT and name.height > _LARGER * body.height:
        return False
    is_small = len(body.text) > _SHORT and name.height < _SMALLER * body.height
    is_coloured = block.is_colourful and not following.is_colourful
    return is_small or is_coloured or name.contrast < _FADED * body.contrast


def _is_over(name: Cell, following: Cell) -> bool:
    return following.box[1] - name.box[3] <= _NEAR * max(name.height, following.height)


def _is_close(upper: Block, lower: Block) -> bool:
    return lower.box[1] - upper.box[3] <= _NEAR * max(upper.line_height, lower.line_height)


def _is_under(time: Cell, name: Cell) -> bool:
    gap = time.box[1] - name.box[3]
    return abs(time.box[0] - name.box[0]) <= _ALIGNED * name.height and gap <= _NEAR * name.height


def _is_indented(name: Cell, body: Cell) -> bool:
    return -_ALIGNED * name.height <= body.box[0] - name.box[0] <= _BUBBLE_INDENT * name.height


def _head_of(block: Block, above: Block | None, cells: Sequence[Cell]) -> _Head:
    name = above.cells[0].text if above else None
    if above is not None:
        times = [cell.time for cell in cells[above.at + 1 : block.at] if cell.kind == TIME]
        if times:
            return _Head(name, times[0])
    return _Head(name, _time_near(block, above, cells))


def _time_near(block: Block, above: Block | None, cells: Sequence[Cell]) -> SourceTime | None:
    """The time right under the words (comments, moments), or over them where no name is shown."""
    end = block.at + len(block.cells)
    for cell in cells[end : end + 3]:
        if cell.kind in (BODY, NUMBER):
            break
        if cell.kind == TIME and _is_level(cell, block) and cell.box[1] - block.box[3] <= 2 * _NEAR * block.line_height:
            return cell.time
    before = cells[block.at - 1] if above is None and block.at else None
    is_head = before is not None and before.kind == TIME and block.box[1] - before.box[3] <= _NEAR * block.line_height
    return before.time if before is not None and is_head else None


def _is_level(time: Cell, block: Block) -> bool:
    return abs(time.box[0] - block.box[0]) <= _ALIGNED * block.line_height


def _post_of(block: Block, head: _Head, size: tuple[int, int]) -> ShownPost:
    return ShownPost(
        author=_BLANK_IN_NAME.sub("", head.name) if head.name else None,
        posted_at=head.time.time if head.time else None,
        source=head.time.source if head.time else None,
        body=_PHONE_AND_MORE.sub(r"\1 ", "\n".join(_paragraphs(block))),
        box=block.box,
        is_masked=has_gap(block) or any(cell.has_hole for cell in block.cells),
        is_cut=any(cell.is_cut for cell in block.cells) or _meets_edge(block.box, block.line_height, size[1], head),
    )


def _meets_edge(box: Box, line_height: float, height: int, head: _Head) -> bool:
    return box[3] > height - line_height or (head.name is None and box[1] < line_height)


def _paragraphs(block: Block) -> Iterator[str]:
    """Lines that reach the right margin run on; a short one ends its paragraph."""
    left, _, right, _ = block.box
    words = ""
    for cell, following in pairwise((*block.cells, None)):
        words += cell.text if cell else ""
        is_short = cell is not None and cell.box[2] - left < _LONG_LINE * (right - left)
        # A number is never cut in two: half a phone would be masked by nobody.
        if (
            following is None
            or _ends_number(words, following.text)
            or (is_short and not _is_in_number(words, following.text))
        ):
            yield words
            words = ""


def _is_in_number(words: str, following: str) -> bool:
    return words[-1:].isdigit() and following[:1].isdigit()


def _ends_number(words: str, following: str) -> bool:
    """Whether a whole phone ends here and another number begins: run together they would be neither."""
    return _is_in_number(words, following) and _PHONE_AT_END.search(words) is not None
