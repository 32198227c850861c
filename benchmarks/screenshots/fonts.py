"""WenQuanYi Zen Hei, the one Chinese font of the machines we run on: which characters it has, and writing with it."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw, ImageFont

FONT_PATH = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
_NOWHERE = "\uffff"  # no font has it, so it is drawn as what stands for a missing character


@cache
def load_font(size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels.

    Raises:
        OSError: the font is not installed (Debian: fonts-wqy-zenhei).
    """
    return ImageFont.truetype(FONT_PATH, size)


@cache
def has_glyph(char: str) -> bool:
    """Whether the font can show a character."""
    return char.isspace() or _draw(char) != _draw(_NOWHERE)


def draw_words(
    image: Image.Image,
    place: tuple[int, int],
    words: str,
    font: ImageFont.FreeTypeFont,
    colour: tuple[int, int, int],
) -> None:
    """Write on a picture; `place` is the upper left corner."""
    ImageDraw.Draw(image).text(place, words, font=font, fill=colour)


def write_layer(words: str, size: int, colour: tuple[int, int, int, int]) -> Image.Image:
    """The words alone on a transparent picture just large enough."""
    font = load_font(size)
    left, top, right, bottom = font.getbbox(words)
    layer = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(layer).text((4 - left, 4 - top), words, font=font, fill=colour)
    return layer


def _draw(char: str) -> bytes:
    mask = load_font(24).getmask(char)
    return bytes(mask) + repr(mask.size).encode()
