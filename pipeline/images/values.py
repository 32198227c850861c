"""What pictures are read into. Boxes are (left, top, right, bottom) in pixels of the picture as it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Box: TypeAlias = tuple[int, int, int, int]


LEAST_BODY_CHARACTERS = 24
"""Letters, digits and Han characters that a picture must show of a post; of less, thousands of pleas begin."""


class PictureError(Exception):
    """Why a picture is not read, in one line, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture out of its file: true size and format, `pixels` (height, width, 3) RGB scaled to the reading width,
    and `thumbnail` (128, 128) grey for the perceptual hash."""

    kind: str
    width: int
    height: int
    pixels: Pixels
    thumbnail: Pixels


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was decoded and is not read now: what `Decoded` says, without the pixels."""

    kind: str
    width: int
    height: int
    thumbnail: Pixels


@dataclass(frozen=True, slots=True)
class Line:
    """One line of characters; `confidence` is 0 to 1, the mean over its characters."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as a picture shows it: who, when and from where as written there (None where it is not shown), and the
    words. `box` spans it; `is_masked` where something in it was made unreadable; `is_cut` where it goes on beyond the
    picture's edge."""

    author: str | None
    posted_at: str | None
    source: str | None
    body: str
    box: Box
    is_masked: bool
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture says: every line that was read, and the posts made of them. `platform` is a key of
    data/images/platforms.tsv, or None."""

    width: int
    height: int
    lines: tuple[Line, ...]
    posts: tuple[ShownPost, ...]
    platform: str | None
