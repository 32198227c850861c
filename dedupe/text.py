"""Many strings as one flat array of code points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Texts(NamedTuple):
    """Flat `codes` int32; text d is codes[ends[d]:ends[d + 1]] (`ends` int64, texts + 1)."""

    codes: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]


def encode(texts: Sequence[str]) -> Texts:
    """Copy strings into one array. Lone surrogates pass through (and are dropped in cleaning)."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    data = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(data, np.int32).copy()
    return Texts(codes, np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))))


def decode(codes: npt.NDArray[np.int32]) -> str:
    """The string of some code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
