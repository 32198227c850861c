"""What runs in the executors: Arrow batches in, Arrow batches out, the kernels of `dedupe` in between.

A function here takes what it needs of the craft and returns the function that `mapInArrow` calls. Whatever it returns
must not depend on how rows were cut into batches, except that joined pairs may be skipped (see `dedupe.pairing`).
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedupe.clusters import cluster
from dedupe.counting import fact_keys
from dedupe.craft import Craft
from dedupe.grams import FACT_KEY, TABLE_BITS
from dedupe.judge import EQUAL
from dedupe.link import (
    Links,
    hash_facts,
    identities_of,
    links_of,
    make_bench,
    make_found,
    sketch,
    speaks,
)
from dedupe.pages import pack_documents
from dedupe.parameters import Parameters
from dedupe.reading import read_batch
from dedupe.scratch import make_table
from dedupe.sketches import all_keys
from dedupe.spark.tables import batch_of, bools, ints, links_rows, reading_of, rows_of
from dedupe.weights import Weights

Ints = npt.NDArray[np.int64]
Rows = Iterator[Any]
Step = Callable[[Rows], Rows]


@functools.lru_cache(maxsize=2)
def craft_of(parameters: Parameters, weights: bytes) -> Craft:
    """The craft, unpacked once a worker."""
    read_only = Weights.from_bytes(weights)
    # Kernels are compiled for writable arrays already; others would be compiled once more.
    writable = Weights(read_only.levels.copy(), read_only.documents, read_only.popular.copy())
    return Craft(parameters, writable)


def read_texts(batches: Rows) -> Rows:
    """TEXTS to DOCUMENTS."""
    for rows in batches:
        doc_ids, reading = ints(rows, "doc_id"), read_batch(batch_of(rows))
        blobs = pack_documents(doc_ids, reading)
        yield rows_of(
            {
                "doc_id": doc_ids,
                "data": [blobs[doc_id] for doc_id in doc_ids.tolist()],
                "content": reading.contents,
                "fact_hash": hash_facts(reading),
                "is_round_up": reading.is_round_up,
                "length": np.diff(reading.ends).astype(np.int32),
            }
        )


def count_grams(batches: Rows) -> Rows:
    """DOCUMENTS to one compressed table of document frequencies a task."""
    from dedupe import compiled

    counts = np.zeros(1 << TABLE_BITS, np.uint32)
    for rows in batches:
        reading = reading_of(rows)
        compiled.count_texts(reading.codes, reading.ends, make_table(reading.ends), counts)
    yield rows_of({"counts": [zlib.compress(counts.tobytes(), 1)]})


def list_fact_keys(batches: Rows) -> Rows:
    """DOCUMENTS to the keys of their facts, popular ones too."""
    for rows in batches:
        keys, _ = fact_keys(reading_of(rows).facts, np.zeros(0, np.int64))
        yield rows_of({"key": keys})


def sketcher(parameters: Parameters, weights: Any) -> Step:
    """DOCUMENTS with `first` to SKETCHES."""

    def run(batches: Rows) -> Rows:
        craft = craft_of(parameters, weights.value)
        for rows in batches:
            reading = reading_of(rows)
            sketches = sketch(reading, craft.parameters, craft.weights)
            keys, ends = all_keys(sketches)
            columns = {
                "doc_id": ints(rows, "doc_id"),
                "first": ints(rows, "first"),
                "base": sketches.documents.bases,
                "identity": identities_of(reading),
                "speaks": speaks(sketches.documents, craft.parameters),
            }
            lists = pa.ListArray.from_arrays(ends.astype(np.int32), keys)
            yield pa.RecordBatch.from_arrays([*map(pa.array, columns.values()), lists], [*columns, "keys"])

    return run


def verifier(parameters: Parameters, weights: Any) -> Step:
    """Pairs (left, right, left_data, right_data, left_root, right_root, is_sure) to LINKS.

    A pair that is not sure has only been seen side by side in one list; whether it is a candidate is counted here.
    """

    def run(batches: Rows) -> Rows:
        craft = craft_of(parameters, weights.value)
        for rows in batches:
            if rows.num_rows:
                yield links_rows(_verify(rows, craft))

    return run


def _verify(rows: Any, craft: Craft) -> Links:
    from dedupe import compiled
    from dedupe.spark.kernels import compiled_candidates

    left, right = ints(rows, "left"), ints(rows, "right")
    doc_ids, first = np.unique(np.concatenate((left, right)), return_index=True)
    data = pa.chunked_array([rows.column("left_data"), rows.column("right_data")])
    reading = reading_of(pa.table({"doc_id": pa.array(doc_ids), "data": data.take(pa.array(first))}))
    docs = sketch(reading, craft.parameters, craft.weights).documents
    bench, found = make_bench(docs, craft.parameters, craft.weights), make_found(len(doc_ids))
    roots = np.concatenate((ints(rows, "left_root"), ints(rows, "right_root")))[first]
    _, head, inverse = np.unique(roots, return_index=True, return_inverse=True)
    bench.parents[:] = head[inverse]
    pairs = np.stack((np.searchsorted(doc_ids, right), np.searchsorted(doc_ids, left)), axis=1).astype(np.int32)
    is_candidate = bools(rows, "is_sure")
    compiled_candidates()(pairs, docs, bench.rules, is_candidate)
    compiled.verify_list(pairs[is_candidate], docs, bench, found)
    return links_of(found).renumber(doc_ids)


def splitter(parameters: Parameters, weights: Any) -> Step:
    """Whole components (doc_id, data, component), sorted, to CLUSTERS."""

    def run(batches: Rows) -> Rows:
        craft = craft_of(parameters, weights.value)
        parts = list(batches)
        if not parts:
            return
        rows = pa.Table.from_batches(parts)
        doc_ids, components = ints(rows, "doc_id"), ints(rows, "component")
        # The smallest document of a component is its first row.
        _, first, inverse = np.unique(components, return_index=True, return_inverse=True)
        stars = equal_links(first[inverse], np.arange(len(doc_ids)))
        labels = cluster(reading_of(rows), stars.choose(stars.left != stars.right), craft, names=doc_ids)
        yield rows_of({"doc_id": doc_ids, "component": components, "cluster": doc_ids[labels]})

    return run


def equal_links(left: Ints, right: Ints) -> Links:
    """Links of kind EQUAL."""
    n = len(left)
    ones, zeros = np.ones(n, np.float32), np.zeros(n, np.uint16)
    return Links(left, right, np.full(n, EQUAL, np.uint8), ones, ones, np.zeros(n, np.int32), zeros, zeros)


def is_fact(keys: Ints) -> npt.NDArray[np.bool_]:
    """Which keys stand for facts."""
    facts: npt.NDArray[np.bool_] = (keys & FACT_KEY) != 0
    return facts
