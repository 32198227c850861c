"""What a file is by its content, and how large its picture is, before anything is decoded."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from pipeline.images.values import PictureError
from pipeline.settings import ImageSettings

_RIFF, _FTYP = b"RIFF", b"ftyp"
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_SVG = re.compile(rb"<svg[\s>]|<!DOCTYPE\s+svg", re.IGNORECASE)
# Files that are two things at once: what another program would read from the same bytes.
# (The first byte is outside of what ignores case: ten times as fast over a whole file.)
_FOREIGN = re.compile(rb"<(?i:html[\s>]|script[\s>]|\?php)")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_PDF_WITHIN = 1024
_ZIP_END, _ZIP_END_BYTES = b"PK\x05\x06", 22
_SNIFFED_BYTES = 65_536
_FRAME_STARTS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = {0x01, *range(0xD0, 0xD8)}


def sniff(data: bytes, limits: ImageSettings) -> tuple[str, int, int]:
    """(kind, width, height) from the header alone. Kinds: png, jpeg, webp, gif, avif, heic.

    Raises:
        PictureError: too large in bytes, pixels or side; not a picture; a picture and something else at once.
    """
    if not data:
        raise PictureError("空文件 / an empty file")
    if len(data) > limits.max_bytes:
        raise PictureError(f"图片有 {len(data)} 字节，超过上限 {limits.max_bytes} / too many bytes")
    kind = kind_of(data)
    _refuse_polyglot(data)
    width, height = _size_of(kind, data)
    if width <= 0 or height <= 0:
        raise PictureError(f"{kind}：读不出尺寸 / no size in the header")
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        raise PictureError(f"图片 {width}×{height} 太大 / {width}x{height} pixels are too many")
    return kind, width, height


def kind_of(data: bytes) -> str:
    """The format by the first bytes.

    Raises:
        PictureError: none of those that are read.
    """
    for magic, kind in (
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
    ):
        if data.startswith(magic):
            return kind
    if data[:4] == _RIFF and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == _FTYP:
        return _kind_of_brand(data)
    if _SVG.search(data[:_SNIFFED_BYTES]):
        raise PictureError("SVG 不是照片格式，不读 / SVG is a document, not a picture")
    raise PictureError("不是 PNG、JPEG、WebP、GIF、AVIF 或 HEIC 图片 / not a picture that is read here")


def _kind_of_brand(data: bytes) -> str:
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    if any(brand in _AVIF_BRANDS for brand in brands):
        return "avif"
    if any(brand in _HEIC_BRANDS for brand in brands):
        return "heic"
    raise PictureError("视频或别的容器文件，不是图片 / a film or another container, not a picture")


def _refuse_polyglot(data: bytes) -> None:
    end = data.rfind(_ZIP_END, max(0, len(data) - _SNIFFED_BYTES - _ZIP_END_BYTES))
    is_zip = end >= 0 and end + _ZIP_END_BYTES + int.from_bytes(data[end + 20 : end + 22], "little") == len(data)
    is_archive = is_zip or any(magic in data for magic in _ARCHIVES)
    if is_archive or b"%PDF-" in data[:_PDF_WITHIN] or _FOREIGN.search(data):
        raise PictureError("图片里夹带了别的文件 / a picture that is another file as well")


def _size_of(kind: str, data: bytes) -> tuple[int, int]:
    try:
        return _SIZES[kind](data)
    except (struct.error, IndexError) as error:
        raise PictureError(f"{kind}：文件头不完整 / the header is cut off") from error


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return 0, 0
        marker = data[at + 1]
        if marker in _FRAME_STARTS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += (
            1 if marker == 0xFF else 2 if marker in _BARE_MARKERS else 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        )
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _box_size(data: bytes) -> tuple[int, int]:
    """The largest extent that any item of an AVIF or HEIC file claims (`ispe` boxes)."""
    claimed = [(0, 0)]
    at = data.find(b"ispe", 0, _SNIFFED_BYTES)
    while at >= 0:
        width, height = struct.unpack(">II", data[at + 8 : at + 16])
        claimed.append((width, height))
        at = data.find(b"ispe", at + 4, _SNIFFED_BYTES)
    return max(claimed, key=lambda size: size[0] * size[1])


_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "png": _png_size,
    "gif": _gif_size,
    "jpeg": _jpeg_size,
    "webp": _webp_size,
    "avif": _box_size,
    "heic": _box_size,
}
