"""Loads the words around facts (data/dedupe/cues.tsv, surnames.txt) into arrays that kernels can walk."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe.fold import DATA_DIR

PERSON, AGE, KIN, UNIT, PLACE, NO_NAME = 1, 2, 3, 4, 5, 6
_ACTIONS = {"person": PERSON, "age": AGE, "kin": KIN, "unit": UNIT, "place": PLACE, "no_name": NO_NAME}
_CODES = 0x10000


class Cues(NamedTuple):
    """Words by first character, longest first.

    `first` int32 (65,537): words that begin with code point c are first[c]:first[c + 1]; word w has the characters
    chars[ends[w]:ends[w + 1]], the action actions[w] and the value values[w]. `surnames` and
    `starts` (a cue or a Chinese numeral may begin here) are bool by code point.
    """

    first: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    chars: npt.NDArray[np.int32]
    actions: npt.NDArray[np.int32]
    values: npt.NDArray[np.int32]
    surnames: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.bool_]


def _read_cues() -> list[tuple[str, int, int]]:
    path = DATA_DIR / "cues.tsv"
    cues = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(("#", "word\t")):
            continue
        fields = line.split("\t")
        if len(fields) != 3 or fields[1] not in _ACTIONS or not fields[2].isdigit():
            raise ValueError(f"{path}:{number}: expected word, action, value")
        cues.append((fields[0], _ACTIONS[fields[1]], int(fields[2])))
    return cues


@functools.cache
def load_cues() -> Cues:
    """The tables as arrays (once a process).

    Raises:
        ValueError: a malformed line, with file and line.
    """
    cues = sorted(_read_cues(), key=lambda cue: (ord(cue[0][0]), -len(cue[0]), cue[0]))
    starts = np.array([ord(word[0]) for word, _, _ in cues])
    lengths = np.array([len(word) for word, _, _ in cues])
    surnames = np.zeros(_CODES, dtype=np.bool_)
    may_start = np.zeros(_CODES, dtype=np.bool_)
    may_start[starts] = True
    may_start[[ord(char) for char in "〇零幺一二三四五六七八九十"]] = True
    lines = (DATA_DIR / "surnames.txt").read_text(encoding="utf-8").splitlines()
    for char in "".join(line for line in lines if not line.startswith("#")):
        surnames[ord(char)] = True
    return Cues(
        first=np.searchsorted(starts, np.arange(_CODES + 1)).astype(np.int32),
        ends=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        chars=np.array([ord(char) for word, _, _ in cues for char in word], dtype=np.int32),
        actions=np.array([action for _, action, _ in cues], dtype=np.int32),
        values=np.array([value for _, _, value in cues], dtype=np.int32),
        surnames=surnames,
        starts=may_start,
    )
