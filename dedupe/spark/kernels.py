"""Kernels that only this engine needs; compiled at first use, like those of `dedupe.compiled`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dedupe.pairing import share_enough

if TYPE_CHECKING:
    from dedupe.judge import Rules
    from dedupe.pairing import Documents

    Ints = npt.NDArray[np.int64]


def mark_candidates(
    pairs: npt.NDArray[np.int32], docs: Documents, rules: Rules, is_candidate: npt.NDArray[np.bool_]
) -> None:
    """Mark the pairs (shape (n, 2)) that share enough keys; those marked already stay so."""
    for k in range(len(pairs)):
        i, j = int(pairs[k, 0]), int(pairs[k, 1])
        if not is_candidate[k] and share_enough(docs, i, j, rules):
            is_candidate[k] = True


def list_pairs(
    unit_ends: Ints,
    start: int,
    sides: npt.NDArray[np.int8],
    docs: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    out: npt.NDArray[np.int64],
) -> tuple[int, int]:
    """Write the pairs of units `start`, … to `out` while there is room; returns the next unit and how many pairs.

    Unit u has the rows unit_ends[u]:unit_ends[u + 1]. Rows of side 2 pair with one another, rows of side 0 with those
    of side 1. `docs`: number and tree of the document in each row; pairs of one tree are left out. A pair is packed
    as (smaller << 32) | larger.
    """
    numbers, roots = docs
    n, u = 0, start
    while u < len(unit_ends) - 1:
        a, b = unit_ends[u], unit_ends[u + 1]
        if n + (b - a) * (b - a) // 2 > len(out) and n > 0:
            break
        for p in range(a, b):
            for q in range(p + 1, b):
                if roots[p] != roots[q] and (sides[p] == 2 or sides[p] != sides[q]):
                    low, high = min(numbers[p], numbers[q]), max(numbers[p], numbers[q])
                    out[n] = (np.int64(low) << 32) | np.int64(high)
                    n += 1
        u += 1
    return u, n


@functools.cache
def compiled_candidates() -> Callable[..., Any]:
    """`mark_candidates`, compiled."""
    return _compile(mark_candidates)


@functools.cache
def compiled_pairs() -> Callable[..., Any]:
    """`list_pairs`, compiled."""
    return _compile(list_pairs)


def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    from dedupe import compiled  # noqa: F401 - makes the kernels that ours call known to numba

    compiled_function: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    return compiled_function
