"""Numbers as people write them, in digits or Chinese numerals, and where they stand in a text."""

from __future__ import annotations

import re
from typing import NamedTuple

NUMERALS = "零〇一二两三四五六七八九十百"
_UNITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_NUMBER = re.compile(rf"[\d{NUMERALS}]+")


class Number(NamedTuple):
    """A run of digits and numerals; `behind` is the handful of signs that follow it."""

    start: int
    end: int
    behind: str


_BEHIND = 6


def find_numbers(text: str) -> list[Number]:
    """The runs of digits and numerals of a normal text, left to right: one scan, shared by all rules on numbers."""
    return [Number(found.start(), end := found.end(), text[end : end + _BEHIND]) for found in _NUMBER.finditer(text)]


def read_number(written: str) -> float | None:
    """`67`, `38.5`, `六十七`, `一百零二`, `十八`; None where the characters are no number."""
    if written[0].isdigit():
        return float(written)
    total = 0
    unit = 0
    for character in written:
        if character == "十":
            total += (unit or 1) * 10
            unit = 0
        elif character == "百":
            total += (unit or 1) * 100
            unit = 0
        else:
            unit = unit * 10 + _UNITS[character]
    return float(total + unit)
