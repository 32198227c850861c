"""The kernel that counts in how many texts each hashed 3-gram occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.grams import find_slot, table_mask, trigram, weight_slot
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.grams import Scratch


@kernel
def count_text(
    codes: npt.NDArray[np.int32], start: int, end: int, scratch: Scratch, counts: npt.NDArray[np.uint32]
) -> None:
    """Add one for each different 3-gram of a text."""
    scratch.clock[0] += 1
    mask = table_mask(end - start)
    for p in range(start, end - 2):
        gram = trigram(codes, p)
        slot = find_slot(gram, mask, scratch)
        if scratch.stamps[slot] != scratch.clock[0]:
            scratch.stamps[slot] = scratch.clock[0]
            scratch.grams[slot] = gram
            counts[weight_slot(gram)] += 1


@kernel
def count_texts(
    codes: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], scratch: Scratch, counts: npt.NDArray[np.uint32]
) -> None:
    """Count every text of a batch."""
    for d in range(len(ends) - 1):
        count_text(codes, ends[d], ends[d + 1], scratch, counts)
