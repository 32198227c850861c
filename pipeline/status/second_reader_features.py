"""What the second reader sees of a text: hashed character 1-4-grams of its new words, and counted cues.

Words that stand in the plea too (ten signs or more in a row: the old text of an edit, a self-repost's quote) are left
out; relatives and numbers are read as one sign each (data/status/second_reader.tsv).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

TABLE = DATA_DIR / "status" / "second_reader.tsv"
BITS = 17
GRAMS = (1, 2, 3, 4)
CUE_CAP = 3
CUE_SHARE = 0.3  # how much one cue weighs against the grams, whose squares sum to one
_SHARED = 10
_OVERLAP = 2
_BOUNDARY = re.compile(r"[。！？；，,!?;\n]+")
_FOLD = str.maketrans("，！？；", ",!?;")
# Odd multipliers (the last is Knuth's); they are part of the weights' format.
_STEP, _SALT, _MIX = np.uint32(1000003), np.uint32(40503), np.uint32(2654435761)

Buckets = npt.NDArray[np.uint32]
Cues = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cut:
    """The new words of a text as they are hashed, and where its clauses stand.

    `signs` begins and ends with a boundary sign; clause i is `signs[bounds[i] + 1 : bounds[i + 1]]` and was written
    `quotes[i]`.
    """

    signs: str
    bounds: tuple[int, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """The patterns of the table: words read as one sign, and cues."""

    as_one_sign: tuple[tuple[str, re.Pattern[str]], ...]
    cues: tuple[tuple[str, re.Pattern[str]], ...]


def new_words(plea: str, text: str) -> str:
    """`text` with every run of ten or more signs of the plea replaced by a line end."""
    parts: list[str] = []
    position = start = 0
    while position < len(text):
        length = _common_length(plea, text, position, _SHARED)
        if length:
            parts.append(text[start:position])
            start = position + length
        position += length or 1
    return "\n".join([*parts, text[start:]])


def share_of_plea(plea: str, words: str) -> float:
    """The share of `words` that stands in the plea in runs of two or more signs, 0 to 1."""
    pairs = [left + right for left, right in pairwise(words)]
    return sum(pair in plea for pair in pairs) / max(1, len(pairs))


def cut(words: str) -> Cut:
    """Split into clauses and lay them out for hashing."""
    signs, bounds, quotes = ["\n"], [0], []
    length = 1
    for clause, end in _clauses(words):
        folded = _as_classes(clause)
        sign = words[end : end + 1].translate(_FOLD) or "\n"
        signs += [folded, sign]
        length += len(folded) + 1
        bounds.append(length - 1)
        quotes.append(clause)
    return Cut("".join(signs), tuple(bounds), tuple(quotes))


def hash_grams(signs: str) -> list[Buckets]:
    """For each gram length, the bucket of the gram that starts at each position."""
    codes = np.frombuffer(signs.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint32)
    rolled = np.zeros(len(codes), dtype=np.uint32)
    found: list[Buckets] = []
    for size in GRAMS:
        if size > len(codes):
            break
        rolled = rolled[: len(codes) - size + 1] * _STEP + codes[size - 1 :] + _SALT
        mixed = (rolled ^ (rolled >> np.uint32(15))) * _MIX
        found.append(mixed >> np.uint32(32 - BITS))
    return found


def count_cues(plea: str, words: str) -> Cues:
    """The cues of `words` in the order of `cue_names()`, scaled to weigh like the grams."""
    counts = [min(len(pattern.findall(words)), CUE_CAP) for _, pattern in load_classes().cues]
    return np.array([*counts, 2 * share_of_plea(plea, words), 1.0]) * CUE_SHARE


def cue_names() -> tuple[str, ...]:
    """The names of the cues, in the order in which they are counted."""
    return (*(name for name, _ in load_classes().cues), "share_of_plea", "bias")


def table_hash() -> str:
    """The sha256 of the table: weights belong to the patterns they were fitted with."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()


@cache
def load_classes(path: Path = TABLE) -> Classes:
    """The table of classes and cues.

    Raises:
        UserError: an unknown kind or a pattern that does not compile.
    """
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {"class": [], "cue": []}
    for line, row in read_table(path):
        if row["kind"] not in found:
            raise UserError(f"{path}:{line}: kind is class or cue, not {row['kind']!r}")
        try:
            found[row["kind"]].append((row["name"], re.compile(row["pattern"])))
        except re.error as error:
            raise UserError(f"{path}:{line}: the pattern of {row['name']} does not compile: {error}") from error
    return Classes(tuple(found["class"]), tuple(found["cue"]))


def _common_length(plea: str, text: str, position: int, shortest: int) -> int:
    """How many signs from `position` on stand in the plea in one run; 0 below `shortest`."""
    end = position + shortest
    if end > len(text) or text[position:end] not in plea:
        return 0
    while end < len(text) and text[position : end + 1] in plea:
        end += 1
    return end - position


def _clauses(words: str) -> list[tuple[str, int]]:
    """Each clause that is not empty, and where it ends."""
    found: list[tuple[str, int]] = []
    start = 0
    for sign in _BOUNDARY.finditer(words + "\n"):
        clause = words[start : sign.start()].strip()
        if clause:
            found.append((clause, sign.start()))
        start = sign.end()
    return found


def _as_classes(clause: str) -> str:
    for sign, pattern in load_classes().as_one_sign:
        clause = pattern.sub(sign, clause)
    return clause
