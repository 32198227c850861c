"""Somebody called by a surname that the plea does not hold (余阿姨 where the plea is for 冯玉琴) is another case."""

from __future__ import annotations

import re
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.status.needles import Needled

_TITLES = (
    "阿姨|伯伯|叔叔|大叔|大爷|大妈|大伯|大哥|大姐|爷爷|奶奶|婆婆|老师|先生|女士|小姐|太太|阿婆|阿公|爹爹|嬢嬢|伯母|伯"
)
# Surnames that mostly are words before a title (和爷爷, 于奶奶家).
_ALSO_WORDS = frozenset("和于时从安成全方万常都向连那终能令元干解应经师明易别后有查让给跟对同与及满双少单老小大白")
_OTHER_CASE = re.compile(r"第[一二三四五六七八九十]例|上一例|前一例|那一例")
_THIS_CASE = re.compile(r"第[一二三四五六七八九十\d]+例")


def names_a_stranger(words: str, plea_text: str) -> bool:
    """Whether a clause names somebody by surname and title, or a numbered case, that does not stand in the plea."""
    if any(found[1] not in plea_text for found in _called().pattern.finditer(words)):
        return True
    numbered = _OTHER_CASE.search(words)
    return numbered is not None and _THIS_CASE.search(plea_text) is not None and numbered[0] not in plea_text


def may_name_a_stranger(text: str) -> bool:
    """Whether any clause of the text can; the look at each clause is spared where none can."""
    return _called().stands_in(text) or _OTHER_CASE.search(text) is not None


def called(text: str) -> frozenset[str]:
    """Whom a text calls by surname and title, or by surname and 叔 or 婶 (余阿姨, 涂女士, 童叔)."""
    return frozenset(found[0] for found in _called_shortly().finditer(text))


@cache
def _called() -> Needled:
    return Needled(rf"({_surnames()})(?:{_TITLES})")


@cache
def _called_shortly() -> re.Pattern[str]:
    return re.compile(rf"(?:{_surnames()})(?:{_TITLES}|叔|婶|姨|嫂)")


def _surnames() -> str:
    every = (row["surname"] for _, row in read_table(DATA_DIR / "surnames.tsv"))
    return "|".join(name for name in every if name not in _ALSO_WORDS)
