"""Whether what the author saw happen may be taken as the end: what speaks against it, and what stands by it."""

from __future__ import annotations

from functools import cache

from pipeline.datafiles import read_table
from pipeline.status.lexicon import STATUS_DIR
from pipeline.status.needles import Needled


def is_hedged(words: str) -> bool:
    """Whether the new words hold anything that may take the happening back (但, 还没, 等, 说是 …)."""
    return _pattern("hedge").stands_in(words)


def has_relief(words: str) -> bool:
    """Whether the new words hold thanks, relief or a farewell."""
    return _pattern("relief").stands_in(words)


def tells_of_a_relapse(words: str) -> bool:
    """Whether words that ask say that it has turned back (又, 重新, 没人, 吃完了), and not with thanks or relief."""
    return _pattern("again").stands_in(words) and not has_relief(words)


@cache
def _pattern(kind: str) -> Needled:
    terms = [
        term for _, row in read_table(STATUS_DIR / "hedges.tsv") if row["kind"] == kind for term in row["terms"].split()
    ]
    return Needled("|".join(terms))
