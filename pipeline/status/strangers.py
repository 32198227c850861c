"""Somebody called by a surname that the plea does not hold (余阿姨 where the plea is for 冯玉琴) is another case."""

from __future__ import annotations

import re
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table

_TITLES = (
    "阿姨|伯伯|叔叔|大叔|大爷|大妈|大伯|大哥|大姐|爷爷|奶奶|婆婆|老师|先生|女士|小姐|太太|阿婆|阿公|爹爹|嬢嬢|伯母|伯"
)
# Surnames that mostly are words before a title (和爷爷, 于奶奶家).
_ALSO_WORDS = frozenset("和于时从安成全方万常都向连那终能令元干解应经师明易别后有查让给跟对同与及满双少单老小大白")
_OTHER_CASE = re.compile(r"第[一二三四五六七八九十]例|上一例|前一例|那一例")
_THIS_CASE = re.compile(r"第[一二三四五六七八九十\d]+例")


def names_a_stranger(words: str, plea_text: str) -> bool:
    """Whether a clause names somebody by surname and title, or a numbered case, that does not stand in the plea."""
    if any(found[1] not in plea_text for found in _called().finditer(words)):
        return True
    numbered = _OTHER_CASE.search(words)
    return numbered is not None and _THIS_CASE.search(plea_text) is not None and numbered[0] not in plea_text


def may_name_a_stranger(text: str) -> bool:
    """Whether any clause of the text can; the look at each clause is spared where none can."""
    return _called().search(text) is not None or _OTHER_CASE.search(text) is not None


@cache
def _called() -> re.Pattern[str]:
    every = (row["surname"] for _, row in read_table(DATA_DIR / "surnames.tsv"))
    surnames = "|".join(name for name in every if name not in _ALSO_WORDS)
    return re.compile(rf"({surnames})(?:{_TITLES})")
