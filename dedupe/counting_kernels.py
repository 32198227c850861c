"""The kernel that counts in how many texts each hashed 3-gram occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.grams import CODE_BITS, CODE_TO_SLOT, LEVEL_BITS, find_place, gram_code, set_shift, trigram
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.grams import Grams


@kernel
def count_text(
    codes: npt.NDArray[np.int32], start: int, end: int, table: Grams, counts: npt.NDArray[np.uint32]
) -> None:
    """Add one for each different 3-gram of a text."""
    shift = set_shift(end - start)
    table[: 1 << (CODE_BITS - shift)] = 0
    for p in range(start, end - 2):
        code = gram_code(trigram(codes, p))
        gram = (code << LEVEL_BITS) | 1
        place = find_place(gram, shift, table)
        if table[place] == 0:
            table[place] = gram
            counts[code >> CODE_TO_SLOT] += 1


@kernel
def count_texts(
    codes: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], table: Grams, counts: npt.NDArray[np.uint32]
) -> None:
    """Count every text of a batch."""
    for d in range(len(ends) - 1):
        count_text(codes, ends[d], ends[d + 1], table, counts)
