"""Runs of digits in any spelling: plain, spaced, dashed, in Chinese characters, several in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHINESE = dict(
    zip("零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖两", "000" + "1123456789" + "123456789" + "2", strict=True)
)
CHINESE_DIGITS = "".join(_CHINESE)
_ASCII = {ord(character): digit for character, digit in _CHINESE.items()}
_DIGIT = f"[0-9{CHINESE_DIGITS}]"
# Between the digits of one number: at most three blanks, dashes, dots, brackets, middle dots.
_GAP = r"[ \t\u00b7\u30fb.\-_‐‑–—―─~()/、|:*']"
# A run ends in a digit; shorter ones are no phones. Possessive, so a megabyte of digits is read once.
_RUN = re.compile(rf"{_DIGIT}(?:{_GAP}{{0,3}}+{_DIGIT}){{6,}}+")
# Chinese and ASCII digits are blocks of their own: the 五 of 王五 is no part of the number behind it.
_BLOCK = re.compile(rf"[0-9]++|[{CHINESE_DIGITS}]++")


@dataclass(frozen=True, slots=True)
class Block:
    """Digits without anything between them, as ASCII, and where they stand in the text."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks with small gaps between them."""

    blocks: tuple[Block, ...]

    @property
    def length(self) -> int:
        """How many digits it has."""
        return sum(len(block.digits) for block in self.blocks)


def digit_runs(text: str) -> Iterator[Run]:
    """Every run of seven digits or more in a normal text."""
    for run in _RUN.finditer(text):
        blocks = (
            Block(digits=block[0].translate(_ASCII), start=block.start(), end=block.end())
            for block in _BLOCK.finditer(text, run.start(), run.end())
        )
        yield Run(blocks=tuple(blocks))


def as_ascii_digits(text: str) -> str:
    """Chinese digit characters as ASCII ones, position by position (no tens: 六十七 is not read here)."""
    return text.translate(_ASCII)
