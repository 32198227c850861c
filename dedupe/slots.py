"""Loads what a word says where two texts differ (data/dedupe/slots.tsv) into arrays that kernels can walk."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.fold import DATA_DIR
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]

KIN, OPPOSITE, LIGHT, COUNT, LOCATE, SITE = range(1, 7)
_KINDS = {"kin": KIN, "opposite": OPPOSITE, "light": LIGHT, "count": COUNT, "locate": LOCATE, "site": SITE}
_CODES = 0x10000


class Slots(NamedTuple):
    """Words by first character, longest first: those that begin with code point c are first[c]:first[c + 1]; word w
    has the characters chars[ends[w]:ends[w + 1]], the kind kinds[w] and the value values[w]. All int32."""

    first: Codes
    ends: Codes
    chars: Codes
    kinds: Codes
    values: Codes


def _read_rows() -> list[tuple[str, int, int]]:
    path = DATA_DIR / "slots.tsv"
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(("#", "word\t")):
            continue
        fields = line.split("\t")
        if len(fields) != 3 or not fields[0] or fields[1] not in _KINDS or not fields[2].isdigit():
            raise ValueError(f"{path}:{number}: expected word, kind, value")
        rows.append((fields[0], _KINDS[fields[1]], int(fields[2])))
    return rows


@functools.cache
def load_slots() -> Slots:
    """The table as arrays (once a process).

    Raises:
        ValueError: a malformed line, with file and line.
    """
    rows = sorted(_read_rows(), key=lambda row: (ord(row[0][0]), -len(row[0]), row))
    starts = np.array([ord(word[0]) for word, _, _ in rows])
    return Slots(
        first=np.searchsorted(starts, np.arange(_CODES + 1)).astype(np.int32),
        ends=np.cumsum([0, *(len(word) for word, _, _ in rows)]).astype(np.int32),
        chars=np.array([ord(char) for word, _, _ in rows for char in word], dtype=np.int32),
        kinds=np.array([kind for _, kind, _ in rows], dtype=np.int32),
        values=np.array([value for _, _, value in rows], dtype=np.int32),
    )


@kernel
def find_word(codes: Codes, p: int, end: int, kind: int, slots: Slots) -> int:
    """The longest word of this kind that starts at p, or -1."""
    if p >= end or codes[p] >= _CODES:
        return -1
    for word in range(slots.first[codes[p]], slots.first[codes[p] + 1]):
        a, b = slots.ends[word], slots.ends[word + 1]
        if slots.kinds[word] != kind or p + b - a > end:
            continue
        i = 1
        while i < b - a and codes[p + i] == slots.chars[a + i]:
            i += 1
        if i == b - a:
            return int(word)
    return -1
