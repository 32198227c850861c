"""Cuts a long picture into tiles between lines, so that no line lies in two of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipeline.images.values import Pixels

HIGHEST = 1_600
# A cut is looked for in the last part of a tile.
_LOOK_FROM = 1_000


def cut_rows(pixels: Pixels) -> Iterator[tuple[int, int]]:
    """(top, bottom) of each tile, in rows of the picture; together they cover it once."""
    height = pixels.shape[0]
    if height <= HIGHEST:
        yield 0, height
        return
    busy = _busyness(pixels)
    top = 0
    while height - top > HIGHEST:
        bottom = top + _LOOK_FROM + _quietest(busy[top + _LOOK_FROM : top + HIGHEST])
        yield top, bottom
        top = bottom
    yield top, height


def _busyness(pixels: Pixels) -> npt.NDArray[np.int64]:
    """For each row how much neighbouring pixels differ: characters do, ground and bubbles do not."""
    grey = pixels[:, :, 1].astype(np.int16)
    busy: npt.NDArray[np.int64] = (np.abs(np.diff(grey, axis=1)) > 24).sum(axis=1).astype(np.int64)
    return busy


def _quietest(busy: npt.NDArray[np.int64]) -> int:
    """The middle of the longest run of the quietest rows."""
    is_quiet = np.concatenate(([False], busy <= busy.min(), [False]))
    edges = np.flatnonzero(np.diff(is_quiet.astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return max(1, int(starts[longest] + ends[longest]) // 2)
