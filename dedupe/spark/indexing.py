"""The pages of a stored index (`dedupe.index`), made where the postings are, so that one machine can go on from here:
new posts are then linked against all of these at the cost of the new ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedupe.pages import Nodes, Postings, node_page, pack_nodes, pack_postings, page_bits
from dedupe.parameters import Parameters
from dedupe.spark.tables import PAGES, ints, rows_of
from dedupe.spark.work import Rows, Step
from dedupe.stored import HEADER_PAGE, WEIGHTS_PAGE
from dedupe.weights import Weights

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def index_pages(sketches: DataFrame, connected: DataFrame, parameters: Parameters, tasks: int) -> DataFrame:
    """PAGES: postings and nodes of all documents. `connected`: (doc_id, root) of those with a match."""
    from pyspark.sql import functions as f

    bits, buckets = page_bits(parameters.buckets), parameters.buckets
    postings = sketches.select(f.explode("keys").alias("key"), "doc_id")
    postings = postings.withColumn("page", f.shiftright("key", bits))
    sorted_postings = postings.repartition(tasks, "page").sortWithinPartitions("page", "key", "doc_id")
    joined = sketches.select("doc_id", "base", "identity").join(connected, "doc_id", "left")
    nodes = joined.withColumn("root", f.coalesce("root", "doc_id")).mapInArrow(
        _with_node_page(2 * buckets), "page long, doc_id long, root long, base long, identity long"
    )
    sorted_nodes = nodes.repartition(tasks, "page").sortWithinPartitions("page", "doc_id")
    return sorted_postings.mapInArrow(_posting_packer(bits), PAGES).unionByName(
        sorted_nodes.mapInArrow(_pack_node_pages, PAGES)
    )


def head_pages(parameters: Parameters, weights: Weights, documents: int, postings: int) -> dict[int, bytes]:
    """The pages that say what the index was made with and how much is in it."""
    header = {
        "parameters": parameters.name,
        "weights": weights.version,
        "main": postings,
        "recent": 0,
        "documents": documents,
    }
    return {HEADER_PAGE: json.dumps(header).encode(), WEIGHTS_PAGE: weights.to_bytes()}


def _with_node_page(first_page: int) -> Step:
    def run(batches: Rows) -> Rows:
        for rows in batches:
            columns = {name: ints(rows, name) for name in ("doc_id", "root", "base", "identity")}
            yield rows_of({"page": first_page + node_page(columns["doc_id"]), **columns})

    return run


def _posting_packer(bits: int) -> Step:
    """Rows (page, key, doc_id), sorted, to PAGES."""

    def run(batches: Rows) -> Rows:
        for rows in _whole_pages(batches):
            data = pack_postings(Postings(ints(rows, "key"), ints(rows, "doc_id")), bits)
            yield _page(rows, data)

    return run


def _pack_node_pages(batches: Rows) -> Rows:
    """Rows (page, doc_id, root, base, identity), sorted, to PAGES."""
    for rows in _whole_pages(batches):
        bases = np.minimum(ints(rows, "base"), 0xFFFF).astype(np.uint16)
        identities = ints(rows, "identity").astype(np.uint32)
        yield _page(rows, pack_nodes(Nodes(ints(rows, "doc_id"), ints(rows, "root"), bases, identities)))


def _page(rows: Any, data: bytes) -> Any:
    return rows_of({"page": ints(rows, "page")[:1], "data": [data]})


def _whole_pages(batches: Rows) -> Rows:
    """The rows of one page at a time; batches end anywhere."""
    rest: Any = None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        table = table if rest is None else pa.concat_tables([rest, table])
        pages = ints(table, "page")
        starts = np.concatenate(([0], np.flatnonzero(pages[1:] != pages[:-1]) + 1))
        for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
            yield table.slice(start, stop - start)
        rest = table.slice(int(starts[-1]))
    if rest is not None and rest.num_rows:
        yield rest
