"""Character errors of a reading: edits between what can be seen and the best matching stretch of what was read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

# Marks that no eye tells apart in a picture; both sides are written the same way before they are compared.
_SAME = str.maketrans({"…": ".", "·": ".", "—": "-", "～": "~", "“": '"', "”": '"', "‘": "'", "’": "'", "〞": '"'})


def fold(text: str) -> str:
    """The text without blanks, in NFKC, marks that look alike made the same."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SAME)).split())


def count_errors(seen: str, read: str) -> int:
    """Least number of edits that make a stretch of `read` the whole of `seen`; both are folded first."""
    wanted, given = fold(seen), fold(read)
    codes = np.fromiter((ord(char) for char in given), np.int64, len(given))
    steps = np.arange(len(given) + 1)
    row = np.zeros(len(given) + 1, np.int64)  # a stretch may begin anywhere
    for at, char in enumerate(wanted, 1):
        best = np.empty_like(row)
        best[0] = at
        best[1:] = np.minimum(row[:-1] + (codes != ord(char)), row[1:] + 1)
        row = np.minimum.accumulate(best - steps) + steps
    return int(row.min())


def error_rate(seen: str, parts: Sequence[str]) -> float:
    """Errors per character of what can be seen, against the parts of a reading joined in their order."""
    return count_errors(seen, "".join(parts)) / max(1, len(fold(seen)))
