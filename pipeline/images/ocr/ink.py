"""How a line looks: how much its ink stands out from its ground, and how colourful it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.images.values import Pixels

_MOST_PIXELS = 4_000
_INK_SHARE = 0.03


class Ink(NamedTuple):
    """`contrast`: lightness of ink against ground, 0 to 255. `colour`: spread of the ink's channels, 0 to 255.
    `ground`: lightness of the ground."""

    contrast: float
    colour: float
    ground: float


def look_at(line: Pixels) -> Ink:
    """The ink of a line's pixels: the few of them that are furthest from the ground."""
    flat = line.reshape(-1, 3)
    some = flat[:: max(1, len(flat) // _MOST_PIXELS)].astype(np.float32)
    ground = np.median(some, axis=0)
    far = np.abs(some - ground).sum(axis=1)
    darkest = some[far >= np.quantile(far, 1 - _INK_SHARE)].mean(axis=0)
    # The middle of more pixels: an emoji among the words must not colour the line.
    typical = np.median(some[far >= np.quantile(far, 1 - 4 * _INK_SHARE)], axis=0)
    return Ink(
        contrast=float(abs(_lightness(darkest) - _lightness(ground))),
        colour=float(typical.max() - typical.min()),
        ground=float(_lightness(ground)),
    )


def _lightness(colour: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2])
