"""Second pass: every candidate pair whose documents are still in different trees, with the keys that they share.

Only open lists count: those that hold several trees. A list of n documents has n²/2 pairs, so a long one is cut into
blocks, and each pair of blocks is a unit of work of its own: every pair is seen in exactly one unit of each list.
Under a popular key documents that name different persons do not meet; there each name is a list of its own, and those
without a name meet everybody in a grid of blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedupe.grams import POPULAR_KEY
from dedupe.spark.tables import ints, rows_of
from dedupe.spark.work import Rows, Step, is_fact

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

Ints = npt.NDArray[np.int64]
TALLY = "left long, right long, left_root long, right_root long, hits int, needed int"
_FACT_HITS = 1 << 12
_ROOM = 1 << 22
_AMONG = 2
_UNIT = ("key", "name", "low", "high")


def tally(postings: DataFrame, tasks: int, block: int, least_shared: float) -> DataFrame:
    """Pairs of TALLY with enough shared keys, from postings (key, identity, doc_id, base, root)."""
    from pyspark.sql import functions as f

    is_popular = f.col("key").bitwiseAND(POPULAR_KEY) != 0
    named = postings.withColumn("name", f.when(is_popular, f.col("identity")).otherwise(f.lit(0)))
    units = _units_among(named, block).unionByName(_units_across(named.where(is_popular), block))
    partial = units.repartition(tasks, *_UNIT).sortWithinPartitions(*_UNIT).mapInArrow(_tallier(least_shared), TALLY)
    summed = partial.groupBy("left", "right").agg(
        *(f.first(name).alias(name) for name in ("left_root", "right_root", "needed")), f.sum("hits").alias("hits")
    )
    return summed.where("hits >= needed")


def _units_among(named: DataFrame, block: int) -> DataFrame:
    """Lists by key and name, each against itself."""
    from pyspark.sql import functions as f

    sizes = named.groupBy("key", "name").agg(
        f.count("*").alias("size"), f.min("root").alias("least"), f.max("root").alias("most")
    )
    open_lists = sizes.where("least <> most").select("key", "name", _blocks(f.col("size"), block).alias("blocks"))
    placed = named.join(open_lists, ["key", "name"]).withColumn("own", _block_of(f.col("blocks")))
    grid = placed.withColumn("other", f.explode(f.sequence(f.lit(0), f.col("blocks") - 1)))
    side = f.when(f.col("own") == f.col("other"), _AMONG).otherwise((f.col("own") > f.col("other")).cast("int"))
    return grid.select(
        *("key", "name", "doc_id", "base", "root"),
        f.least("own", "other").alias("low"),
        f.greatest("own", "other").alias("high"),
        side.alias("side"),
    )


def _units_across(popular: DataFrame, block: int) -> DataFrame:
    """Lists of popular keys: documents without a name against those with one. These units have the name -1."""
    from pyspark.sql import functions as f

    is_named = f.col("name") != 0
    sizes = popular.groupBy("key").agg(
        f.sum((~is_named).cast("long")).alias("nameless"),
        f.sum(is_named.cast("long")).alias("namely"),
        f.min("root").alias("least"),
        f.max("root").alias("most"),
    )
    open_lists = sizes.where("least <> most and nameless > 0 and namely > 0").select(
        "key", _blocks(f.col("nameless"), block).alias("rows"), _blocks(f.col("namely"), block).alias("columns")
    )
    placed = popular.join(open_lists, "key")
    own = f.when(is_named, _block_of(f.col("columns"))).otherwise(_block_of(f.col("rows")))
    others = f.when(is_named, f.col("rows")).otherwise(f.col("columns"))
    grid = placed.withColumn("own", own).withColumn("other", f.explode(f.sequence(f.lit(0), others - 1)))
    return grid.select(
        *("key", f.lit(-1).cast("long").alias("name"), "doc_id", "base", "root"),
        f.when(is_named, f.col("other")).otherwise(f.col("own")).alias("low"),
        f.when(is_named, f.col("own")).otherwise(f.col("other")).alias("high"),
        is_named.cast("int").alias("side"),
    )


def _blocks(size: Column, block: int) -> Column:
    from pyspark.sql import functions as f

    return f.ceil(size / block).cast("int")


def _block_of(blocks: Column) -> Column:
    from pyspark.sql import functions as f

    return f.pmod(f.xxhash64("doc_id"), blocks).cast("int")


def _tallier(least_shared: float) -> Step:
    """Rows sorted by unit to partial TALLY: hits of this task only."""

    def run(batches: Rows) -> Rows:
        parts = list(batches)
        if sum(part.num_rows for part in parts):
            yield from _tally_task(pa.Table.from_batches(parts), least_shared)

    return run


def _tally_task(rows: Any, least_shared: float) -> Iterator[Any]:
    doc_ids, first, numbers = np.unique(ints(rows, "doc_id"), return_index=True, return_inverse=True)
    bases, roots = ints(rows, "base")[first], ints(rows, "root")[first]
    unit = np.stack([ints(rows, name) for name in _UNIT])
    changes = np.flatnonzero((unit[:, 1:] != unit[:, :-1]).any(axis=0)) + 1
    ends = np.concatenate(([0], changes, [rows.num_rows]))
    facts = is_fact(unit[0][ends[:-1]])
    for is_fact_unit in (False, True):
        # Units of one kind stay whole: their rows are taken together with new bounds.
        chosen = np.flatnonzero(facts == is_fact_unit)
        hits = _FACT_HITS if is_fact_unit else 1
        for packed, counts in _count(chosen, ends, (ints(rows, "side"), numbers, roots[numbers])):
            left, right = packed >> 32, packed & 0xFFFFFFFF
            needed = np.maximum(1, np.ceil(least_shared * np.minimum(bases[left], bases[right])))
            yield rows_of(
                {
                    "left": doc_ids[left],
                    "right": doc_ids[right],
                    "left_root": roots[left],
                    "right_root": roots[right],
                    "hits": (counts * hits).astype(np.int32),
                    "needed": needed.astype(np.int32),
                }
            )


def _count(chosen: Ints, ends: Ints, columns: tuple[Ints, Ints, Ints]) -> Iterator[tuple[Ints, Ints]]:
    """Packed pairs of the chosen units and how often each comes, a stretch of units at a time."""
    from dedupe.spark.kernels import compiled_pairs

    sizes = np.diff(ends)[chosen]
    unit_ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    source = np.repeat(ends[:-1][chosen] - unit_ends[:-1], sizes) + np.arange(unit_ends[-1])
    sides, numbers, roots = (column[source] for column in columns)
    dense_roots = np.unique(roots, return_inverse=True)[1]
    docs = (numbers.astype(np.int32), dense_roots.astype(np.int32))
    largest = int((sizes * sizes // 2).max(initial=0))
    out = np.empty(max(_ROOM, largest), np.int64)
    unit = 0
    while unit < len(chosen):
        unit, n = compiled_pairs()(unit_ends, unit, sides.astype(np.int8), docs, out)
        if n:
            yield np.unique(out[:n], return_counts=True)
