"""A picture's pixels to lines of characters: tiles, lines, characters; what was read with doubt is read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import ge

import cv2
import numpy as np

from pipeline.images.ocr.detecting import Spot, find_lines
from pipeline.images.ocr.ink import Ink, look_at
from pipeline.images.ocr.models import Networks
from pipeline.images.ocr.recognising import Read, read_line
from pipeline.images.ocr.tiles import cut_rows
from pipeline.images.values import Box, Pixels

# Squeezed lines are read in less than two thirds of the time, with the same characters unless there is doubt.
_SQUEEZE = 0.6
_DOUBT = 0.85
# Nearly all doubt is about a blank or the width of a bracket, which mean nothing to whoever compares letters.
_DOUBTFUL_MARK = 0.5
# A digit among equal ones may get lost when they are squeezed; a phone has eleven.
_DIGITS = re.compile(r"\d{6,}")
_PHONE = re.compile(r"1\d{10}")
_LEAST_CONFIDENCE = 0.45
# Degrees from which a line is turned upright before it is read: a photo of a screen.
_TILTED = 0.8
_LONG = 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was read: its characters, its box in the pixels given, and how it looks."""

    read: Read
    box: Box
    ink: Ink

    @property
    def confidence(self) -> float:
        """The mean over its characters."""
        return float(np.mean(self.read.confidences)) if self.read.confidences else 0.0


def read_rows(networks: Networks, pixels: Pixels) -> list[Row]:
    """Every line of a picture in order of its top edge; nothing that is hardly a character."""
    rows = [row for top, bottom in cut_rows(pixels) for row in _read_tile(networks, pixels[top:bottom], top)]
    return sorted(rows, key=lambda row: (row.box[1], row.box[0]))


def _read_tile(networks: Networks, tile: Pixels, top: int) -> Iterator[Row]:
    for spot in find_lines(networks.detector, tile):
        line = _cut_out(tile, spot)
        if line.size == 0:
            continue
        read = _read_surely(networks, line)
        left, upper, right, lower = spot.box
        row = Row(read, (left, upper + top, right, lower + top), look_at(line))
        if read.text.strip() and row.confidence >= _LEAST_CONFIDENCE:
            yield row


def _read_surely(networks: Networks, line: Pixels) -> Read:
    height, width = line.shape[:2]
    if width < _LONG * height:
        return read_line(networks, line)
    squeezed = cv2.resize(line, (round(width * _SQUEEZE), height), interpolation=cv2.INTER_AREA)
    quick = read_line(networks, np.asarray(squeezed, np.uint8))
    if _is_sure(quick) and all(map(_PHONE.fullmatch, _DIGITS.findall(quick.text))):
        return quick
    slow = read_line(networks, line)
    return max((slow, quick), key=lambda read: sum(read.confidences) / max(1, len(read.confidences)))


def _is_sure(read: Read) -> bool:
    """Whether every letter and digit of a line, where it has any characters, is beyond doubt, and the marks likely."""
    limits = (_DOUBT if character.isalnum() else _DOUBTFUL_MARK for character in read.text)
    return bool(read.text) and all(map(ge, read.confidences, limits))


def _cut_out(tile: Pixels, spot: Spot) -> Pixels:
    left, top, right, bottom = spot.box
    if abs(spot.tilt) < _TILTED or right - left < _LONG * (bottom - top):
        return tile[top:bottom, left:right]
    height, width = bottom - top, right - left
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), spot.tilt, 1.0)
    turned = cv2.warpAffine(tile[top:bottom, left:right], turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    true_height = height - abs(np.sin(np.radians(spot.tilt))) * width
    half = max(6, round(true_height / 2) + 3)
    return np.asarray(turned[max(0, height // 2 - half) : height // 2 + half], np.uint8)
