"""The tables that travel between steps, as DDL, and how their Arrow batches become arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedupe.facts import Facts
from dedupe.link import Links
from dedupe.pages import unpack_documents
from dedupe.reading import Batch, Reading

Ints = npt.NDArray[np.int64]

TEXTS = pa.schema(
    [
        ("doc_id", pa.int64()),
        ("text", pa.string()),
        ("fact_kinds", pa.list_(pa.int32())),
        ("fact_values", pa.list_(pa.int64())),
        ("is_round_up", pa.bool_()),
    ]
)
"""What the job reads. Facts are sorted by kind, then by value as an unsigned number (`facts.Facts`)."""
DOCUMENTS = "doc_id long, data binary, content long, fact_hash long, is_round_up boolean, length int"
"""A cleaned document: `data` as `pages.pack_documents` has it."""
SKETCHES = "doc_id long, first long, base int, identity long, speaks boolean, keys array<long>"
"""`first` is the first document with equal text and facts, `keys` of text and facts together."""
LINKS = "left long, right long, kind int, score float, contained float, shared int, agreed int, contradicted int"
"""`link.Links` by document id."""
CLUSTERS = "doc_id long, component long, cluster long"
"""`component`: connected by matches; `cluster`: what `clusters.cluster` makes of it; the smallest document of each."""
PAGES = "page long, data binary"
"""Pages of a stored index (`dedupe.index`)."""

_LINK_KINDS = (
    np.int64,
    np.int64,
    np.uint8,
    np.float32,
    np.float32,
    np.int32,
    np.uint16,
    np.uint16,
)
_LINK_NAMES = ("left", "right", "kind", "score", "contained", "shared", "agreed", "contradicted")


def texts_table(doc_ids: Ints, batch: Batch) -> Any:
    """A table of TEXTS."""
    facts = batch.facts or Facts.empty(len(batch.texts))
    flags = batch.is_round_up if batch.is_round_up is not None else np.zeros(len(batch.texts), np.bool_)
    ends = facts.ends.astype(np.int32)
    columns = [
        pa.array(doc_ids),
        pa.array(list(batch.texts), pa.string()),
        pa.ListArray.from_arrays(ends, facts.kinds.astype(np.int32)),
        pa.ListArray.from_arrays(ends, facts.values.view(np.int64)),
        pa.array(flags),
    ]
    return pa.Table.from_arrays(columns, schema=TEXTS)


def batch_of(rows: Any) -> Batch:
    """The posts of an Arrow batch of TEXTS."""
    kinds, ends = _flatten(rows.column("fact_kinds"))
    values, _ = _flatten(rows.column("fact_values"))
    facts = Facts(kinds.astype(np.uint8), values.astype(np.int64).view(np.uint64), ends)
    return Batch(rows.column("text").to_pylist(), facts, bools(rows, "is_round_up"))


def _flatten(column: Any) -> tuple[npt.NDArray[Any], Ints]:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    lengths = column.value_lengths().to_numpy(zero_copy_only=False)
    return column.flatten().to_numpy(zero_copy_only=False), np.cumsum([0, *lengths], dtype=np.int64)


def ints(rows: Any, name: str) -> Ints:
    """A whole-number column, copied: Arrow's is read only, and kernels would be compiled once more for it."""
    return np.array(rows.column(name).to_numpy(zero_copy_only=False), dtype=np.int64)


def bools(rows: Any, name: str) -> npt.NDArray[np.bool_]:
    """A flag column."""
    return np.array(rows.column(name).to_numpy(zero_copy_only=False), dtype=np.bool_)


def reading_of(rows: Any, doc_id: str = "doc_id", data: str = "data") -> Reading:
    """The documents of a batch, in its order."""
    doc_ids = rows.column(doc_id).to_pylist()
    return unpack_documents(doc_ids, dict(zip(doc_ids, rows.column(data).to_pylist(), strict=True)))


def rows_of(columns: Mapping[str, Any]) -> Any:
    """An Arrow batch."""
    return pa.RecordBatch.from_pydict({name: pa.array(column) for name, column in columns.items()})


def links_rows(links: Links) -> Any:
    """An Arrow batch of LINKS."""
    columns = (
        links.left,
        links.right,
        links.kinds.astype(np.int32),
        links.scores,
        links.contained,
        links.shared,
        links.agreed.astype(np.int32),
        links.contradicted.astype(np.int32),
    )
    return rows_of(dict(zip(_LINK_NAMES, columns, strict=True)))


def links_of_rows(rows: Any) -> Links:
    """Links from a batch or table of LINKS, in its order."""
    columns = (rows.column(name).to_numpy() for name in _LINK_NAMES)
    return Links(*(column.astype(kind) for column, kind in zip(columns, _LINK_KINDS, strict=True)))
