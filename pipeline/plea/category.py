"""The main need of a post: the category whose words weigh most, the narrower before the broader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from operator import attrgetter

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.vocabulary import Term

_ASKED_FOR = 2.0
_NEED_FIELD = 2.0
_LACKED = 1.5
_OPENING_WEIGHT = 1.3
_OPENING = 60
_CHILD_UP_TO = 12
_GROWN_UP_FROM = 18
# What stands in the clause behind an asking word is what is needed.
_ASK = re.compile(
    "(?:求|急需|需要|急缺|缺|寻|找|送点|想要|要一|要点|借|匀|谁有|谁家有|谁能|哪里|哪儿|哪家|有没有|有无|盼|请派|请送|帮忙|能不能|能否)"
    r"[^,。!?;\n]{0,14}"
)
_NO_ASK = frozenset("要追需力征")
# What stands beside these in its clause has run out, is broken or is refused.
_LACK = re.compile(
    "没了|没有|断了|只剩|还剩|仅剩|剩|快没|用完|吃完|用光|见底|停了|坏了|不够|关了|买不到|进不来|不给|不让|不收|拒|取消"
)
_CLAUSE_END = re.compile(r"[,。!?;\n]")
_LACK_BEFORE, _LACK_BEHIND = 12, 10
_Span = tuple[int, int]


def categorise(
    text: str, terms: Sequence[Term], need_spans: Sequence[_Span] = (), ages: Sequence[float] = ()
) -> str | None:
    """The category (data/categories.tsv) of the words of need among `terms` of a normal text; None when there is
    none.

    Each word counts once; it counts more behind an asking word, in a form's field of need (`need_spans`), beside a
    word of lack or in the opening. Two signs (a child, an illness) may speak together; `ages` (years) tell whether
    there is a child. A narrower need wins over a broader one as soon as its words weigh enough. Ties go to the earlier
    word.
    """
    spoken = {term.word: term for term in reversed(terms) if term.meaning.needs or term.meaning.signs}
    needing = [term for term in spoken.values() if term.meaning.needs]
    weights = _paired(_with_ages({sign for term in spoken.values() for sign in term.meaning.signs}, ages))
    if not needing:
        return max(weights, key=weights.__getitem__) if weights else None
    if not weights and len({need.category for term in needing for need in term.meaning.needs}) == 1:
        return needing[0].meaning.needs[0].category
    _weigh(text, sorted(needing, key=_START), need_spans, weights)
    return _narrowed(weights)


_START = attrgetter("start")


def _weigh(text: str, terms: Sequence[Term], need_spans: Sequence[_Span], weights: dict[str, float]) -> None:
    asked = [found.span() for found in _ASK.finditer(text) if text[found.start() - 1 : found.start()] not in _NO_ASK]
    lacked = [_clause_around(text, found.start()) for found in _LACK.finditer(text)]
    for term in terms:
        factor = _factor(term.start, asked, need_spans, lacked)
        for need in term.meaning.needs:
            weights[need.category] = weights.get(need.category, 0.0) + need.weight * factor


def _clause_around(text: str, position: int) -> _Span:
    first = max(0, position - _LACK_BEFORE)
    ends = [found.end() for found in _CLAUSE_END.finditer(text, first, position)]
    behind = _CLAUSE_END.search(text, position, position + _LACK_BEHIND)
    return (ends[-1] if ends else first), (behind.start() if behind else position + _LACK_BEHIND)


def _factor(start: int, asked: Sequence[_Span], need_spans: Sequence[_Span], lacked: Sequence[_Span]) -> float:
    if any(first <= start < end for first, end in asked):
        return _ASKED_FOR
    if any(first <= start < end for first, end in need_spans):
        return _NEED_FIELD
    if any(first <= start < end for first, end in lacked):
        return _LACKED
    return _OPENING_WEIGHT if start < _OPENING else 1.0


def _with_ages(signs: set[str], ages: Sequence[float]) -> set[str]:
    """A stated age tells whether the word child (孙女 of a patient of ninety) means the one in need."""
    if not ages:
        return signs
    if min(ages) <= _CHILD_UP_TO:
        return signs | {"child"}
    return signs - {"child"} if min(ages) >= _GROWN_UP_FROM else signs


def _paired(signs: set[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    if len(signs) > 1:
        for pair in combinations(sorted(signs), 2):
            for category, weight in _pairs().get(pair, ()):
                weights[category] = weights.get(category, 0.0) + weight
    return weights


def _narrowed(weights: dict[str, float]) -> str:
    """The heaviest category, or one that is narrower than it and weighs enough; a chain of such steps is short."""
    best = max(weights, key=weights.__getitem__)
    fitting = [narrower for narrower, at_least in _narrower().get(best, ()) if weights.get(narrower, 0.0) >= at_least]
    return max(fitting, key=weights.__getitem__) if fitting else best


@cache
def _pairs() -> dict[tuple[str, ...], list[tuple[str, float]]]:
    pairs: defaultdict[tuple[str, ...], list[tuple[str, float]]] = defaultdict(list)
    for _, row in read_table(DATA_DIR / "lexicons" / "need_pairs.tsv"):
        pairs[tuple(sorted((row["first"], row["second"])))].append((row["category"], float(row["weight"])))
    return pairs


@cache
def _narrower() -> dict[str, list[tuple[str, float]]]:
    """The narrower categories of each broader one, and what their words must weigh."""
    table: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for _, row in read_table(DATA_DIR / "lexicons" / "need_narrower.tsv"):
        table[row["broader"]].append((row["narrower"], float(row["at_least"])))
    return table
