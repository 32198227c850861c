"""Kernels that turn a stretch of texts into cleaned characters, visible facts and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe import facts
from dedupe.cleaning import fold_text, squeeze
from dedupe.factscan import scan_facts
from dedupe.grams import fact_key, mix, set_apart, text_keys, weigh_grams
from dedupe.kernel import kernel
from dedupe.numbers import hidden_digits

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.facts import FactArrays
    from dedupe.factsink import Reader, Sink
    from dedupe.grams import Grams, GramWeights, Sampling

_MIX = np.int64(0x1E3779B97F4A7C15)
_PHONE_V, _ID_V, _PERSON_V = facts.PHONE + 16, facts.ID_NUMBER + 16, facts.PERSON + 16
_AGE_V, _HOUSE_V, _ADDRESS_V = facts.AGE + 16, facts.HOUSE_NUMBER + 16, facts.ADDRESS + 16
_PHONE, _ID, _PERSON, _AGE = facts.PHONE, facts.ID_NUMBER, facts.PERSON, facts.AGE
MOST_FACT_KEYS = 24


class Tools(NamedTuple):
    """What cleaning reads and scribbles on."""

    reader: Reader
    sink: Sink


class Craft(NamedTuple):
    """What keys are made with."""

    sampling: Sampling
    weights: GramWeights


class Cleaned(NamedTuple):
    """Out of cleaning: `ends` of cleaned characters and `fact_ends` (documents + 1), `contents` hash a document;
    flat `fact_kinds`, `fact_values`."""

    ends: npt.NDArray[np.int64]
    contents: npt.NDArray[np.int64]
    fact_kinds: npt.NDArray[np.uint8]
    fact_values: npt.NDArray[np.int64]
    fact_ends: npt.NDArray[np.int64]


class Sketched(NamedTuple):
    """Out of sketching: `totals` weight and `bases` number of base keys a document, flat `keys`, `key_ends`;
    `grams` (as long as the texts) are those of set_apart."""

    totals: npt.NDArray[np.float32]
    bases: npt.NDArray[np.int32]
    keys: npt.NDArray[np.int64]
    key_ends: npt.NDArray[np.int64]
    grams: Grams


@kernel
def content_hash(codes: npt.NDArray[np.int32], start: int, end: int) -> np.int64:
    """64 bits of codes[start:end]."""
    value = np.int64(end - start)
    for p in range(start, end):
        value = (value ^ np.int64(codes[p])) * _MIX
        value = value ^ ((value >> 32) & 0xFFFFFFFF)
    return mix(value)


@kernel
def clean_texts(codes: npt.NDArray[np.int32], raw_ends: npt.NDArray[np.int64], tools: Tools, out: Cleaned) -> None:
    """Fold, read facts, clean: the cleaned characters move to the front of `codes`."""
    at = 0
    for d in range(len(raw_ends) - 1):
        start, end = raw_ends[d], raw_ends[d + 1]
        fold_text(codes, start, end, tools.reader.fold)
        tools.sink.count[0] = 0
        scan_facts(codes, start, end, tools.reader, tools.sink)
        kept = squeeze(codes, start, end, tools.reader.fold, codes[at : at + end - start])
        out.contents[d] = content_hash(codes, at, at + kept)
        at += kept
        out.ends[d + 1] = at
        f = out.fact_ends[d]
        for i in range(tools.sink.count[0]):
            out.fact_kinds[f + i], out.fact_values[f + i] = tools.sink.kinds[i], tools.sink.values[i]
        out.fact_ends[d + 1] = f + tools.sink.count[0]


@kernel
def sketch_texts(
    codes: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], craft: Craft, table: Grams, out: Sketched
) -> None:
    """Weight, keys and grams of every cleaned text."""
    for d in range(len(ends) - 1):
        text, grams = codes[ends[d] : ends[d + 1]], out.grams[ends[d] : ends[d + 1]]
        out.totals[d] = weigh_grams(text, craft.weights, table, grams)
        k = out.key_ends[d]
        count, base = text_keys(text, grams, craft.sampling, craft.weights, out.keys[k:])
        out.bases[d] = base
        out.key_ends[d + 1] = k + count
        set_apart(grams, craft.weights.popular, table)


@kernel
def is_joining(kind: int, value: np.int64) -> bool:
    """Whether a fact alone makes two documents candidates: a full phone or an identity number."""
    if kind == _PHONE_V:
        return bool(hidden_digits(value) == 0)
    return bool(kind in (_PHONE, _ID, _ID_V))


@kernel
def is_companion(kind: int) -> bool:
    """Whether a fact and a name together make two documents candidates."""
    return bool(kind in (_AGE_V, _HOUSE_V, _AGE, _ADDRESS_V))


@kernel
def fact_keys_of(x: FactArrays, d: int, popular: npt.NDArray[np.int64], out: npt.NDArray[np.int64]) -> int:
    """Write the fact keys of document d, at most MOST_FACT_KEYS, without the popular ones; returns how many."""
    n = 0
    for p in range(x.ends[d], x.ends[d + 1]):
        kind, value = int(x.kinds[p]), x.values[p]
        if is_joining(kind, value):
            n = add_key(fact_key(kind, value), popular, out, n)
        elif kind in (_PERSON_V, _PERSON):
            for q in range(x.ends[d], x.ends[d + 1]):
                if is_companion(int(x.kinds[q])):
                    paired = mix(value) ^ x.values[q]
                    n = add_key(fact_key(32 + int(x.kinds[q]), paired), popular, out, n)
    return n


@kernel
def add_key(key: np.int64, popular: npt.NDArray[np.int64], out: npt.NDArray[np.int64], n: int) -> int:
    """Append a key unless it is popular, there already, or there is no room; returns the new count."""
    at = np.searchsorted(popular, key)
    if n == MOST_FACT_KEYS or (at < len(popular) and popular[at] == key):
        return n
    for i in range(n):
        if out[i] == key:
            return n
    out[n] = key
    return n + 1


@kernel
def all_fact_keys(
    x: FactArrays, popular: npt.NDArray[np.int64], out: npt.NDArray[np.int64], out_ends: npt.NDArray[np.int64]
) -> None:
    """Fact keys of every document, one after the other."""
    for d in range(len(x.ends) - 1):
        out_ends[d + 1] = out_ends[d] + fact_keys_of(x, d, popular, out[out_ends[d] :])


@kernel
def identity_of(x: FactArrays, d: int) -> np.int64:
    """A 32-bit hash of the first name, 0 without: under popular keys documents with different names do not meet."""
    for p in range(x.ends[d], x.ends[d + 1]):
        if x.kinds[p] in (_PERSON, _PERSON_V):
            return np.int64((mix(x.values[p]) & 0xFFFFFFFF) | 1)
    return np.int64(0)


@kernel
def count_phones(x: FactArrays, d: int) -> int:
    """The larger of the numbers of different phones that the caller and the text show."""
    opaque, visible = 0, 0
    for p in range(x.ends[d], x.ends[d + 1]):
        opaque += x.kinds[p] == _PHONE
        visible += x.kinds[p] == _PHONE_V
    return max(opaque, visible)


@kernel
def identify(
    x: FactArrays, round_up_phones: int, identities: npt.NDArray[np.int64], round_ups: npt.NDArray[np.bool_]
) -> None:
    """Fill in identities, and mark documents with many phones as round-ups."""
    for d in range(len(x.ends) - 1):
        identities[d] = identity_of(x, d)
        if count_phones(x, d) >= round_up_phones:
            round_ups[d] = True
