"""Decoding happens in a process that may die."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator

import pytest
from PIL import Image

from pipeline.images.guarded import Decoder
from pipeline.images.values import PictureError
from pipeline.settings import ImageSettings
from tests.images.test_kinds import encoded, png_claiming


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One for all tests here: starting it takes longest."""
    with Decoder(ImageSettings()) as one:
        yield one


def test_pictures_of_all_formats_come_out_the_same(decoder: Decoder) -> None:
    """One of the formats that phones send would not be read."""
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF"):
        picture = decoder.decode(encoded(kind, (360, 200)))
        assert (picture.kind, picture.width, picture.height) == (kind.lower(), 360, 200)
        assert picture.pixels.shape == (400, 720, 3), kind
        assert abs(picture.pixels[100, 100].astype(int) - (0x33, 0x66, 0x99)).max() < 8, kind


@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_picture_is_known_again_by_the_same_look(decoder: Decoder, turned: int) -> None:
    """What an import sees of a picture would not be what a look-up sees of its copy, and nothing be known again."""
    photo = Image.effect_noise((300, 700), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = turned
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    seen, picture = decoder.look_at(out.getvalue()), decoder.decode(out.getvalue())
    assert (seen.width, seen.height) == (picture.width, picture.height) == ((300, 700) if turned < 5 else (700, 300))
    assert (seen.thumbnail == picture.thumbnail).all()


def test_a_broken_picture_does_not_stop_the_next(decoder: Decoder) -> None:
    """One damaged file in a night would keep all later ones from being read."""
    for bad in (encoded("PNG")[:60], encoded("JPEG")[:300], png_claiming(4000, 4000)):
        with pytest.raises(PictureError):
            decoder.decode(bad)
    assert decoder.decode(encoded("PNG")).width == 48


def test_a_decoder_that_was_killed_is_replaced(decoder: Decoder) -> None:
    """A picture on which the decoder dies would end the night."""
    decoder.start()
    assert decoder._child is not None
    os.kill(decoder._child.pid or 0, signal.SIGKILL)
    decoder._child.join()
    with pytest.raises(PictureError, match="崩溃"):
        decoder.decode(encoded("PNG"))
    assert decoder.decode(encoded("PNG")).width == 48


def test_more_memory_than_allowed_is_a_refusal() -> None:
    """A picture within the pixel limit could still take all memory of the machine."""
    out = io.BytesIO()
    Image.new("RGB", (7_000, 7_000)).save(out, "PNG", compress_level=1)
    with Decoder(ImageSettings(decode_memory_mb=320)) as small:
        with pytest.raises(PictureError, match="内存"):
            small.decode(out.getvalue())
        assert small.decode(encoded("PNG")).width == 48


def test_a_picture_that_takes_too_long_is_refused() -> None:
    """A picture made to be slow would hold up the night for hours."""
    out = io.BytesIO()
    Image.effect_noise((4_000, 4_000), 60).save(out, "PNG", compress_level=1)
    with Decoder(ImageSettings(decode_seconds=0.01)) as hasty, pytest.raises(PictureError, match="解码超过"):
        hasty.decode(out.getvalue())


def test_a_transparent_picture_gets_the_ground_that_its_letters_need(decoder: Decoder) -> None:
    """Black letters on nothing would come out black on black, and be read as an empty picture."""
    for ink, ground in (((0, 0, 0, 255), 255), ((255, 255, 255, 255), 0)):
        picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
        picture.paste(ink, (40, 40, 60, 60))
        out = io.BytesIO()
        picture.save(out, "PNG")
        assert decoder.decode(out.getvalue()).pixels[5, 5, 0] == ground
