"""Promises of data/dedupe/fold.tsv: what each character becomes."""

from __future__ import annotations

import unicodedata
from functools import partial

from opencc import OpenCC

from dedupe.fold import FOLDED_CODES, fold_table


def test_the_whole_table_is_nfkc_lower_case_and_simplified_of_single_characters() -> None:
    """A full-width digit or a traditional character would make a copy look like another plea."""
    simplify = OpenCC("t2s").convert
    table = fold_table().to.tolist()
    wrong = {}
    for code in range(FOLDED_CODES):
        if 0xD800 <= code <= 0xDFFF:
            continue
        expected = chr(code)
        for step in (partial(unicodedata.normalize, "NFKC"), str.lower, simplify):
            folded = step(expected)
            # A step that makes several characters of one is left out: folding happens in place.
            expected = folded if len(folded) == 1 else expected
        if table[code] != ord(expected):
            wrong[hex(code)] = (chr(table[code]), expected)
    assert wrong == {}
