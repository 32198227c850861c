"""Finds lines of characters: the network's heat map of one tile, cut into boxes (Liao et al. 2020, DBNet)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.images.ocr.models import Floats, Network
from pipeline.images.values import Box, Pixels

# The map is read at this share of the reading width: letters are large on a phone's screen.
_SHRINK = 0.5
_STRIDE = 32
# Padding to few different heights: each new shape is compiled anew.
_HEIGHT_STEP = 128
_WARM, _SURE = 0.3, 0.5
_LEAST_SIDE = 3
# The network marks the core of a line; its edge is this share of the core's height further out.
_GROW = 0.6
_GROW_SIDEWAYS = 0.35
_MEAN, _SPREAD = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Spot:
    """A line's place in a tile, upright (left, top, right, bottom), and its tilt in degrees."""

    box: Box
    tilt: float


def find_lines(detector: Network, tile: Pixels) -> list[Spot]:
    """The lines of a tile, top to bottom."""
    height, width = tile.shape[:2]
    small = cv2.resize(
        tile, (max(1, round(width * _SHRINK)), max(1, round(height * _SHRINK))), interpolation=cv2.INTER_AREA
    )
    heat = detector.run(_input_of(np.asarray(small, np.uint8)))[0, 0, : small.shape[0], : small.shape[1]]
    spots = [_spot_of(contour, heat, (width, height)) for contour in _contours(heat)]
    return sorted((spot for spot in spots if spot is not None), key=lambda spot: (spot.box[1], spot.box[0]))


def _input_of(small: Pixels) -> Floats:
    height, width = small.shape[:2]
    room = np.zeros((1, 3, _up_to(height, _HEIGHT_STEP), _up_to(width, _STRIDE)), np.float32)
    # The networks were trained on BGR.
    room[0, :, :height, :width] = (small[:, :, ::-1].astype(np.float32) / 255 - _MEAN).transpose(2, 0, 1) / _SPREAD
    return room


def _up_to(value: int, step: int) -> int:
    return -(-value // step) * step


def _contours(heat: Floats) -> list[npt.NDArray[np.int32]]:
    mask = (heat > _WARM).astype(np.uint8)
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [np.asarray(one, np.int32) for one in found]


def _spot_of(contour: npt.NDArray[np.int32], heat: Floats, size: tuple[int, int]) -> Spot | None:
    x, y, w, h = cv2.boundingRect(contour)
    if min(w, h) < _LEAST_SIDE or _mean_heat(contour, heat, (x, y, w, h)) < _SURE:
        return None
    _, (a, b), angle = cv2.minAreaRect(contour)
    core, tilt = (min(a, b), angle if a >= b else angle - 90)
    tilt = tilt + 180 if tilt < -90 else tilt - 180 if tilt > 90 else tilt
    grow, sideways = core * _GROW + 1, core * _GROW_SIDEWAYS + 1
    left, top = max(0, x - sideways) / _SHRINK, max(0, y - grow) / _SHRINK
    right, bottom = (x + w + sideways) / _SHRINK, (y + h + grow) / _SHRINK
    box = round(left), round(top), min(size[0], round(right)), min(size[1], round(bottom))
    return Spot(box, tilt)


def _mean_heat(contour: npt.NDArray[np.int32], heat: Floats, place: Box) -> float:
    x, y, w, h = place
    mask = np.zeros((h, w), np.uint8)
    cv2.drawContours(mask, [contour], -1, 1, cv2.FILLED, offset=(-x, -y))
    return float(heat[y : y + h, x : x + w][mask > 0].mean())
