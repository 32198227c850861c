"""Kernels over character grams: fingerprint keys of a text, and the weight of what two texts share.

Hashes wrap at 64 bits; plain runs need `numpy.errstate(over="ignore")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = TypeVar("Whole", np.int64, npt.NDArray[np.int64])
    Codes = npt.NDArray[np.int32]
    Grams = npt.NDArray[np.int32]
    """3-grams of texts, one a character: 23 bits of code above 8 of level; or an open-addressed set of such."""

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
CODE_BITS, LEVEL_BITS = 23, 8
LEVEL_MASK = (1 << LEVEL_BITS) - 1
_CODE_SHIFT, _CODE_MASK, CODE_TO_SLOT = 64 - CODE_BITS, (1 << CODE_BITS) - 1, CODE_BITS - TABLE_BITS
_HALF, _ALL = 512, 1024
_FEW = 64


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


@kernel
def mix(value: Whole) -> Whole:
    """Spread the bits of a 64-bit value."""
    value = value * _MIX_B
    value = value ^ ((value >> 29) & _MASK_35)
    value = value * _MIX_C
    return value ^ ((value >> 32) & _MASK_32)


@kernel
def gram_hash(codes: Codes, p: int, length: int) -> np.int64:
    """The hash of codes[p:p + length]; two 3-grams cover it, so length is 3 to 6."""
    return hash_trigrams(trigram(codes, p), trigram(codes, p + length - 3))


@kernel
def hash_trigrams(first: Whole, last: Whole) -> Whole:
    """The hash of a gram from its first and last three characters."""
    return mix((first * _MIX_A) ^ last)


@kernel
def key_of_hash(value: Whole, tag: Whole) -> Whole:
    """The key of a gram with this hash; `tag` is POPULAR_KEY or 0."""
    return (((value >> 26) & _MASK_38) << 2) | tag


@kernel
def trigram(codes: Codes, p: int) -> np.int64:
    """The three characters at p packed into 63 bits."""
    return (np.int64(codes[p]) << 42) | (np.int64(codes[p + 1]) << 21) | np.int64(codes[p + 2])


@kernel
def gram_code(gram: np.int64) -> int:
    """23 bits that stand for a 3-gram wherever two texts are compared: one pair in a thousand counts one too many."""
    return int(((gram * _MIX_A) >> _CODE_SHIFT) & _CODE_MASK)


@kernel
def set_shift(characters: int) -> int:
    """How far a code is shifted to its first place in a gram set for a text of so many characters."""
    shift = CODE_BITS - 6
    while shift > 0 and (1 << (CODE_BITS - shift)) < 4 * characters:
        shift -= 1
    return shift


@kernel
def find_place(gram: int, shift: int, table: Grams) -> int:
    """Where an open-addressed set keeps a gram, or the free place (0) where it would go."""
    place = gram >> (LEVEL_BITS + shift)
    mask = (1 << (CODE_BITS - shift)) - 1
    while table[place] != 0 and table[place] != gram:
        place = (place + 1) & mask
    return place


@kernel
def weigh_grams(codes: Codes, weights: GramWeights, table: Grams, grams: Grams) -> float:
    """Write code and level of each 3-gram of a text (level 0 where it comes again); returns their weight."""
    shift = set_shift(len(codes))
    table[: 1 << (CODE_BITS - shift)] = 0
    # A loop of its own: the processor fetches many levels at once when nothing between depends on them.
    for p in range(len(codes) - 2):
        code = gram_code(trigram(codes, p))
        grams[p] = (code << LEVEL_BITS) | int(weights.levels[code >> CODE_TO_SLOT])
    total = 0.0
    for p in range(len(codes) - 2):
        gram = int(grams[p])
        place = find_place(gram, shift, table)
        if table[place] == 0:
            table[place] = gram
            total += float(weights.squares[gram & LEVEL_MASK])
        else:
            grams[p] = gram & ~LEVEL_MASK
    return total


@kernel
def load_grams(grams: Grams, table: Grams) -> int:
    """Make the set hold the grams of a text (from `set_apart`); returns its shift."""
    shift = set_shift(len(grams))
    table[: 1 << (CODE_BITS - shift)] = 0
    for p in range(len(grams)):
        gram = int(grams[p])
        if gram == 0:
            break
        table[find_place(gram, shift, table)] = gram
    return shift


@kernel
def set_apart(grams: Grams, popular: int, room: Grams) -> None:
    """Keep each 3-gram of a text once: those of level `popular` and more in front, then the others, then zeros.

    What tells texts apart comes first, so that comparing two may stop early. `room` is as long as the longest text.
    """
    front, back = 0, 0
    for p in range(len(grams)):
        gram = grams[p]
        level = gram & LEVEL_MASK
        if level >= popular:
            grams[front] = gram
            front += 1
        elif level:
            room[back] = gram
            back += 1
    grams[front : front + back] = room[:back]
    grams[front + back :] = 0


@kernel
def share_grams(
    grams: Grams, squares: npt.NDArray[np.float32], most_missed: float, shift: int, table: Grams
) -> tuple[float, int]:
    """Summed weight and number of 3-grams shared with the text in the set; (0, 0) as soon as the weight of those that
    are not shared exceeds `most_missed`."""
    total, weighed, count = 0.0, 0.0, 0
    for p in range(len(grams)):
        gram = int(grams[p])
        if gram == 0:
            break
        weight = float(squares[gram & LEVEL_MASK])
        is_shared = table[find_place(gram, shift, table)] == gram
        weighed += weight
        # Without a branch: which grams are shared cannot be foreseen.
        total += weight * is_shared
        count += is_shared
        if weighed - total > most_missed:
            return 0.0, 0
    return total, count


@kernel
def level_of(gram: int, weights: GramWeights) -> int:
    """The level of a gram from `weigh_grams`, also where it came again."""
    level = gram & LEVEL_MASK
    return level or int(weights.levels[gram >> (LEVEL_BITS + CODE_TO_SLOT)])


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
    codes: Codes, grams: Grams, sampling: Sampling, weights: GramWeights, out: npt.NDArray[np.int64]
) -> tuple[int, int]:
    """Write the sorted keys of a text (`grams` from weigh_grams) to `out`; returns how many, and how many of them any
    text would keep."""
    rate = sampling_rate(len(codes), sampling)
    n = 0
    for p in range(len(codes) - sampling.length + 1):
        value = gram_hash(codes, p, sampling.length)
        if (value & 1023) >= rate or n == min(len(out), DENSE_MOST):
            continue
        # The rarest of its 3-grams bounds how common a gram can be.
        level = 0
        for q in range(p, p + sampling.length - 2):
            level = max(level, level_of(int(grams[q]), weights))
        if level >= weights.dropped:
            key = key_of_hash(value, np.int64(POPULAR_KEY if level < weights.popular else 0))
            # The bit below a key says that every text would have kept it; it is taken off after counting.
            out[n] = (key << 1) | np.int64((value & 1023) < sampling.rate)
            n += 1
    return unique_keys(out, n)


@kernel
def unique_keys(out: npt.NDArray[np.int64], n: int) -> tuple[int, int]:
    """Sort out[:n], drop doubles, take the mark off; returns how many keys remain and how many were marked."""
    sort_few(out, n)
    kept, base = 0, 0
    for i in range(n):
        if kept == 0 or out[i] >> 1 != out[kept - 1]:
            base += out[i] & 1
            out[kept] = out[i] >> 1
            kept += 1
    return kept, base


@kernel
def sort_few(out: npt.NDArray[np.int64], n: int) -> None:
    """Sort out[:n] in place; most texts have some thirty keys."""
    if n > _FEW:
        out[:n] = np.sort(out[:n])
        return
    for i in range(1, n):
        value, at = out[i], i
        while at > 0 and out[at - 1] > value:
            out[at] = out[at - 1]
            at -= 1
        out[at] = value


@kernel
def fact_key(kind: int, value: np.int64) -> np.int64:
    """The key under which documents that share this fact meet."""
    hashed = mix((np.int64(value) ^ (np.int64(kind) << 56)) * _MIX_A)
    return (((hashed >> 26) & _MASK_38) << 2) | FACT_KEY
