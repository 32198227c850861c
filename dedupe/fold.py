"""The fold table: what each character becomes (NFKC, lower case, simplified) and what kind of character it is."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DATA_DIR = Path(__file__).resolve().parents[1] / "data" / "dedupe"
FOLDED_CODES = 0x20000
"""Code points below this are looked up; those above (rare Han) fold to themselves and are letters."""

DROP, LETTER, HAN, DIGIT, INVISIBLE, SPACE = 0, 1, 2, 3, 4, 5


class FoldTable(NamedTuple):
    """Two arrays of FOLDED_CODES entries: `to` int32 (folded code point) and `kind` uint8 (of the folded one)."""

    to: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]


@functools.cache
def fold_table() -> FoldTable:
    """Build the table from data/dedupe/fold.tsv (some 20 ms, once a process)."""
    to = np.arange(FOLDED_CODES, dtype=np.int32)
    rows = (DATA_DIR / "fold.tsv").read_text(encoding="utf-8").split("from\tto\n", 1)[1].split()
    numbers = np.array([int(text, 16) for text in rows], dtype=np.int32).reshape(-1, 2)
    to[numbers[:, 0]] = numbers[:, 1]
    # Above the basic plane are pictures and dead scripts; mathematical letters and digits have been folded already.
    kind = np.full(FOLDED_CODES, DROP, np.uint8)
    kind[:0x10000] = [_KINDS.get(unicodedata.category(chr(code)), DROP) for code in range(0x10000)]
    for low, high in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)):
        kind[low : high + 1] = HAN
    kind[0x3007] = HAN
    return FoldTable(to, kind)


_KINDS = {
    "Lu": LETTER,
    "Ll": LETTER,
    "Lt": LETTER,
    "Lm": LETTER,
    "Lo": LETTER,
    "Nl": LETTER,
    "Nd": DIGIT,
    "Mn": INVISIBLE,
    "Me": INVISIBLE,
    "Cf": INVISIBLE,
    "Co": INVISIBLE,
    "Cn": INVISIBLE,
    "Zs": SPACE,
    "Cc": SPACE,
}
