"""Words of need, each with its category (data/lexicons/needs.tsv)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.facts.model import Found
from pipeline.vocabulary import Term


def find_needs(terms: Iterable[Term]) -> Iterator[Found]:
    """The first word of each category of need among the known words of a text.

    `value` is the category, `masked` the word.
    """
    seen: set[str] = set()
    for term in terms:
        for need in term.meaning.needs:
            if need.category not in seen:
                seen.add(need.category)
                yield Found("need", need.category, term.word, term.start, term.end, "need.word")
