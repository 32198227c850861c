"""Lists of people: the shape of a round-up, whatever its words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.vocabulary import Term

MASKED_MOBILE = re.compile(r"1[3-9]\d\*{4}\d{4}(?![\d*])")
_NUMERALS = {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)}
# The number of an item; behind a bare number (or ①) stands no unit of measure. × is where an address was masked.
_NUMBERED = re.compile(
    r"([0-9一二三四五六七八九十][0-9]?)(?:[.、):](?!\d)|号(?:床|线索)?:?"
    r"|(?<=[0-9])(?=[\u4e00-\u9fff×])(?![个岁天月日号点年人名楼栋床层万块片盒瓶斤度米公分小周次家位口多时元袋箱支条台户例处辆艘张单多]))"
)
_BEFORE_NUMBER = frozenset(" \n。;,:、!?)】(")
_MARKED = re.compile(r"[✅❌⏳☑✔]|\n\s?[-•·▪●◆★☆❗🔴🟢➡▶*]")
_DIVIDER = re.compile(r"[;\n]+")
_ITEMS = 3
_LONGEST_ITEM = 120
# How people are called by their surname; begun with plain words, the pattern is searched at full speed.
_CALLED = re.compile(
    "爷爷|奶奶|阿姨|叔|姨|婆婆|先生|女士|大爷|大妈|大叔|大姐|大哥|伯|师傅|同学|老师|姑娘|某|家|氏|姐|哥|婶|嫂|老|小"
)
_NO_NAME_BEHIND = frozenset("家年人时区心学孩子伙说")
_Span = tuple[int, int]


class Listing(NamedTuple):
    """How many items of a list speak of somebody, and how many people are called by a surname."""

    items: int
    named: int


_PERSON_CUES = frozenset(("kin", "condition", "lack"))


def list_people(own: str, own_start: int, terms: Sequence[Term]) -> Listing:
    """How many items of a list in the writer's own words speak of somebody: of a person, a place, a phone, a need;
    0 when there is no list of three. `own` starts at `own_start` of the normal text in which `terms` stand.
    """
    called = [(found.start(), found[0]) for found in _CALLED.finditer(own) if _is_surname(own, found)]
    named = len({own[start - 1 : start] + name for start, name in called})
    starts = _numbered_items(own) or _marked_items(own)
    divided = [] if starts else _divided_items(own)
    if not starts and not divided:
        return Listing(0, named)
    named_at = sorted([*(start for start, _ in called), *(found.start() for found in MASKED_MOBILE.finditer(own))])
    spoken_at = [term.start - own_start for term in terms if _speaks_of_somebody(term)]
    if starts:
        items = sum(_has(named_at, item) or _has(spoken_at, item) for item in _spans(own, starts))
    else:
        items = sum(_has(named_at, item) and _has(spoken_at, item) for item in _spans(own, divided))
    return Listing(items, named)


def _spans(own: str, starts: Sequence[int]) -> list[_Span]:
    ends = [*starts[1:], len(own)] if starts else []
    return [(start, min(end, start + _LONGEST_ITEM)) for start, end in zip(starts, ends, strict=True)]


def _numbered_items(own: str) -> list[int]:
    """Where the items of a counted list begin: three numbers or more that follow on one another."""
    items: list[int] = []
    last = 0
    for found in _NUMBERED.finditer(own):
        if found.start() and own[found.start() - 1] not in _BEFORE_NUMBER:
            continue
        number = _NUMERALS.get(found[1]) or _number(found[1])
        if items and number != last + 1:
            if len(items) >= _ITEMS:
                break
            items = []
        items.append(found.start())
        last = number
    return items if len(items) >= _ITEMS else []


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else 0


def _marked_items(own: str) -> list[int]:
    items = [found.start() for found in _MARKED.finditer(own)]
    return items if len(items) >= _ITEMS else []


def _divided_items(own: str) -> list[int]:
    """Where the parts begin that are divided by semicolons or lines; not few, and each must name somebody."""
    if own.count(";") + own.count("\n") < _ITEMS - 1:
        return []
    return [0, *(found.end() for found in _DIVIDER.finditer(own))]


def _speaks_of_somebody(term: Term) -> bool:
    meaning = term.meaning
    return meaning.place is not None or bool(meaning.needs) or not _PERSON_CUES.isdisjoint(meaning.cues)


def _has(positions: Sequence[int], item: _Span) -> bool:
    index = bisect_left(positions, item[0])
    return index < len(positions) and positions[index] < item[1]


def _is_surname(own: str, found: re.Match[str]) -> bool:
    """吴 before 奶奶, or behind 老 and 小."""
    if found[0] in ("老", "小"):
        behind = own[found.end() : found.end() + 2]
        return behind[:1] in _surnames() and behind[1:] not in _NO_NAME_BEHIND
    return own[found.start() - 1 : found.start()] in _surnames()


@cache
def _surnames() -> frozenset[str]:
    surnames = (row["surname"] for _, row in read_table(DATA_DIR / "surnames.tsv"))
    return frozenset(surname for surname in surnames if len(surname) == 1)
