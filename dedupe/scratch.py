"""Working memory for the gram kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedupe.grams import Scratch, table_mask


def make_scratch(ends: npt.NDArray[np.int64]) -> Scratch:
    """Room for the longest of the texts with these ends."""
    longest = int(np.diff(ends).max(initial=0))
    size = table_mask(longest) + 1
    return Scratch(
        np.zeros(size, np.int64),
        np.zeros(size, np.int32),
        np.zeros(1, np.int64),
    )
