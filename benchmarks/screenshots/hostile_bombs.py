"""Small files that ask for much: pixels, frames, chunks, profiles. Slow to make, so apart from the others."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from benchmarks.screenshots.hostile_files import (
    DECIDED,
    READ,
    REFUSED,
    HostileFile,
    chunk,
    encode,
    make_page,
    png,
    sound_files,
)

_MEGABYTES = 1 << 20


def make_bombs() -> Iterator[HostileFile]:
    """All of them, the largest a few megabytes on disk."""
    yield from _make_wide()
    yield from _make_chunks()
    yield from _make_films()
    huge = Image.new("L", (11_000, 8_000), 255)
    yield HostileFile("88_megapixels.jpg", encode(huge, "JPEG"), REFUSED)
    yield HostileFile("88_megapixels_white.png", png(11_000, 8_000, (1, 0), row=b"\xff" * 1375), REFUSED)
    flat = Image.new("L", (16_383, 5_000), 200).convert("RGB")
    yield HostileFile("82_megapixels.webp", encode(flat, "WEBP", quality=10, method=0), REFUSED)
    yield HostileFile("58_megapixels.jpg", encode(Image.new("L", (7_600, 7_600), 255), "JPEG"), DECIDED)
    progressive = Image.effect_noise((3000, 3000), 60)
    yield HostileFile("scans.jpg", encode(progressive, "JPEG", progressive=True, quality=60), DECIDED)


def _make_wide() -> Iterator[HostileFile]:
    for width, height in ((60_000, 1), (1, 60_000), (29_999, 2), (30_000, 30_000), (60_000, 60_000)):
        wanted = REFUSED if max(width, height) > 30_000 or width * height > 60_000_000 else DECIDED
        data = png(width, height, (1, 0), row=bytes(-(-width // 8)))
        yield HostileFile(f"one_bit_{width}x{height}.png", data, wanted)
    for width, height in ((60_000, 3), (3, 60_000)):
        yield HostileFile(f"strip_{width}x{height}.jpg", encode(Image.new("L", (width, height), 128), "JPEG"), REFUSED)
    yield HostileFile("long_page.png", encode(make_page().resize((720, 20_000)), "PNG"), READ)


def _make_chunks() -> Iterator[HostileFile]:
    big = zlib.compress(bytes(200 * _MEGABYTES), 9)
    row = bytes(300)
    texts = {
        "ztxt_200mb.png": chunk(b"zTXt", b"Comment\0\0" + big),
        "itxt_200mb.png": chunk(b"iTXt", b"Comment\0\1\0\0\0" + big),
        "iccp_200mb.png": chunk(b"iCCP", b"profile\0\0" + big),
        "many_ztxt.png": chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(_MEGABYTES))) * 300,
        "many_text.png": chunk(b"tEXt", b"k\0v") * 100_000,
        "many_frames_claimed.png": chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0)),
    }
    for name, middle in texts.items():
        yield HostileFile(name, png(100, 100, (8, 2), middle, row=row), DECIDED)
    data = sound_files()["png"]
    too_much = zlib.compress(bytes(300 * _MEGABYTES), 9)
    head = data[: data.index(b"IDAT") - 4]
    yield HostileFile("more_data_than_rows.png", head + chunk(b"IDAT", too_much) + chunk(b"IEND", b""), DECIDED)
    jpeg = sound_files()["jpg"]
    comment = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    yield HostileFile("many_comments.jpg", jpeg[:2] + comment * 150 + jpeg[2:], DECIDED)
    profile = b"".join(
        b"\xff\xe2" + struct.pack(">H", 65_519 + 2) + b"ICC_PROFILE\0" + bytes([number, 200]) + bytes(65_505)
        for number in range(1, 201)
    )
    yield HostileFile("icc_13mb.jpg", jpeg[:2] + profile + jpeg[2:], DECIDED)
    yield HostileFile("larger_than_allowed.jpg", jpeg + bytes(21_000_000), REFUSED)


def _make_films() -> Iterator[HostileFile]:
    frames = [Image.new("P", (300, 300), number % 250) for number in range(1500)]
    for frame, at in zip(frames, range(1500), strict=True):
        frame.putpixel((at % 300, at // 300), 251)
    yield HostileFile("1500_frames.gif", encode(frames[0], "GIF", save_all=True, append_images=frames[1:]), DECIDED)
    small = [frame.convert("RGB").resize((120, 120)) for frame in frames]
    buffer = io.BytesIO()
    small[0].save(buffer, "WEBP", save_all=True, append_images=small[1:], quality=5, method=0)
    yield HostileFile("1500_frames.webp", buffer.getvalue(), DECIDED)
    data = sound_files()["gif"]
    yield HostileFile("endless_blocks.gif", data[:-1] + (b"!\xfe\xff" + bytes(255)) * 20_000, DECIDED)
