"""Finds near hashes among a million by looking at a part of each first, in numpy: no compiler to wait for.

An exact scheme by equal pieces (pigeonhole) would need pieces of eight bits at this distance, which half of all text
pages share. But a chance pair differs in every second bit, so a third of the words already says no to nearly all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.images.hashing import WORDS, Hash

# Of so many words two pages of text, which look alike, differ in 190 bits, give or take 11: few are left to look at.
_FIRST = 8
# Pictures looked at in one go: what is written in between stays in the processor's cache.
_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True)
class HashIndex:
    """Hashes word by word: `words` is (16, n), so that one word of all lies together in memory."""

    words: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, hashes: Iterable[Hash]) -> HashIndex:
        """From hashes; they are numbered from 0 in the given order."""
        rows = list(hashes)
        table = np.stack(rows) if rows else np.zeros((0, WORDS), np.uint64)
        return cls(np.ascontiguousarray(table.T))

    def __len__(self) -> int:
        return int(self.words.shape[1])

    def find_near(self, wanted: Hash, most_bits: int) -> list[tuple[int, int]]:
        """(distance, number) of every hash within `most_bits`, nearest first. Exact."""
        left = [
            start + _pass_first(self.words[:_FIRST, start : start + _AT_ONCE], wanted, most_bits)
            for start in range(0, len(self), _AT_ONCE)
        ]
        alive = np.concatenate(left) if left else np.zeros(0, np.int64)
        bits = np.bitwise_count(self.words[:, alive] ^ wanted[:, None]).sum(axis=0, dtype=np.int64)
        near = bits <= most_bits
        return sorted(zip(bits[near].tolist(), alive[near].tolist(), strict=True))


def _pass_first(words: npt.NDArray[np.uint64], wanted: Hash, most_bits: int) -> npt.NDArray[np.int64]:
    """Places whose first words do not differ in too many bits already."""
    bits = np.zeros(words.shape[1], np.uint16)
    mixed = np.empty(words.shape[1], np.uint64)
    counts = np.empty(words.shape[1], np.uint8)
    for column, word in zip(words, wanted[: len(words)], strict=True):
        np.bitwise_xor(column, word, out=mixed)
        np.bitwise_count(mixed, out=counts)
        bits += counts
    return np.flatnonzero(bits <= most_bits)
