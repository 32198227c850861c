"""Kernels that lay two texts beside each other: which character of one stands for which of the other.

The longest common subsequence of what is left between the common beginning and end, bit-parallel as in
`dedupe.alignment`, with the state of each step kept so that the way can be walked back. A look-up of one text uses
`trace_plainly`, the same on Python's long integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe.alignment import LONGEST, WORD, WORD_MASK, positions_of, row_slot
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]
    Ints = npt.NDArray[np.int64]
    Words = npt.NDArray[np.int64]


@kernel
def common_start(left: Codes, right: Codes) -> int:
    """How many characters both begin with."""
    n = 0
    while n < len(left) and n < len(right) and left[n] == right[n]:
        n += 1
    return n


@kernel
def common_end(left: Codes, right: Codes, start: int) -> int:
    """How many characters both end with, those of the common beginning left out."""
    n = 0
    most = min(len(left), len(right)) - start
    while n < most and left[len(left) - 1 - n] == right[len(right) - 1 - n]:
        n += 1
    return n


@kernel
def step_all(left: Codes, right: Codes) -> Words:
    """The states after each character of `right`, shape (len(right) + 1, words): bit i of row j is 0 where
    left[: i + 1] has one more in common with right[:j] than left[:i] has."""
    size = 64
    while size < 2 * len(left):
        size *= 2
    words = len(left) // WORD + 1
    slots, rows = np.zeros(size, np.int32), np.zeros(size * words, np.int64)
    positions_of(left, slots, rows)
    states = np.full((len(right) + 1, words), WORD_MASK, np.int64)
    for q in range(len(right)):
        slot = row_slot(int(right[q]), slots, size - 1)
        carry = np.int64(0)
        for w in range(words):
            state = states[q, w]
            mask = rows[slot * words + w] if slots[slot] != 0 else np.int64(0)
            total = state + (state & mask) + carry
            carry = total >> WORD
            states[q + 1, w] = (total & WORD_MASK) | (state & ~mask)
    return states


@kernel
def walk_back(states: Words, length: int, start: int, partners: Ints) -> None:
    """Write the partners of left[start : start + length] (-1: none) that `states` tell of."""
    i, j = length, len(states) - 1
    while i > 0 and j > 0:
        if (states[j, (i - 1) // WORD] >> ((i - 1) % WORD)) & 1:
            i -= 1
            continue
        j -= 1
        if (states[j, (i - 1) // WORD] >> ((i - 1) % WORD)) & 1:
            i -= 1
            partners[start + i] = start + j


@kernel
def trace(left: Codes, right: Codes) -> Ints:
    """For each character of `left` the place of its partner in `right`, -1 without; the places rise.

    Of the stretch between the common beginning and end only the first LONGEST characters of each are compared.
    """
    partners = np.full(len(left), -1, np.int64)
    start = common_start(left, right)
    end = common_end(left, right, start)
    for p in range(start):
        partners[p] = p
    for p in range(end):
        partners[len(left) - 1 - p] = len(right) - 1 - p
    a, b = left[start : len(left) - end][:LONGEST], right[start : len(right) - end][:LONGEST]
    if len(a) and len(b):
        walk_back(step_all(a, b), len(a), start, partners)
    return partners


def trace_plainly(left: Codes, right: Codes) -> Ints:
    """`trace` where nothing is compiled."""
    partners = np.full(len(left), -1, np.int64)
    start = common_start(left, right)
    end = common_end(left, right, start)
    partners[:start] = np.arange(start)
    partners[len(left) - end :] = np.arange(len(right) - end, len(right))
    a = left[start : len(left) - end][:LONGEST].tolist()
    b = right[start : len(right) - end][:LONGEST].tolist()
    places: dict[int, int] = {}
    for place, code in enumerate(a):
        places[code] = places.get(code, 0) | 1 << place
    everything = (1 << len(a)) - 1
    states = [everything]
    for code in b:
        state, mask = states[-1], places.get(code, 0)
        states.append(((state + (state & mask)) | (state & ~mask)) & everything)
    i, j = len(a), len(b)
    while i > 0 and j > 0:
        if states[j] >> (i - 1) & 1:
            i -= 1
            continue
        j -= 1
        if states[j] >> (i - 1) & 1:
            i -= 1
            partners[start + i] = start + j
    return partners
