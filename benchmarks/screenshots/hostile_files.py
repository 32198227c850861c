"""Files that a stranger may send in place of a picture: broken, lying, enormous, two things at once, or merely odd."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.screenshots.fonts import load_font

READ, REFUSED, DECIDED = "read", "refused", "decided"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class HostileFile:
    """One file. `wanted` is what a careful reader does: read it, refuse it, or either (but decide)."""

    name: str
    data: bytes
    wanted: str


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth_and_colour: tuple[int, int], *middle: bytes, row: bytes | None = None) -> bytes:
    """A PNG by hand: all rows alike, `middle` chunks before its data; `row` None leaves the data out."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *depth_and_colour, 0, 0, 0))
    data = b""
    if row is not None:
        packer = zlib.compressobj(9)
        step = max(1, 4_000_000 // (len(row) + 1))
        parts = [packer.compress((b"\0" + row) * min(step, height - at)) for at in range(0, height, step)]
        data = chunk(b"IDAT", b"".join(parts) + packer.flush())
    return _PNG_HEAD + head + b"".join(middle) + data + chunk(b"IEND", b"")


@cache
def make_page(mode: str = "RGB") -> Image.Image:
    """A small page with words on it."""
    page = Image.new("RGB", (360, 240), (255, 255, 255))
    for line in range(5):
        words = f"第{line + 1}行：求助，家里老人断药了"
        ImageDraw.Draw(page).text((12, 12 + line * 42), words, font=load_font(22), fill=(20, 20, 20))
    return page.convert(mode)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def sound_files() -> dict[str, bytes]:
    """A good file of each kind that is written here."""
    page = make_page()
    frames = [Image.new("P", (40, 40), colour) for colour in range(6)]
    return {
        "png": encode(page, "PNG"),
        "jpg": encode(page, "JPEG", quality=90),
        "progressive.jpg": encode(page, "JPEG", quality=90, progressive=True),
        "webp": encode(page, "WEBP", quality=80),
        "lossless.webp": encode(page, "WEBP", lossless=True),
        "gif": encode(page.quantize(16), "GIF"),
        "frames.gif": encode(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "avif": encode(page, "AVIF", quality=70),
    }


def make_truncated(rng: random.Random) -> Iterator[HostileFile]:
    """Each kind cut at its head, in its middle, just before its end."""
    for kind, data in sound_files().items():
        cuts = [1, 4, 7, 11, 20, 33, 64, len(data) // 2, len(data) - 1, len(data) - 12]
        for cut in [*cuts, *(rng.randrange(40, len(data)) for _ in range(10))]:
            yield HostileFile(f"cut_{cut:06d}.{kind}", data[:cut], DECIDED if cut > 64 else REFUSED)


def make_damaged(rng: random.Random) -> Iterator[HostileFile]:
    """Each kind with bytes changed, doubled, dropped or zeroed."""
    for kind, data in sound_files().items():
        for number in range(18):
            broken = bytearray(data)
            for _ in range(rng.choice((1, 3, 30, 300))):
                broken[rng.randrange(8, len(broken))] = rng.randrange(256)
            yield HostileFile(f"flipped_{number:02d}.{kind}", bytes(broken), DECIDED)
        half = len(data) // 2
        yield HostileFile(f"hole.{kind}", data[:half] + bytes(500) + data[half + 500 :], DECIDED)
        yield HostileFile(f"doubled.{kind}", data + data, DECIDED)
        yield HostileFile(f"shifted.{kind}", b"\n" + data, REFUSED)


def make_lying(rng: random.Random) -> Iterator[HostileFile]:
    """Headers that promise what does not follow."""
    page = sound_files()
    for width, height in ((0, 0), (0, 100), (100, 0), (1 << 31, 1), ((1 << 32) - 1, (1 << 32) - 1), (99_999, 99_999)):
        name = f"claims_{width}x{height}.png"
        yield HostileFile(name, png(width % (1 << 32), height % (1 << 32), (8, 2)), REFUSED)
    yield HostileFile("no_data.png", png(100, 100, (8, 2)), DECIDED)
    yield HostileFile("no_palette.png", png(100, 100, (8, 3), row=bytes(100)), DECIDED)
    for depth, colour in ((3, 2), (16, 3), (1, 6), (255, 255)):
        yield HostileFile(f"depth_{depth}_{colour}.png", png(100, 100, (depth, colour), row=bytes(400)), DECIDED)
    giant_length = _PNG_HEAD + struct.pack(">I", 0x7FFFFFFF) + b"IHDR" + bytes(30)
    yield HostileFile("giant_chunk.png", giant_length, REFUSED)
    yield HostileFile("claims_65500.jpg", _resize_jpeg(page["jpg"], 65_500, 65_500), REFUSED)
    yield HostileFile("claims_0.jpg", _resize_jpeg(page["jpg"], 0, 0), REFUSED)
    yield HostileFile("claims_9000x6000.jpg", _resize_jpeg(page["jpg"], 9000, 6000), DECIDED)
    yield HostileFile("claims_65535.gif", page["gif"][:6] + b"\xff\xff\xff\xff" + page["gif"][10:], REFUSED)
    lossless = bytearray(page["lossless.webp"])
    lossless[21:25] = b"\xff\xff\xff\x0f"
    yield HostileFile("claims_16384.webp", bytes(lossless), REFUSED)
    for brand in (b"avif", b"heic", b"mif1", b"hevc", b"isom", b"qt  "):
        rest = bytes(rng.randrange(256) for _ in range(400))
        container = struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + rest
        yield HostileFile(f"brand_{brand.decode().strip()}.heic", container, REFUSED)
    yield HostileFile("giant.avif", _claim_box(page["avif"], 60_000, 60_000), REFUSED)


def make_polyglots() -> Iterator[HostileFile]:
    """A picture that is another file as well."""
    page = sound_files()
    archive = _make_zip()
    script = b"<html><script>fetch('/steal')</script></html>"
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    for kind in ("png", "jpg", "gif", "webp"):
        yield HostileFile(f"zip_behind.{kind}", page[kind] + archive, DECIDED)
        yield HostileFile(f"html_behind.{kind}", page[kind] + script, DECIDED)
        yield HostileFile(f"pdf_behind.{kind}", page[kind] + pdf, DECIDED)
        yield HostileFile(f"php_behind.{kind}", page[kind] + b"<?php system($_GET['c']); ?>", DECIDED)
    yield HostileFile(
        "pdf_inside.jpg",
        page["jpg"][:2] + b"\xff\xfe" + struct.pack(">H", len(pdf) + 2) + pdf + page["jpg"][2:],
        DECIDED,
    )
    yield HostileFile("html_inside.gif", page["gif"] + b"!\xfe" + bytes([len(script)]) + script + b"\0;", DECIDED)
    yield HostileFile("pdf_first.pdf.jpg", pdf + page["jpg"], REFUSED)
    yield HostileFile("zip_first.zip.png", archive + page["png"], REFUSED)


def _make_zip() -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../escape.txt", "x")
    return buffer.getvalue()


def _resize_jpeg(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _claim_box(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def make_documents() -> Iterator[HostileFile]:
    """What is no picture at all, whatever it is called."""
    font = b"\0\1\0\0\0\x0c\0\x80\0\3\0\x40" + bytes(400)
    entities = "".join(
        f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "ha"}{"&e" + str(max(n - 1, 0)) + ";"}">' for n in range(30)
    )
    documents = {
        "empty.png": b"",
        "empty.jpg": b"",
        "one_byte.png": b"\x89",
        "script.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "script.png": b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        "include.svg": b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg><text>&x;</text></svg>",
        "laughs.svg": f"<!DOCTYPE svg [{entities}]><svg>&e29;</svg>".encode(),
        "page.html.png": b"<html><body>no picture</body></html>",
        "words.jpg": "求助，家里老人断药了".encode(),
        "zeros.png": bytes(4096),
        "ones.jpg": b"\xff" * 4096,
        "font.ttf": font,
        "font.png": b"OTTO" + font,
        "postscript.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n",
        "paint.psd": b"8BPS\0\1" + bytes(400),
        "icon.ico": b"\0\0\1\0\1\0" + bytes(400),
        "tagged.tiff": encode(make_page(), "TIFF"),
        "bitmap.bmp": encode(make_page(), "BMP"),
        "quick.mov": struct.pack(">I", 20) + b"ftypqt  " + bytes(800),
        "shell.gif": b"#!/bin/sh\ntouch owned\n",
        "elf.png": b"\x7fELF" + bytes(400),
        "imagetragick.jpg": b"push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/x'\npop graphic-context\n",
    }
    yield from (HostileFile(name, data, REFUSED) for name, data in documents.items())


def make_names() -> Iterator[HostileFile]:
    """Good pictures with names that mean something to a shell, a path or a log."""
    names = (
        "..%2f..%2fescape.png",
        "-rf.png",
        "$(touch owned).png",
        "`id`.png",
        "a;b|c&d.png",
        "new\nline.png",
        "tab\there.png",
        "\u202egnp.exe.png",
        "C:\\windows\\x.png",
        "~root.png",
        ".hidden.png",
        "very" * 60 + ".png",
        "%s%n%x.png",
        "<b>.png",
        "'; DROP TABLE images;--.png",
        "nul",
        "空 格.png",
        "\x1b[31mred.png",
        "a.png.exe",
        "no_ending",
    )
    yield from (HostileFile(name, sound_files()["png"], READ) for name in names)


def make_odd() -> Iterator[HostileFile]:
    """Unusual pictures that people really have: these must be read."""
    page = make_page()
    rotated = Image.Exif()
    for turn in range(1, 9):
        rotated[_ORIENTATION] = turn
        yield HostileFile(f"turned_{turn}.jpg", encode(page, "JPEG", exif=rotated), READ)
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        image = _deepen(page) if mode == "I;16" else page.convert(mode)
        yield HostileFile(f"mode_{mode.replace(';', '')}.png", encode(image, "PNG"), READ)
    for mode in ("L", "CMYK", "YCbCr"):
        yield HostileFile(f"mode_{mode}.jpg", encode(page.convert(mode), "JPEG"), READ)
    ink = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ink.putalpha(page.convert("L").point(lambda value: 255 - value))
    yield HostileFile("black_on_nothing.png", encode(ink, "PNG"), READ)
    yield HostileFile("black_on_nothing.webp", encode(ink, "WEBP", lossless=True), READ)
    yield HostileFile("interlaced_later.gif", encode(page.quantize(4), "GIF", interlace=1), READ)
    for wrong, kind in (("jpg", "png"), ("png", "jpg"), ("txt", "webp"), ("exe", "gif"), ("jpg", "avif")):
        yield HostileFile(f"really_{kind}.{wrong}", sound_files()[kind], READ)
    yield HostileFile("one_pixel.png", encode(page.resize((1, 1)), "PNG"), DECIDED)
    yield HostileFile("profile.png", encode(page, "PNG", icc_profile=b"not a profile" * 50), READ)
    yield HostileFile("broken_exif.jpg", encode(page, "JPEG", exif=b"Exif\0\0MM\0*" + b"\xff" * 60), DECIDED)


def _deepen(page: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(page.convert("L"), dtype=np.uint16) * 257)
