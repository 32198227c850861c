"""Lists of people: the shape of a round-up, whatever its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.vocabulary import Term

MASKED_MOBILE = re.compile(r"1[3-9]\d\*{4}\d{4}(?![\d*])")
_NUMERALS = {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)}
# The number of an item; behind a bare number stands no unit of measure.
_NUMBERED = re.compile(
    r"(?<![^\s。;,:、!?)】])\(?(?:([0-9]{1,2}|[一二三四五六七八九十])(?:[.、):](?!\d)|号床)"
    r"|([0-9]{1,2})(?=[\u4e00-\u9fff])(?![个岁天月日号点年人名楼栋床层万块片盒瓶斤度米公分小周次家位口多时元袋箱支条台户例处辆艘张单多]))"
)
_MARKED = re.compile(r"(?:^|\n)\s?([-•·▪●◆★☆✅❌⏳☑✔❗🔴🟢➡▶*])|([✅❌⏳☑✔])")
_PHONES_OF_MANY = 4
_ITEMS = 3
_LONGEST_ITEM = 120
_PERSON_CUES = frozenset(("kin", "condition", "lack"))


def count_people(own: str, own_start: int, terms: Sequence[Term]) -> int:
    """How many items of a list in the writer's own words speak of somebody: of a person, a place, a phone, a need.

    0 when there is no list of three. `own` starts at `own_start` of the normal text in which `terms` stand.
    """
    starts = _numbered_items(own) or _marked_items(own)
    if not starts:
        return 0
    spans = [
        (start, min(end, start + _LONGEST_ITEM)) for start, end in zip(starts, [*starts[1:], len(own)], strict=True)
    ]
    speaking = sorted(term.start - own_start for term in terms if _speaks_of_somebody(term))
    return sum(_is_somebody(own, span, speaking) for span in spans)


def count_named(own: str) -> int:
    """How many people are called by a surname: 吴奶奶, 老葛, 李女士."""
    pattern = _called()
    return len({found[0] for found in pattern.finditer(own)})


def _numbered_items(own: str) -> list[int]:
    """Where the items of a counted list begin: three numbers or more that follow on one another."""
    items: list[int] = []
    last = 0
    for found in _NUMBERED.finditer(own):
        written = found[1] or found[2]
        number = _NUMERALS.get(written) or int(written)
        if items and number != last + 1:
            if len(items) >= _ITEMS:
                break
            items = []
        items.append(found.start())
        last = number
    return items if len(items) >= _ITEMS else []


def _marked_items(own: str) -> list[int]:
    items = [found.start() for found in _MARKED.finditer(own)]
    return items if len(items) >= _ITEMS else []


def _speaks_of_somebody(term: Term) -> bool:
    meaning = term.meaning
    return meaning.place is not None or bool(meaning.needs) or not _PERSON_CUES.isdisjoint(meaning.cues)


def _is_somebody(own: str, span: tuple[int, int], speaking: Iterable[int]) -> bool:
    start, end = span
    if MASKED_MOBILE.search(own, start, end) or _called().search(own, start, end):
        return True
    return any(start <= position < end for position in speaking)


@cache
def _called() -> re.Pattern[str]:
    surnames = "".join(
        row["surname"] for _, row in read_table(DATA_DIR / "surnames.tsv") if len(row["surname"]) == 1
    )
    behind = "爷爷|奶奶|阿姨|叔叔?|姨|婆婆?|先生|女士|大爷|大妈|大叔|大姐|大哥|伯伯?|师傅|同学|老师|姑娘|某|家[三四五]?[口人]?|氏|姐|哥|婶|嫂"
    return re.compile(
        rf"[{surnames}老小](?:(?<=[{surnames}])(?:{behind})|(?<=[老小])[{surnames}](?![家年人时区心学孩子伙说]))"
    )
