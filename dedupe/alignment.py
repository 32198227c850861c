"""Kernels of a second look at two texts: how many characters they have in common, in order.

Where a copyist changed every sixth character, six grams in ten are gone although five characters in six stand. The
longest common subsequence sees that. It is asked only of pairs whose shared 3-grams come near a match.

Bit-parallel: Hyyrö, Bit-parallel LCS-length computation revisited (2004), on words of WORD bits, so that the sum of
two words and a carry fits into an int64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]
    Ints = npt.NDArray[np.int64]

WORD = 62
WORD_MASK = (1 << WORD) - 1
LONGEST = 1_000
"""Characters compared of one text: a longer copy has enough unchanged stretches to be known by its grams."""


@kernel
def row_slot(code: int, codes: Codes, mask: int) -> int:
    """The slot of a character in an open-addressed table (`codes`, 0 where free), or the free one where it would go."""
    slot = (code * 40503) & mask
    while codes[slot] != 0 and codes[slot] != code:
        slot = (slot + 1) & mask
    return int(slot)


@kernel
def positions_of(text: Codes, slots: Codes, rows: Ints) -> None:
    """For each character of `text` the bits of its places: rows[slot * words + place // WORD]."""
    words = len(rows) // len(slots)
    for place in range(len(text)):
        slot = row_slot(int(text[place]), slots, len(slots) - 1)
        slots[slot] = text[place]
        rows[slot * words + place // WORD] |= np.int64(1) << (place % WORD)


@kernel
def count_zeros(value: int, bits: int) -> int:
    """Zeros among the lowest `bits` of a word."""
    zeros = 0
    for place in range(bits):
        zeros += 1 - ((value >> place) & 1)
    return zeros


@kernel
def common_characters(left: Codes, right: Codes) -> int:
    """Length of the longest common subsequence of the first LONGEST characters of both."""
    left, right = left[:LONGEST], right[:LONGEST]
    size = 64
    while size < 2 * len(left):
        size *= 2
    words = len(left) // WORD + 1
    slots, rows = np.zeros(size, np.int32), np.zeros(size * words, np.int64)
    positions_of(left, slots, rows)
    state = np.full(words, WORD_MASK, np.int64)
    for q in range(len(right)):
        slot = row_slot(int(right[q]), slots, size - 1)
        if slots[slot] == 0:
            continue
        carry = np.int64(0)
        for w in range(words):
            matched = state[w] & rows[slot * words + w]
            total = state[w] + matched + carry
            carry = total >> WORD
            state[w] = (total & WORD_MASK) | (state[w] & ~rows[slot * words + w])
    common = 0
    for w in range(words):
        common += count_zeros(state[w], min(WORD, len(left) - w * WORD))
    return common


@kernel
def common_in_any_order(left: Codes, right: Codes) -> int:
    """Characters that both have, as often as both have them: never less than `common_characters`, and much cheaper."""
    left, right = left[:LONGEST], right[:LONGEST]
    size = 64
    while size < 2 * len(left):
        size *= 2
    slots, counts = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for p in range(len(left)):
        slot = row_slot(int(left[p]), slots, size - 1)
        slots[slot] = left[p]
        counts[slot] += 1
    common = 0
    for q in range(len(right)):
        slot = row_slot(int(right[q]), slots, size - 1)
        if counts[slot] > 0:
            counts[slot] -= 1
            common += 1
    return common


@kernel
def is_aligned(left: Codes, right: Codes, least: float) -> bool:
    """Whether so large a part of the shorter text comes in the other in the same order."""
    needed = least * min(len(left), len(right), LONGEST)
    return bool(common_in_any_order(left, right) >= needed and common_characters(left, right) >= needed)
