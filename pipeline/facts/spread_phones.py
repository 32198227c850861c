"""Mobiles that runs of digits miss: broken over lines, set apart by odd signs, or with letters for digits.

Forms wrap lines in the middle of a number, and people write 139，0000，1234 or l39OOOO1234 to get past a filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.facts.model import Found
from pipeline.facts.phones import mask_mobile
from pipeline.facts.spans import SpanIndex

# A line end before one of the usual groups, or before both.
_NEW_LINE = r"[ \t\-]{0,2}\n[ \t\n]{0,3}"
_BROKEN = re.compile(
    rf"(?<![\d*])1[3-9]\d(?:{_NEW_LINE}\d{{4}}[ \t\n\-]{{0,4}}|[ \t\-]?\d{{4}}{_NEW_LINE})\d{{4}}(?![\d*])"
)
# The same sign, one to three places long, between all groups; words and letters are none, nor is a mask.
_SET_APART = re.compile(r"(?<![\d*])1[3-9]\d(?P<sign>[^0-9A-Za-z*×●\n\u4e00-\u9fff]{1,3})\d{4}(?P=sign)\d{4}(?![\d*])")
_LETTERS = str.maketrans("OoIl", "0011")
_DISGUISED = re.compile(r"(?<![0-9A-Za-z])[1Il][3-9][0-9OoIl]{9}(?![0-9A-Za-z])")
_FEWEST_DIGITS = 6
_NOT_DIGITS = re.compile(r"[^0-9]+")


def find_spread_phones(text: str, taken: SpanIndex) -> Iterator[Found]:
    """Mobiles of a normal text outside `taken`, of each spelling from left to right."""
    for pattern in (_BROKEN, _SET_APART):
        for found in pattern.finditer(text):
            if not taken.overlaps(found.start(), found.end()):
                yield _found(_NOT_DIGITS.sub("", found[0]), found, "phone.spread")
    for found in _DISGUISED.finditer(text):
        is_number = sum(map(str.isdigit, found[0])) >= _FEWEST_DIGITS
        if is_number and not found[0].isdigit() and not taken.overlaps(found.start(), found.end()):
            yield _found(found[0].translate(_LETTERS), found, "phone.disguised")


def _found(digits: str, found: re.Match[str], rule: str) -> Found:
    return Found("phone", digits, mask_mobile(digits), found.start(), found.end(), rule)
