"""What a file is, and how large, is known before a decoder sees it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.images.kinds import sniff
from pipeline.images.values import PictureError
from pipeline.settings import ImageSettings

LIMITS = ImageSettings()
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")


def encoded(kind: str, size: tuple[int, int] = (48, 32), **options: object) -> bytes:
    """A plain picture in a format."""
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (head, b"IDAT" + zlib.compress(b"\0"), b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", FORMATS)
def test_format_and_size_come_from_the_content(kind: str) -> None:
    """A picture with a wrong file name, or none, would not be read; a bomb's size would be found by decoding it."""
    assert sniff(encoded(kind), LIMITS) == (kind.lower(), 48, 32)


@pytest.mark.parametrize("options", [{"progressive": True}, {"exif": b"Exif\0\0" + b"\0" * 200}])
def test_size_is_found_behind_other_segments_of_a_jpeg(options: dict[str, object]) -> None:
    """A phone's JPEG, with its maker's notes in front, would be refused as broken."""
    assert sniff(encoded("JPEG", **options), LIMITS)[1:] == (48, 32)


def test_lossless_webp_has_a_size() -> None:
    """Screenshots that an app stores without loss would be refused."""
    assert sniff(encoded("WEBP", lossless=True), LIMITS)[1:] == (48, 32)


@pytest.mark.parametrize("size", [(30_000, 30_000), (30_001, 1), (1, 30_001), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    """Sixty bytes of PNG would take a gigabyte of memory, in a process of its own or not."""
    with pytest.raises(PictureError, match=f"{size[0]}×{size[1]}"):
        sniff(png_claiming(*size), LIMITS)


@pytest.mark.parametrize(
    "tail",
    [
        b"<html><script>alert(1)</script></html>",
        b"PK\x05\x06" + b"\0" * 18,
        b"Rar!\x1a\x07\x00" + b"\0" * 32,
        b"<?php system($_GET['c']);",
    ],
)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_is_another_file_too_is_refused(kind: str, tail: bytes) -> None:
    """The desk would serve, as a picture, what a browser or an unpacker takes for something else."""
    with pytest.raises(PictureError, match="夹带"):
        sniff(encoded(kind) + tail, LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PN",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        b"<svg xmlns='x'/>",
        b"%PDF-1.7",
        b"\0\0\0\x18ftypmp42",
    ],
)
def test_what_is_no_picture_is_refused_in_one_line(data: bytes) -> None:
    """A document or a stub would reach a decoder, or end a night with a traceback."""
    with pytest.raises(PictureError) as refused:
        sniff(data, LIMITS)
    assert len(str(refused.value).splitlines()) == 1


@given(
    kind=st.sampled_from(FORMATS),
    keep=st.floats(0, 1),
    flips=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_decided(kind: str, keep: float, flips: list[tuple[int, int]]) -> None:
    """Some damage to a header would raise something that nobody catches."""
    data = bytearray(encoded(kind))
    for at, value in flips:
        data[at % len(data)] = value
    try:
        found, width, height = sniff(bytes(data[: int(len(data) * keep)]), LIMITS)
    except PictureError:
        return
    assert found in ("png", "jpeg", "webp", "gif", "avif", "heic")
    assert 0 < width * height <= LIMITS.max_pixels
