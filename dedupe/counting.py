"""Builds `Weights` from a corpus: document frequencies of 3-grams, and the facts too many posts share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedupe.facts import FactArrays
from dedupe.grams import TABLE_BITS
from dedupe.parameters import Parameters
from dedupe.reading import Batch, Reading, read_batch, take
from dedupe.scratch import make_table
from dedupe.sketching import MOST_FACT_KEYS
from dedupe.weights import SAMPLE, Weights, levels_of, prior_weights


def build_weights(batch: Batch, parameters: Parameters) -> Weights:
    """Count a corpus. The same texts in any order give the same table."""
    return weigh(read_batch(batch), parameters)


def weigh(reading: Reading, parameters: Parameters) -> Weights:
    """`build_weights` of what was read already."""
    from dedupe import compiled

    if not len(reading):
        return prior_weights()
    sample = take(reading, sample_of(reading)) if len(reading) > SAMPLE else reading
    counts = np.zeros(1 << TABLE_BITS, np.uint32)
    compiled.count_texts(sample.codes, sample.ends, make_table(sample.ends), counts)
    popular = popular_facts(reading.facts, parameters.popular_phone)
    return Weights(levels_of(counts, len(sample)), len(reading), popular)


def sample_of(reading: Reading) -> npt.NDArray[np.int64]:
    """The SAMPLE different texts with the smallest content hashes: a choice that no order of arrival changes.

    Equal texts have equal hashes: with all of its copies in a sample, one that went viral would look like a phrase that
    everybody uses.
    """
    _, first = np.unique(reading.contents.view(np.uint64), return_index=True)
    return np.sort(first[:SAMPLE])


def popular_facts(facts: FactArrays, most: int) -> npt.NDArray[np.int64]:
    """Sorted keys of facts that more than `most` documents have."""
    keys, _ = fact_keys(facts, np.zeros(0, np.int64))
    found, counts = np.unique(keys, return_counts=True)
    return found[counts > most]


def fact_keys(facts: FactArrays, popular: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Flat fact keys and their ends by document."""
    from dedupe import compiled

    n = len(facts.ends) - 1
    most = np.minimum(np.diff(facts.ends) ** 2, MOST_FACT_KEYS).sum() + MOST_FACT_KEYS
    keys, ends = np.empty(most, np.int64), np.zeros(n + 1, np.int64)
    compiled.all_fact_keys(facts, popular, keys, ends)
    return keys[: ends[-1]], ends
