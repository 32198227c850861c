"""The main need of a post: the category whose words weigh most."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.vocabulary import Term

_ASKED_FOR = 2.0
_NEED_FIELD = 2.0
_OPENING_WEIGHT = 1.3
_OPENING = 60
# What stands in the clause behind an asking word is what is needed.
_ASK = re.compile(r"(?:(?<![要追需力征])求(?!助[者人])|急需|需要|急缺|缺|寻|找|送点|想要)[^,。!?;\n]{1,14}")


def categorise(text: str, terms: Iterable[Term], need_spans: Sequence[tuple[int, int]] = ()) -> str | None:
    """The category (data/categories.tsv) of the words of need among `terms` of a normal text; None when there is
    none.

    Each word counts once; it counts more behind an asking word, in a form's field of need (`need_spans`) or in the
    opening. Ties go to the earlier word.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    asked: list[tuple[int, int]] | None = None
    seen: set[str] = set()
    for term in terms:
        if not term.meaning.needs or term.word in seen:
            continue
        if asked is None:
            asked = [found.span() for found in _ASK.finditer(text)]
        seen.add(term.word)
        factor = _factor(term.start, asked, need_spans)
        for need in term.meaning.needs:
            weights[need.category] += need.weight * factor
    return max(weights, key=weights.__getitem__) if weights else None


def _factor(start: int, asked: Sequence[tuple[int, int]], need_spans: Sequence[tuple[int, int]]) -> float:
    if any(first <= start < end for first, end in asked):
        return _ASKED_FOR
    if any(first <= start < end for first, end in need_spans):
        return _NEED_FIELD
    return _OPENING_WEIGHT if start < _OPENING else 1.0
