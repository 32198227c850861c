"""What two texts of one frame say in the same place, in words; nothing is compiled for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe.slots import load_slots
from dedupe.strangers import count_unexplained, told_by
from dedupe.substitution import MOST_DIFFERENCES
from dedupe.tracing import trace_plainly

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.judge import Rules

_READABLE = 3


def differences_of(
    left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], said: Comparison, rules: Rules
) -> tuple[tuple[str, str], ...]:
    """What two texts of one frame say in the same place, where the facts don't explain it (strangers.are_strangers)."""
    out = np.empty((MOST_DIFFERENCES, 5), np.int64)
    n = told_by(left, right, trace_plainly(left, right), (load_slots(), rules), out)
    if not count_unexplained(out, n, said, min(len(left), len(right)), rules):
        return ()
    return tuple(_words(left, right, place) for place in out[:n, 1:].tolist())


def _words(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], place: list[int]) -> tuple[str, str]:
    """Both sides of a place, with what follows where they are too short to be read."""
    a, a_end, b, b_end = place
    more = max(0, _READABLE - max(a_end - a, b_end - b))
    return _spell(left[a : a_end + more]), _spell(right[b : b_end + more])


def _spell(codes: npt.NDArray[np.int32]) -> str:
    return "".join(map(chr, codes.tolist()))
