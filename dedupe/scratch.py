"""Working memory for the gram kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedupe.grams import CODE_BITS, set_shift


def make_table(ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Room for the set of grams of the longest of the texts with these ends."""
    return np.zeros(1 << (CODE_BITS - set_shift(int(np.diff(ends).max(initial=0)))), np.int32)
