"""Identity card numbers of 18 (or the old 15) places, GB 11643."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.facts.digits import as_ascii_digits
from pipeline.facts.model import Found

_GAP = r"[ \-.\n]?"
_DIGIT = r"[0-9零〇幺一二三四五六七八九]"
_LONG = re.compile(rf"(?<![0-9]){_DIGIT}(?:{_GAP}{_DIGIT}){{16}}{_GAP}[0-9Xx零〇幺一二三四五六七八九](?![0-9])")
_OLD = re.compile(r"(?<!\d)[1-8]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_SHAPE = re.compile(r"[1-8]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_CONTEXT = re.compile(r"身份证|证件|身份号|ID ?card|户口", re.IGNORECASE)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def find_id_numbers(text: str) -> Iterator[Found]:
    """ID numbers of a normal text: with a right check digit anywhere, with a wrong one where the words say 身份证."""
    for found in _LONG.finditer(text):
        number = re.sub(r"[ \-.\n]", "", as_ascii_digits(found[0])).upper()
        if not _SHAPE.fullmatch(number):
            continue
        if has_right_check_digit(number):
            yield _found(number, found, "id_number.checksum")
        elif _is_announced(text, found.start()):
            yield _found(number, found, "id_number.shape")
    if "身份" in text or "证件" in text:
        for found in _OLD.finditer(text):
            if _is_announced(text, found.start()):
                yield _found(found[0], found, "id_number.old")


def has_right_check_digit(number: str) -> bool:
    """Whether the last place of an 18-place number follows from the others (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _CHECKS[total % 11]


def _is_announced(text: str, start: int) -> bool:
    return _CONTEXT.search(text, max(0, start - 16), start) is not None


def _found(number: str, found: re.Match[str], rule: str) -> Found:
    return Found("id_number", number, mask_id_number(number), found.start(), found.end(), rule)


def mask_id_number(number: str) -> str:
    """The first three places, then a star for each other one."""
    return number[:3] + "*" * (len(number) - 3)
