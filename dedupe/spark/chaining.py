"""First pass: neighbours in each posting list.

All postings are sorted as one row by (key, identity, document) and cut into ranges of equal size, so a popular key is
simply a stretch over several tasks. What stands on both sides of a cut is joined by the driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedupe.grams import POPULAR_KEY
from dedupe.spark.tables import ints, rows_of
from dedupe.spark.work import Rows, is_fact

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Ints = npt.NDArray[np.int64]
_NEIGHBOURS = "task int, key long, identity long, left long, right long, is_sure boolean"
_IS_BORDER = -1
"""In `right`: this row is the first or last posting of a task, with its document in `left`."""


def neighbours(postings: DataFrame, tasks: int) -> DataFrame:
    """All neighbours in the sorted postings (key, identity, doc_id), cut into `tasks` ranges, and the borders."""
    order = ("key", "identity", "doc_id")
    ranges = postings.repartitionByRange(tasks, *order).sortWithinPartitions(*order)
    return ranges.mapInArrow(_list_neighbours, _NEIGHBOURS)


def across_borders(borders: list[tuple[int, int, int, int]]) -> list[tuple[int, int, bool]]:
    """Pairs (left, right, is_sure) over the cuts, from (task, key, identity, document), two rows a task."""
    ordered = np.array(sorted(borders), dtype=np.int64).reshape(-1, 4)
    pairs = []
    # Rows are first, last, first, last, …: a cut lies between a last and the next first.
    for before, after in zip(ordered[1:-1:2], ordered[2::2], strict=True):
        left, right, sure = _pair_up(*np.stack((before, after), axis=1)[1:])
        pairs += [(int(a), int(b), bool(fact)) for a, b, fact in zip(left, right, sure, strict=True)]
    return pairs


def _list_neighbours(batches: Rows) -> Rows:
    from pyspark import TaskContext

    context = TaskContext.get()
    task = context.partitionId() if context is not None else 0
    last: Any = None
    for rows in batches:
        if not rows.num_rows:
            continue
        columns = [ints(rows, name) for name in ("key", "identity", "doc_id")]
        if last is None:
            yield _border(task, [column[0] for column in columns])
            last = [column[:0] for column in columns]
        keys, identities, doc_ids = (np.concatenate(pair) for pair in zip(last, columns, strict=True))
        left, right, sure = _pair_up(keys, identities, doc_ids)
        if len(left):
            empty = np.zeros(len(left), np.int64)
            yield _rows(task, (empty, empty, left, right, sure))
        last = [column[-1:] for column in columns]
    if last is not None:
        yield _border(task, [column[0] for column in last])


def _pair_up(keys: Ints, identities: Ints, doc_ids: Ints) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Neighbours under one key that may meet (pairing.may_meet), smaller id first, each once."""
    a, b = identities[:-1], identities[1:]
    may_meet = ((keys[1:] & POPULAR_KEY) == 0) | (a == 0) | (b == 0) | (a == b)
    chosen = np.flatnonzero((keys[:-1] == keys[1:]) & may_meet)
    left, right = doc_ids[chosen], doc_ids[chosen + 1]
    pairs = np.stack((np.minimum(left, right), np.maximum(left, right), is_fact(keys[chosen]).astype(np.int64)))
    unique = np.unique(pairs, axis=1)
    return unique[0], unique[1], unique[2] > 0


def _border(task: int, posting: list[Any]) -> Any:
    key, identity, doc_id = (np.array([value], np.int64) for value in posting)
    return _rows(task, (key, identity, doc_id, np.array([_IS_BORDER]), np.zeros(1, np.bool_)))


def _rows(task: int, columns: tuple[Any, ...]) -> Any:
    names = ("key", "identity", "left", "right", "is_sure")
    tasks = pa.array(np.full(len(columns[0]), task, np.int32))
    return rows_of({"task": tasks, **dict(zip(names, columns, strict=True))})
