"""Kernels that walk over two texts laid beside each other: the runs that both have, and the gaps between them.

`partners` is what `dedupe.tracing.trace` gives: for each character of the left text its place in the right one, or -1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.numerals import Gap

    Ints = npt.NDArray[np.int64]

RUN, LEAST_RIM = 2, 6
"""Characters in a row that are more than chance; and at the rim of a text, where comments stand."""


@kernel
def drop_short_runs(partners: Ints) -> None:
    """Unpair characters that stand alone: fewer than RUN in a row on both sides."""
    p = 0
    while p < len(partners):
        start, p = next_run(partners, p)
        if p - start < RUN:
            partners[start:p] = -1


@kernel
def peel(partners: Ints, right_length: int) -> None:
    """Unpair short runs between the words that both texts have of their own at their beginning, and at their end: what
    two comments have in common by chance is no frame."""
    p = 0
    while p < len(partners):
        start, end = next_run(partners, p)
        if start == 0 or start == len(partners) or partners[start] == 0 or end - start >= LEAST_RIM:
            break
        partners[start:end] = -1
        p = end
    p = len(partners)
    while p > 0:
        start, end = last_run(partners, p)
        if end == len(partners) or end == 0 or partners[end - 1] == right_length - 1 or end - start >= LEAST_RIM:
            break
        partners[start:end] = -1
        p = start


@kernel
def next_run(partners: Ints, p: int) -> tuple[int, int]:
    """The run that begins at p or behind it, start and end; both are the text's length where there is none."""
    while p < len(partners) and partners[p] < 0:
        p += 1
    start = p
    while p < len(partners) and partners[p] >= 0 and partners[p] == partners[start] + p - start:
        p += 1
    return start, p


@kernel
def last_run(partners: Ints, p: int) -> tuple[int, int]:
    """The run that ends at p or before it, start and end; both are 0 where there is none."""
    while p > 0 and partners[p - 1] < 0:
        p -= 1
    end = p
    while p > 0 and partners[p - 1] >= 0 and partners[p - 1] == partners[end - 1] - (end - p):
        p -= 1
    return p, end


@kernel
def count_kept(partners: Ints) -> int:
    """How many characters are paired."""
    kept = 0
    for p in range(len(partners)):
        kept += partners[p] >= 0
    return kept


@kernel
def next_gap(partners: Ints, gap: Gap, right_length: int) -> Gap:
    """The gap behind this one; it begins at the end of both texts where there is none."""
    _, p, _, q = gap
    while p < len(partners) and partners[p] == q:
        p, q = p + 1, q + 1
    a = p
    while p < len(partners) and partners[p] < 0:
        p += 1
    return a, p, q, int(partners[p]) if p < len(partners) else right_length
