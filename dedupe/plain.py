"""What kernels do, for one text without a compiler: over whole arrays by numpy, and by Python's long integers where a
loop over characters would take milliseconds. Tests hold each against its kernel.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from dedupe.alignment import LONGEST
from dedupe.grams import (
    CODE_TO_SLOT,
    DENSE_MOST,
    LEVEL_BITS,
    LEVEL_MASK,
    POPULAR_KEY,
    GramWeights,
    Sampling,
    hash_trigrams,
    key_of_hash,
    sampling_rate,
)
from dedupe.judge import Share
from dedupe.reading import Reading
from dedupe.weights import codes_of, pack_trigrams

Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
_GRAM_BITS = 32


def keys_of_text(codes: Codes, sampling: Sampling, weights: GramWeights) -> Ints:
    """Sorted unique keys of a cleaned text: `grams.text_keys` without facts."""
    count = len(codes) - sampling.length + 1
    if count < 1:
        return np.zeros(0, np.int64)
    trigrams = pack_trigrams(codes)
    levels = weights.levels[codes_of(trigrams) >> CODE_TO_SLOT]
    # The rarest of its 3-grams bounds how common a gram can be.
    rarest = np.max([levels[q : q + count] for q in range(sampling.length - 2)], axis=0)
    hashes = hash_trigrams(trigrams[:count], trigrams[sampling.length - 3 :][:count])
    kept = np.flatnonzero(((hashes & 1023) < sampling_rate(len(codes), sampling)) & (rarest >= weights.dropped))
    kept = kept[:DENSE_MOST]
    tags = np.where(rarest[kept] < weights.popular, POPULAR_KEY, 0)
    return np.unique(key_of_hash(hashes[kept], tags))


def shares_of(asked: Codes, stored: Reading, weights: GramWeights) -> list[Share]:
    """What a cleaned text shares with each stored document: `pairing.share_texts`."""
    n = len(stored)
    mine = _grams_of(asked, weights)
    my_total = float(weights.squares[mine & LEVEL_MASK].sum(dtype=np.float64))
    lengths = np.diff(stored.ends)
    owners = np.repeat(np.arange(n, dtype=np.int64), lengths)
    # A 3-gram belongs to a document where its first and last character do.
    whole = owners[:-2] == owners[2:]
    owned = _unique((owners[:-2][whole] << _GRAM_BITS) | _weigh(stored.codes, weights)[whole])
    owner, grams = owned >> _GRAM_BITS, owned & ((1 << _GRAM_BITS) - 1)
    weight = weights.squares[grams & LEVEL_MASK].astype(np.float64)
    at = np.searchsorted(mine, grams)
    shared = np.append(mine, -1)[at] == grams
    totals = np.bincount(owner, weight, n)
    shared_weights = np.bincount(owner, weight * shared, n)
    counts = np.bincount(owner, shared, n)
    return [
        Share(float(shared_weights[k]), int(counts[k]), my_total, float(totals[k]), min(len(asked), int(lengths[k])))
        for k in range(n)
    ]


def _grams_of(codes: Codes, weights: GramWeights) -> Ints:
    return _unique(_weigh(codes, weights))


def _weigh(codes: Codes, weights: GramWeights) -> Ints:
    """Code and level of each 3-gram, as `grams.weigh_grams` writes them, with the level wherever one comes."""
    grams = codes_of(pack_trigrams(codes))
    levels: npt.NDArray[np.uint8] = weights.levels[grams >> CODE_TO_SLOT]
    return (grams << LEVEL_BITS) | levels


def _unique(values: Ints) -> Ints:
    """Sorted, each once: for a few hundred numbers faster than np.unique."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def is_aligned(left: Codes, right: Codes, least: float) -> bool:
    """`alignment.is_aligned`: a text is one long integer."""
    needed = least * min(len(left), len(right), LONGEST)
    a, b = left[:LONGEST].tolist(), right[:LONGEST].tolist()
    return (Counter(a) & Counter(b)).total() >= needed and _common_characters(a, b) >= needed


def _common_characters(left: list[int], right: list[int]) -> int:
    """Length of the longest common subsequence (Hyyrö 2004, as in `alignment`)."""
    places: dict[int, int] = {}
    for place, code in enumerate(left):
        places[code] = places.get(code, 0) | 1 << place
    everything = (1 << len(left)) - 1
    state = everything
    for code in right:
        row = places.get(code, 0)
        state = ((state + (state & row)) | (state & ~row)) & everything
    return len(left) - state.bit_count()
