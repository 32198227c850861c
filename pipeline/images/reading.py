"""A picture from bytes to what it says: `read_picture` for one, `Reader` for many in one process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.images.guarded import Decoder
from pipeline.images.layout.cells import lay_out
from pipeline.images.layout.chrome import platform_of
from pipeline.images.layout.posts import find_posts
from pipeline.images.ocr.engine import Row, read_rows
from pipeline.images.ocr.models import Networks, load_networks
from pipeline.images.values import Box, Decoded, Line, Pixels, Reading, ShownPost
from pipeline.settings import ImageSettings

_DEFAULTS = ImageSettings()

__all__ = ["Line", "Reader", "Reading", "ShownPost", "read_picture"]


@dataclass(frozen=True, slots=True)
class Reader:
    """The networks and the guarded decoder of one process."""

    networks: Networks
    decoder: Decoder

    def read(self, data: bytes) -> Reading:
        """What the picture in these bytes says.

        Raises:
            PictureError: the bytes are no picture that is read.
        """
        return self.read_decoded(self.decoder.decode(data))

    def read_decoded(self, picture: Decoded) -> Reading:
        """The same, of a picture that was decoded already."""
        return read_pixels(self.networks, picture.pixels, (picture.width, picture.height))


def read_picture(data: bytes) -> Reading:
    """What a picture says; the engine is made at the first call of a process.

    Raises:
        PictureError: the bytes are no picture that is read.
        UserError: the ocr extra is not installed.
    """
    return shared_reader().read(data)


@cache
def shared_reader(limits: ImageSettings = _DEFAULTS) -> Reader:
    """The one reader of this process. The decoder's process starts while the networks are loaded."""
    decoder = Decoder(limits)
    decoder.start()
    return Reader(load_networks(os.cpu_count() or 1), decoder)


def read_pixels(networks: Networks, pixels: Pixels, size: tuple[int, int]) -> Reading:
    """Lines and posts of a scaled picture; boxes are led back to a picture of `size` (width, height)."""
    return reading_of(read_rows(networks, pixels), pixels.shape, size)


def reading_of(rows: Sequence[Row], shape: tuple[int, ...], size: tuple[int, int]) -> Reading:
    """The lines of a picture of `shape` (height, width, …) as a page, its boxes in a picture of `size`."""
    height, width = shape[:2]
    cells = lay_out(rows, (width, height))
    scale = size[0] / width
    return Reading(
        width=size[0],
        height=size[1],
        lines=tuple(_line_of(row, scale) for row in rows),
        posts=tuple(replace(post, box=_scaled(post.box, scale)) for post in find_posts(cells, (width, height))),
        platform=platform_of(row.read.text for row in rows),
    )


def _line_of(row: Row, scale: float) -> Line:
    return Line(row.read.text, _scaled(row.box, scale), round(row.confidence, 4))


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(value * scale) for value in box)
    return left, top, right, bottom
