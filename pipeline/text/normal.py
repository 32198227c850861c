"""Displayed text to the form that rules read: one spelling for every digit, width and script, with the way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_FOLDED_PLANES = (
    (0xA0, 0x3400),
    (0xA000, 0xD800),
    (0xF900, 0xFFFE),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F200),
    (0x1FBF0, 0x1FBFA),
    (0x2F800, 0x2FA20),
)
_CIRCLED_DINGBATS = {
    **{chr(0x2776 + n): str(n + 1) for n in range(10)},
    **{chr(0x2780 + n): str(n + 1) for n in range(10)},
    **{chr(0x278A + n): str(n + 1) for n in range(10)},
    **{chr(0x24EB + n): str(n + 11) for n in range(10)},
    **{chr(0x24F5 + n): str(n + 1) for n in range(10)},
    "⓿": "0", "🄋": "0", "🄌": "0", "🔟": "10",
}  # fmt: skip
# Kept although NFKC changes them: an ellipsis is one sign to a reader, an ordinal or unit sign is no number.
_KEPT = "…‥℃㎡㎏㎝㎜㎞№℡™"
_KEYCAP = "\u20e3"
# Punctuation of every second sentence: replaced before the rare signs are looked for.
_COMMON = tuple(zip("，！？：；（）", ",!?:;()", strict=True))


@dataclass(frozen=True, slots=True)
class NormalText:
    """Normalised text; `starts[i]` is where its i-th character stands in the displayed text (None: at i)."""

    text: str
    display_length: int
    starts: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the displayed text that `text[start:end]` was read from; it swallows what was dropped behind
        it."""
        if self.starts is None:
            return start, end
        first = self.starts[start] if start < len(self.starts) else self.display_length
        if end <= start:
            return first, first
        behind = self.starts[end] if end < len(self.starts) else self.display_length
        return first, max(behind, self.starts[end - 1] + 1)


def normalise(display: str) -> NormalText:
    """Fold a displayed text character by character, so that offsets lead back.

    Each character becomes its NFKC form (full-width, circled, mathematical digits), keycaps lose their frame,
    digits of any script become ASCII, traditional characters simplified ones by opencc's `t2s` character by
    character (a table made from it: phrases would move offsets). Latin case stays; `…` stays.
    """
    if display.isascii():
        return NormalText(text=display, display_length=len(display))
    folds = _folds()
    text = display
    for wide, narrow in _COMMON:
        text = text.replace(wide, narrow)
    if folds.pattern.search(text) is None:
        return NormalText(text=text, display_length=len(display))
    text = folds.pattern.sub(folds.of_match, text)
    if folds.resizing.search(display) is None:
        return NormalText(text=text, display_length=len(display))
    return NormalText(text=text, display_length=len(display), starts=_starts(display, folds))


def _starts(display: str, folds: _Folds) -> tuple[int, ...]:
    starts: list[int] = []
    position = 0
    for found in folds.resizing.finditer(display):
        starts += range(position, found.start())
        starts += [found.start()] * len(folds.of_match(found))
        position = found.end()
    starts += range(position, len(display))
    return tuple(starts)


@dataclass(frozen=True, slots=True)
class _Folds:
    table: dict[int, str]
    resizing: re.Pattern[str]
    pattern: re.Pattern[str]

    def of_match(self, found: re.Match[str]) -> str:
        """The fold of a single character."""
        return self.table.get(ord(found[0]), found[0])


@cache
def _folds() -> _Folds:
    table = {**_compatibility_folds(), **_simplified_folds()}
    table.update({ord(character): digits for character, digits in _CIRCLED_DINGBATS.items()})
    table[ord(_KEYCAP)] = ""
    for character in _KEPT:
        table.pop(ord(character), None)
    # Outside the basic plane a set is searched range by range, so all of it is looked at.
    basic = "".join(re.escape(chr(point)) for point in sorted(table) if point < 0x10000)
    resizing = "".join(re.escape(chr(point)) for point, folded in sorted(table.items()) if len(folded) != 1)
    return _Folds(
        table=table,
        resizing=re.compile(f"[{resizing}]"),
        pattern=re.compile(f"[{basic}\U00010000-\U0010ffff]"),
    )


def _compatibility_folds() -> dict[int, str]:
    folds: dict[int, str] = {}
    for first, end in _FOLDED_PLANES:
        for point in range(first, end):
            character = chr(point)
            folded = _ascii_digit(character) or unicodedata.normalize("NFKC", character)
            if folded != character:
                folds[point] = folded
    return folds


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else ""


def _simplified_folds() -> dict[int, str]:
    from opencc import OpenCC

    characters = [chr(point) for first, end in _IDEOGRAPHS for point in range(first, end)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return {ord(old): new for old, new in pairs if new != old and len(new) == 1}
