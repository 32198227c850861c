"""Kernels over character grams: fingerprint keys of a text, and the weight of what two texts share.

Hashes wrap at 64 bits; plain runs need `numpy.errstate(over="ignore")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]

KEY_BITS = 40
"""A key is a 38-bit hash and two tag bits: POPULAR_KEY, FACT_KEY."""
FACT_KEY, POPULAR_KEY = 1, 2
TABLE_BITS = 22
LEVELS_PER_NAT = 16
MOST_KEYS = 512
DENSE_MOST = 2 * MOST_KEYS
"""Keys of one text never exceed this: sampling aims at half of it, and the kernel stops there."""
_MIX_A, _MIX_B, _MIX_C = np.int64(0x1E3779B97F4A7C15), np.int64(0x3F58476D1CE4E5B9), np.int64(0x14D049BB133111EB)
_MASK_38, _MASK_35, _MASK_32 = (1 << 38) - 1, (1 << 35) - 1, (1 << 32) - 1
_SLOT_SHIFT, _SLOT_MASK = 64 - TABLE_BITS, (1 << TABLE_BITS) - 1
_HALF, _ALL = 512, 1024


class GramWeights(NamedTuple):
    """`levels` uint8 (2 ** TABLE_BITS): inverse document frequency of a hashed 3-gram in 1/LEVELS_PER_NAT nats;
    `squares` float32 (256): what a level weighs; keys whose rarest 3-gram is below `dropped` are left out, below
    `popular` they are tagged."""

    levels: npt.NDArray[np.uint8]
    squares: npt.NDArray[np.float32]
    dropped: int
    popular: int


class Sampling(NamedTuple):
    """The part of Parameters that keys depend on."""

    length: int
    rate: int
    dense_below: int


class Scratch(NamedTuple):
    """An open-addressed set of 3-grams, emptied by moving the clock: int64 grams, int32 stamps, int64 clock (1)."""

    grams: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.int32]
    clock: npt.NDArray[np.int64]


class Loaded(NamedTuple):
    """A scratch set that holds the 3-grams of a text, and its table mask."""

    scratch: Scratch
    mask: int


@kernel
def mix(value: np.int64) -> np.int64:
    """Spread the bits of a 64-bit value."""
    value = value * _MIX_B
    value = value ^ ((value >> 29) & _MASK_35)
    value = value * _MIX_C
    return value ^ ((value >> 32) & _MASK_32)


@kernel
def gram_hash(codes: Codes, p: int, length: int) -> np.int64:
    """The hash of codes[p:p + length]; two 3-grams cover it, so length is 3 to 6."""
    return mix((trigram(codes, p) * _MIX_A) ^ trigram(codes, p + length - 3))


@kernel
def trigram(codes: Codes, p: int) -> np.int64:
    """The three characters at p packed into 63 bits."""
    return (np.int64(codes[p]) << 42) | (np.int64(codes[p + 1]) << 21) | np.int64(codes[p + 2])


@kernel
def weight_slot(gram: np.int64) -> np.int64:
    """Where the hashed table keeps this 3-gram."""
    return ((gram * _MIX_A) >> _SLOT_SHIFT) & _SLOT_MASK


@kernel
def find_slot(gram: np.int64, mask: int, scratch: Scratch) -> int:
    """The slot of a 3-gram in the scratch set, or the free one where it would go."""
    slot = ((gram * _MIX_B) >> 20) & mask
    while scratch.stamps[slot] == scratch.clock[0] and scratch.grams[slot] != gram:
        slot = (slot + 1) & mask
    return int(slot)


@kernel
def table_mask(characters: int) -> int:
    """Size of the scratch set for a text of so many characters, less one."""
    size = 64
    while size < 2 * characters:
        size *= 2
    return size - 1


@kernel
def weigh_grams(codes: Codes, weights: GramWeights, scratch: Scratch, levels: npt.NDArray[np.uint8]) -> float:
    """Write the level of each 3-gram of a text at its first place (0 where it comes again); returns their weight."""
    scratch.clock[0] += 1
    mask = table_mask(len(codes))
    total = 0.0
    for p in range(len(codes) - 2):
        gram = trigram(codes, p)
        slot = find_slot(gram, mask, scratch)
        if scratch.stamps[slot] == scratch.clock[0]:
            levels[p] = 0
            continue
        scratch.stamps[slot] = scratch.clock[0]
        scratch.grams[slot] = gram
        levels[p] = weights.levels[weight_slot(gram)]
        total += float(weights.squares[levels[p]])
    return total


@kernel
def load_grams(codes: Codes, scratch: Scratch) -> None:
    """Make the scratch set hold the 3-grams of a text."""
    scratch.clock[0] += 1
    mask = table_mask(len(codes))
    for p in range(len(codes) - 2):
        gram = trigram(codes, p)
        slot = find_slot(gram, mask, scratch)
        scratch.stamps[slot] = scratch.clock[0]
        scratch.grams[slot] = gram


@kernel
def share_grams(
    codes: Codes, levels: npt.NDArray[np.uint8], squares: npt.NDArray[np.float32], most_missed: float, loaded: Loaded
) -> tuple[float, int]:
    """Summed weight and number of 3-grams shared with the loaded text; (0, 0) as soon as the weight of those that are
    not shared exceeds `most_missed`. `levels` are from weigh_grams of the same text."""
    total, missed, count = 0.0, 0.0, 0
    for p in range(len(codes) - 2):
        if levels[p] == 0:
            continue
        weight = float(squares[levels[p]])
        slot = find_slot(trigram(codes, p), loaded.mask, loaded.scratch)
        if loaded.scratch.stamps[slot] == loaded.scratch.clock[0]:
            total += weight
            count += 1
        else:
            missed += weight
            if missed > most_missed:
                return 0.0, 0
    return total, count


@kernel
def rarest_level(codes: Codes, p: int, length: int, weights: GramWeights) -> int:
    """The highest level among the 3-grams of a gram: an upper bound of how common the gram can be."""
    best = 0
    for q in range(p, p + length - 2):
        best = max(best, int(weights.levels[weight_slot(trigram(codes, q))]))
    return best


@kernel
def sampling_rate(characters: int, sampling: Sampling) -> int:
    """In 1/1024: all grams of a short text, half of a middling one, few of a very long one."""
    if characters < sampling.dense_below:
        return _ALL
    if characters < 2 * sampling.dense_below:
        return _HALF
    most = MOST_KEYS * _ALL // (2 * characters)
    return min(sampling.rate, max(most, 1))


@kernel
def text_keys(
    codes: Codes, span: tuple[int, int], sampling: Sampling, weights: GramWeights, out: npt.NDArray[np.int64]
) -> tuple[int, int]:
    """Write the sorted keys of codes[span] to `out`; returns how many, and how many of them any text would keep."""
    start, end = span
    rate = sampling_rate(end - start, sampling)
    n = 0
    for p in range(start, end - sampling.length + 1):
        value = gram_hash(codes, p, sampling.length)
        if (value & 1023) >= rate or n == min(len(out), DENSE_MOST):
            continue
        level = rarest_level(codes, p, sampling.length, weights)
        if level >= weights.dropped:
            out[n] = (((value >> 26) & _MASK_38) << 2) | (POPULAR_KEY if level < weights.popular else 0)
            # The bit above a key says that every text would have kept it; it is taken off after counting.
            out[n] |= np.int64((value & 1023) < sampling.rate) << KEY_BITS
            n += 1
    return unique_keys(out, n)


@kernel
def unique_keys(out: npt.NDArray[np.int64], n: int) -> tuple[int, int]:
    """Sort out[:n], drop doubles, take the mark off; returns how many keys remain and how many were marked."""
    out[:n] = np.sort(out[:n])
    kept, base = 0, 0
    for i in range(n):
        if i == 0 or out[i] != out[i - 1]:
            base += (out[i] >> KEY_BITS) & 1
            out[kept] = out[i]
            kept += 1
    for i in range(kept):
        out[i] &= (1 << KEY_BITS) - 1
    out[:kept] = np.sort(out[:kept])
    return kept, base


@kernel
def fact_key(kind: int, value: np.int64) -> np.int64:
    """The key under which documents that share this fact meet."""
    hashed = mix((np.int64(value) ^ (np.int64(kind) << 56)) * _MIX_A)
    return (((hashed >> 26) & _MASK_38) << 2) | FACT_KEY
