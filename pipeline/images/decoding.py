"""Decodes one picture; runs only inside the guarded process (`guarded.py`), because decoders meet hostile bytes."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageOps

from pipeline.images.values import Decoded, Pixels, Seen

# What decoders raise on broken bytes; anything else ends the guarded process, and its owner refuses the file.
BROKEN = (
    ArithmeticError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    Image.DecompressionBombError,
    struct.error,
    zlib.error,
)
THUMBNAIL_SIDE = 128
_DARK = 128
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF", "heic": "HEIF"}
# A scan wider than this many times the reading width is decoded smaller from the start, where JPEG allows.
_DRAFT_SLACK = 1.2
_WIDEST = 1.6


def decode(kind: str, data: bytes, reading_width: int) -> Decoded:
    """The first frame of a picture, upright, on a plain ground, scaled to the reading width (never up by more than 2).

    Raises:
        Whatever the decoder raises on broken bytes; the caller is a process that may die.
    """
    image, (width, height) = _upright(kind, data, reading_width)
    return Decoded(kind, width, height, _scaled(image, reading_width), _thumbnail(image))


def look_at(kind: str, data: bytes, reading_width: int) -> Seen:
    """The same without the pixels for reading, which take half of the time.

    Raises:
        As `decode`.
    """
    image, (width, height) = _upright(kind, data, reading_width)
    return Seen(kind, width, height, _thumbnail(image))


def _upright(kind: str, data: bytes, reading_width: int) -> tuple[Image.Image, tuple[int, int]]:
    """A picture as it is meant to be seen, perhaps smaller, and its true size (width, height)."""
    Image.MAX_IMAGE_PIXELS = None  # the header was measured before; Pillow would only warn
    warnings.simplefilter("ignore")
    with _opened(kind, data) as opened:
        width, height = opened.size
        if kind == "jpeg":
            wanted = int(min(width, height, reading_width) * _WIDEST * _DRAFT_SLACK)
            opened.draft("RGB" if opened.mode != "L" else "L", (wanted, wanted * height // max(1, width)))
        opened.load()
        ImageOps.exif_transpose(opened, in_place=True)
        image = _flatten(opened)
    if (image.size[0] > image.size[1]) != (width > height):
        width, height = height, width
    return image, (width, height)


def _thumbnail(image: Image.Image) -> Pixels:
    small = image.convert("L").resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    return np.asarray(small, np.uint8)


def _opened(kind: str, data: bytes) -> Image.Image:
    if kind == "heic":
        import pi_heif  # type: ignore[import-untyped]

        pi_heif.register_heif_opener()
    return Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])


def _scaled(image: Image.Image, reading_width: int) -> Pixels:
    width, height = image.size
    # A page of a desktop is wide and its letters are small: it keeps more of its width.
    factor = min(reading_width * min(_WIDEST, max(1.0, width / height)) / width, 2.0)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    if size != image.size:
        resample = Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BILINEAR
        image = image.resize(size, resample)
    return np.asarray(image, np.uint8)


def _flatten(image: Image.Image) -> Image.Image:
    """RGB without transparency; what is transparent gets the ground on which the rest can be seen."""
    convert = _CONVERTERS.get(image.mode)
    if convert is not None:
        image = convert(image)
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("LA", "PA", "La", "RGBa"):
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        return _on_ground(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_ground(image: Image.Image) -> Image.Image:
    alpha = np.asarray(image.getchannel("A"), np.uint8)
    rgb = image.convert("RGB")
    if alpha.min() == 255:
        return rgb
    seen = np.asarray(rgb.convert("L"), np.uint8)[alpha > _DARK]
    is_light = len(seen) > 0 and float(seen.mean()) > _DARK
    ground = Image.new("RGB", image.size, "black" if is_light else "white")
    ground.paste(rgb, mask=image.getchannel("A"))
    return ground


def _from_16_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray(np.clip(values >> 8 if values.max() > 255 else values, 0, 255).astype(np.uint8))


def _from_floats(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    top = max(1.0, float(values.max()))
    return Image.fromarray((np.clip(values, 0, top) * (255 / top)).astype(np.uint8))


_CONVERTERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "I": _from_16_bits,
    "I;16": _from_16_bits,
    "I;16B": _from_16_bits,
    "I;16L": _from_16_bits,
    "F": _from_floats,
}
