"""What pairing needs of a reading, made once with the parameters and weights that travel with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.counting import fact_keys
from dedupe.craft import rules_of, sampling_of
from dedupe.evidence import load_evidence
from dedupe.grams import DENSE_MOST
from dedupe.pairing import Bench, Documents
from dedupe.parameters import Parameters
from dedupe.reading import Reading
from dedupe.scratch import make_table
from dedupe.sketching import Craft, Sketched
from dedupe.slots import load_slots
from dedupe.weights import Weights

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """A reading with everything that pairing needs; made with these parameters and weights."""

    documents: Documents
    fact_keys: Ints
    fact_key_ends: Ints
    parameters: Parameters
    version: str


def sketch(reading: Reading, parameters: Parameters, weights: Weights) -> Sketches:
    """Keys and weights of every document."""
    from dedupe import compiled

    n = len(reading)
    most = int(np.minimum(np.diff(reading.ends), DENSE_MOST).sum()) if n else 0
    grams = np.zeros(len(reading.codes), np.int32)
    totals, bases, key_ends = np.zeros(n, np.float32), np.zeros(n, np.int32), np.zeros(n + 1, np.int64)
    out = Sketched(totals, bases, np.empty(most, np.int64), key_ends, grams)
    craft = Craft(sampling_of(parameters), weights.gram_weights())
    compiled.sketch_texts(reading.codes, reading.ends, craft, make_table(reading.ends), out)
    identities, round_ups = np.zeros(n, np.int64), reading.is_round_up.copy()
    compiled.identify(reading.facts, parameters.round_up_phones, identities, round_ups)
    keys = out.keys[: key_ends[-1]].copy()
    documents = Documents(
        reading.codes, reading.ends, grams, totals, bases, keys, key_ends, reading.facts, identities, round_ups
    )
    return Sketches(documents, *fact_keys(reading.facts, weights.popular), parameters, weights.version)


def make_bench(docs: Documents, parameters: Parameters, weights: Weights) -> Bench:
    """Working memory for verifying pairs of these documents."""
    n = len(docs.totals)
    return Bench(
        rules_of(parameters),
        load_evidence(),
        load_slots(),
        weights.gram_weights(),
        make_table(docs.ends),
        np.full(2, -1, np.int64),
        np.arange(n, dtype=np.int32),
        np.zeros(n, np.uint8),
    )


def all_keys(sketches: Sketches) -> tuple[Ints, Ints]:
    """Text and fact keys of each document together, and their ends."""
    docs = sketches.documents
    ends = docs.key_ends + sketches.fact_key_ends
    owners = [np.repeat(np.arange(len(ends) - 1), np.diff(part)) for part in (docs.key_ends, sketches.fact_key_ends)]
    order = np.argsort(np.concatenate(owners), kind="stable")
    return np.concatenate((docs.keys, sketches.fact_keys))[order], ends
