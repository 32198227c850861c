"""Reads the characters of one line (CTC: the best character of each column, repeats and blanks dropped)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.images.ocr.models import Floats, Networks
from pipeline.images.values import Pixels

_HEIGHT = 48
# Widths are padded to few different ones: each new shape is compiled anew and kept.
_WIDTH_STEP = 32
_LEAST_WIDTH, _MOST_WIDTH = 64, 1600


@dataclass(frozen=True, slots=True)
class Read:
    """Characters, the confidence of each (0 to 1), and where each stands (0 to 1 of the line's width)."""

    text: str
    confidences: tuple[float, ...]
    places: tuple[float, ...]


def read_line(networks: Networks, line: Pixels) -> Read:
    """The characters of a line's pixels, which are cut close around it."""
    values, used = _input_of(line)
    columns = networks.recogniser.run(values)[0]
    best = columns.argmax(axis=1)
    is_new = best != np.concatenate(([0], best[:-1]))
    at = np.flatnonzero((best > 0) & is_new)
    if not len(at):
        return Read("", (), ())
    text = [networks.alphabet[code] for code in best[at].tolist()]
    places = np.minimum(1.0, (at + 0.5) * (values.shape[3] / len(columns)) / used)
    return Read("".join(text), tuple(_confidences(columns[at]).tolist()), tuple(places.tolist()))


def _input_of(line: Pixels) -> tuple[Floats, int]:
    height, width = line.shape[:2]
    used = min(_MOST_WIDTH, max(8, round(width * _HEIGHT / max(1, height))))
    scaled = cv2.resize(line, (used, _HEIGHT), interpolation=cv2.INTER_LINEAR)
    padded = max(_LEAST_WIDTH, -(-used // _WIDTH_STEP) * _WIDTH_STEP)
    values = np.zeros((1, 3, _HEIGHT, padded), np.float32)
    values[0, :, :, :used] = (scaled[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return values, used


def _confidences(columns: Floats) -> Floats:
    """The softmax share of the best character of each column."""
    tops = columns.max(axis=1, keepdims=True)
    shares: Floats = 1.0 / np.exp(columns - tops).sum(axis=1)
    return shares
