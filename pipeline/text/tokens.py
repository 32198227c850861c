"""Words of a normal text: jieba's cut without its hidden Markov model, over its dictionary plus ours.

The Rust port cuts exactly as jieba does when the model is off (tests/text compares them over the domain
dictionary) and is some twenty times as fast; with the model on they differ, so the model stays off.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

if TYPE_CHECKING:
    import jieba
    import rjieba


# Two cuts of 急急急 weigh the same, and the two ports break the tie differently: such a run is one word.
_SHOUTED = re.compile(r"(([\u4e00-\u9fff])\2{2,}+)")


def tokenise(text: str) -> list[str]:
    """The words of `text` in order; joined together they are `text` again. Offline and without writing anything.

    A character three times or more in a row (急急急) is one word.
    """
    return cut_with(_cut, text)


def cut_with(cut: Callable[[str], list[str]], text: str) -> list[str]:
    """The words that `cut` finds between shouted runs, with the runs."""
    words: list[str] = []
    position = 0
    for run in _SHOUTED.finditer(text):
        words += cut(text[position : run.start()])
        words.append(run[0])
        position = run.end()
    return words + cut(text[position:])


def _cut(text: str) -> list[str]:
    return _cutter().cut(text, False)


def reference_tokeniser() -> jieba.Tokenizer:
    """Python jieba over the same words, to compare with.

    jieba reads its cache from a shared temporary folder unchecked, so this one gets a folder of its own.
    """
    import jieba

    tokeniser = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="houxu-jieba-") as private_dir:
        tokeniser.tmp_dir = private_dir
        tokeniser.initialize()
    for word, frequency in _domain_words():
        tokeniser.add_word(word, frequency)
    return tokeniser


@cache
def _cutter() -> rjieba.Jieba:
    import rjieba

    cutter = rjieba.Jieba()
    for word, frequency in _domain_words():
        cutter.add_word(word, frequency, None)
    return cutter


def _domain_words(path: Path = DATA_DIR / "jieba_words.tsv") -> list[tuple[str, int]]:
    words: list[tuple[str, int]] = []
    for line, row in read_table(path):
        if not row["frequency"].isdigit():
            raise UserError(f"{path}:{line}: the frequency of {row['word']} is not a number: {row['frequency']!r}")
        words.append((row["word"], int(row["frequency"])))
    return words
