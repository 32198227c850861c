"""The answer card as a PNG for chat groups: large letters, high contrast, as tall as its words need."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from desk.cards.fonts import chinese_font
from desk.cards.wording import AnswerCard

WIDTH = 1080
_MARGIN = 72
_INSIDE = WIDTH - 2 * _MARGIN
_PAPER, _INK, _SOFT = "#ffffff", "#171b21", "#4f5a66"
_BANDS = {"good": "#0b5a39", "warn": "#734800", "bad": "#9c220b"}
_SHEETS = {"good": "#e3f3ea", "warn": "#fff1d2", "bad": "#fde8e2"}
# These do not begin a line.
_CLOSING = frozenset("，。！？；：、）】》」』”’…,.!?;:)%")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: int
    colour: str
    x: int
    y: int


def draw_card(card: AnswerCard, brand: str) -> bytes:
    """PNG, 1080 pixels wide.

    Raises:
        UserError: this machine has no Chinese font.
    """
    band = [*_block(brand, 34, "#ffffff", 56), *_block(card.headline, 64, "#ffffff", 116)]
    band_end = band[-1].y + 64 + 56
    lines = list(_block(card.plea, 42, _INK, band_end + 48))
    sheet_start = lines[-1].y + 42 + 36
    quote = list(_quote(card, sheet_start + 36))
    sheet_end = quote[-1].y + 30 + 48 if quote else sheet_start
    rest = list(_rest(card, sheet_end + 32))
    image = Image.new("RGB", (WIDTH, rest[-1].y + 34 + 56), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, band_end), fill=_BANDS[card.tone])
    if quote:
        pen.rectangle((_MARGIN, sheet_start, WIDTH - _MARGIN, sheet_end), fill=_SHEETS[card.tone])
        pen.rectangle((_MARGIN, sheet_start, _MARGIN + 10, sheet_end), fill=_BANDS[card.tone])
    for line in (*band, *lines, *quote, *rest):
        pen.text((line.x, line.y), line.text, font=chinese_font(line.size), fill=line.colour)
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _quote(card: AnswerCard, y: int) -> Iterator[_Line]:
    if not card.quote:
        return
    inset = 48
    for line in _block(f"「{card.quote}」", 50, _BANDS[card.tone], y, inset):
        yield line
        y = line.y + 50 + 24
    yield from _block(card.said.rstrip("：:"), 30, _SOFT, y, inset)


def _rest(card: AnswerCard, y: int) -> Iterator[_Line]:
    link = [card.link] if card.link else []
    for text, size, colour, gap in [
        *((one, 32, _SOFT, 0) for one in (*link, *card.notes)),
        (card.advice, 38, _INK, 24),
        (card.foot, 30, _SOFT, 16),
    ]:
        for line in _block(text, size, colour, y + gap):
            yield line
            y = line.y + size + size // 2


def _block(text: str, size: int, colour: str, y: int, inset: int = 0) -> list[_Line]:
    """A paragraph from `y` on, broken to the width of the card."""
    step = size + size // 3
    rows = _broken(_drawable(text), size, _INSIDE - 2 * inset)
    return [_Line(row, size, colour, _MARGIN + inset, y + at * step) for at, row in enumerate(rows)]


def _broken(text: str, size: int, width: int) -> list[str]:
    font = chinese_font(size)
    rows, row = [], ""
    for letter in text:
        if row and font.getlength(row + letter) > width and letter not in _CLOSING:
            rows.append(row)
            row = ""
        row += letter
    return [*rows, row]


def _drawable(text: str) -> str:
    """Without what no Chinese font has: emoji and other letters beyond the first plane."""
    return "".join(letter for letter in text if ord(letter) <= 0xFFFF and letter.isprintable())
