"""Linking by Spark: texts and facts of the store go out as Parquet, what the job finds comes back into SQLite.

Afterwards the store is as if it had been linked here: the same components of matches, an index that further posts are
added to, and the posts whose links changed wait for `houxu process`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from dedupe.link import concatenate
from dedupe.reading import read_batch
from dedupe.spark.indexing import head_pages
from dedupe.spark.job import Plan, Run, link_parquet
from dedupe.spark.session import start_session
from dedupe.spark.tables import TEXTS, ints, links_of_rows, texts_table
from dedupe.weights import Weights
from pipeline.fingerprints import match_deleted
from pipeline.linking.documents import batch_of
from pipeline.linktexts import conflicts_of, edges_of
from pipeline.opening import PARAMETERS
from pipeline.store.database import Store
from pipeline.store.linkdocs import LinkText, all_texts, mark_all_linked, replace_matches
from pipeline.store.linkindex import SqliteBuckets, clear_pages
from pipeline.store.links import add_edges, link_natively, touch_links

_TEXTS_AT_ONCE = 50_000
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the job runs, how it is cut up, and the folder that its tables go through."""

    master: str
    plan: Plan
    folder: Path


def link_by_spark(store: Store, elsewhere: Elsewhere) -> int:
    """Link everything anew; returns how many links were found."""
    texts = all_texts(store)
    _write_texts(texts, elsewhere.folder)
    spark = start_session(elsewhere.master, elsewhere.plan.tasks)
    try:
        run = Run(spark, elsewhere.folder, PARAMETERS, elsewhere.plan)
        weights = link_parquet(run)
    finally:
        spark.stop()
    return _read_back(store, texts, weights, elsewhere.folder)


def _write_texts(texts: list[LinkText], folder: Path) -> None:
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(folder / "texts" / "part-0.parquet", TEXTS) as writer:
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[start : start + _TEXTS_AT_ONCE]
            doc_ids = np.array([text.seq for text in some], dtype=np.int64)
            table = texts_table(doc_ids, batch_of([text.document for text in some]))
            # Each row group can become a task of its own.
            writer.write_table(table, row_group_size=5_000)


def _read_back(store: Store, texts: list[LinkText], weights: Weights, folder: Path) -> int:
    links = concatenate([links_of_rows(rows) for rows in _tables(folder / "links")])
    names = {text.seq: text.post_id for text in texts}
    with store.writing():
        _replace_index(store, weights, folder)
        replace_matches(store, list(edges_of(links, names)), list(conflicts_of(links, names)))
        _match_deleted(store, texts)
        link_natively(store)
        mark_all_linked(store)
    return len(links)


def _replace_index(store: Store, weights: Weights, folder: Path) -> None:
    clear_pages(store)
    buckets = SqliteBuckets(store)
    for rows in _tables(folder / "pages"):
        buckets.write(dict(zip(rows.column("page").to_pylist(), rows.column("data").to_pylist(), strict=True)))
    documents = postings = 0
    for rows in _tables(folder / "documents"):
        buckets.write_documents(dict(zip(ints(rows, "doc_id").tolist(), rows.column("data").to_pylist(), strict=True)))
        documents += rows.num_rows
    for rows in _tables(folder / "sketches", "keys"):
        postings += len(rows.column("keys").flatten())
    buckets.write(head_pages(PARAMETERS, weights, documents, postings))


def _match_deleted(store: Store, texts: list[LinkText]) -> None:
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[start : start + _TEXTS_AT_ONCE]
        reading = read_batch(batch_of([text.document for text in some]))
        edges = list(match_deleted(store, [text.seq for text in some], [text.post_id for text in some], reading))
        add_edges(store, edges)
        touch_links(store, edges, [])


def _tables(folder: Path, *columns: str) -> Iterator[Any]:
    """The batches of a table that Spark wrote, file after file."""
    for path in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(path).iter_batches(_ROWS_AT_ONCE, columns=list(columns) or None)
