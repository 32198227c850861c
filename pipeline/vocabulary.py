"""One reading of a text for all its words: places, words of need and cues, cut by jieba with all of them in its
dictionary.

A word counts only where jieba cuts it: 道里 in 楼道里 is no place, 求 in 要求 asks for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import NamedTuple, TypeVar

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError
from pipeline.facts.gazetteer import PlaceName, place_names

_Entry = TypeVar("_Entry")

# Frequency of a word in jieba's dictionary (60 million in all): enough to be preferred to its parts, not to its
# neighbours.
_FREQUENCY = 1000


@dataclass(frozen=True, slots=True)
class Need:
    """A category (data/categories.tsv) and how strongly a word speaks for it."""

    category: str
    weight: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means to the extractors: a place, needs, signs of who is in need, cues (features of
    data/plea_weights.tsv)."""

    place: PlaceName | None
    needs: tuple[Need, ...]
    signs: tuple[str, ...]
    cues: tuple[str, ...]


class Term(NamedTuple):
    """A known word in a normal text. A tuple: they are made by the dozen for every post."""

    word: str
    start: int
    end: int
    meaning: Meaning


def read_terms(text: str) -> list[Term]:
    """The known words of a normal text, left to right."""
    vocabulary = _vocabulary()
    meanings = vocabulary.meanings
    words = vocabulary.cut(text, False)
    ends = accumulate(map(len, words))
    # tuple.__new__ makes a Term without a call into Python: this is the busiest line of the reading.
    return [
        tuple.__new__(Term, (word, end - len(word), end, meanings[word]))
        for word, end in zip(words, ends, strict=True)
        if word in meanings
    ]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    cut: Callable[[str, bool], list[str]]
    meanings: dict[str, Meaning]


@cache
def _vocabulary() -> _Vocabulary:
    import rjieba

    places = {name.name: name for name in place_names()}
    needs, signs, cues = _needs(), _signs(), _cues()
    words = {*places, *needs, *signs, *cues}
    of_needs, of_signs, of_cues = _meant(words, needs), _meant(words, signs), _meant(words, cues)
    meanings = {
        word: Meaning(places.get(word), of_needs.get(word, ()), of_signs.get(word, ()), of_cues.get(word, ()))
        for word in words
    }
    # The cutter that the package makes when it is imported: another would read the dictionary a second time, a tenth
    # of a second of every look-up. Nothing else of ours may add words to it.
    for word in sorted(meanings):
        if len(word) > 1:
            rjieba.add_word(word, max(_FREQUENCY, rjieba.suggest_freq(word)), None)
    return _Vocabulary(cut=rjieba.cut, meanings=meanings)


def _meant(words: Iterable[str], lexicon: Mapping[str, Sequence[_Entry]]) -> dict[str, tuple[_Entry, ...]]:
    """What a lexicon says of each word, or else of the longest of its words inside it (困在屋顶 of needs is 困在 of
    cues); words of which it says nothing are left out."""
    heads = {entry[:2] for entry in lexicon if len(entry) > 1}
    said: dict[str, tuple[_Entry, ...]] = {}
    for word in words:
        inner = word if word in lexicon else _longest_inside(word, lexicon, heads)
        if inner:
            said[word] = tuple(lexicon[inner])
    return said


def _longest_inside(word: str, lexicon: Mapping[str, Sequence[_Entry]], heads: Collection[str]) -> str:
    """The longest entry of two characters or more inside a word, the first of equally long ones; "" where there is
    none. `heads` are the first two characters of entries: most words hold none of these and are done."""
    starts = [start for start in range(len(word) - 1) if word[start : start + 2] in heads]
    for length in range(len(word) - 1, 1, -1) if starts else ():
        for start in starts:
            if start + length <= len(word) and word[start : start + length] in lexicon:
                return word[start : start + length]
    return ""


def _needs() -> dict[str, list[Need]]:
    path = DATA_DIR / "lexicons" / "needs.tsv"
    categories = {row["category"] for _, row in read_table(DATA_DIR / "categories.tsv")}
    needs: defaultdict[str, list[Need]] = defaultdict(list)
    for line, row in read_table(path):
        if row["category"] not in categories or not row["weight"].isdigit():
            raise UserError(
                f"{path}:{line}: unknown category or weight of {row['word']}: {row['category']} {row['weight']}"
            )
        needs[row["word"]].append(Need(row["category"], float(row["weight"])))
    return needs


def _signs() -> dict[str, list[str]]:
    signs: defaultdict[str, list[str]] = defaultdict(list)
    for _, row in read_table(DATA_DIR / "lexicons" / "need_signs.tsv"):
        signs[row["word"]].append(row["sign"])
    return signs


def _cues() -> dict[str, list[str]]:
    path = DATA_DIR / "lexicons" / "plea_words.tsv"
    features = set(_features())
    cues: defaultdict[str, list[str]] = defaultdict(list)
    for line, row in read_table(path):
        if row["feature"] not in features:
            raise UserError(f"{path}:{line}: data/plea_weights.tsv has no feature {row['feature']}")
        cues[row["word"]].append(row["feature"])
    return cues


def _features() -> Iterator[str]:
    for _, row in read_table(DATA_DIR / "plea_weights.tsv"):
        yield row["feature"]
