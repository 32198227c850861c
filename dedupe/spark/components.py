"""Who is connected with whom: labels that run to the smallest document of each component."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.link import roots_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Ints = npt.NDArray[np.int64]
Keep = Callable[["DataFrame"], "DataFrame"]


def components(edges: DataFrame, most_on_driver: int, keep: Keep) -> DataFrame:
    """(doc_id, root) of every document in an edge (left, right); the root is the smallest document connected.

    Few edges are joined on the driver. Many go through alternating large and small stars (Kiveris et al., Connected
    Components in MapReduce and Beyond, 2014): each round points documents at the smallest neighbour, in a number of
    rounds that goes with the logarithm of the longest path and not with the path.

    Args:
        edges: whole numbers; left and right differ.
        most_on_driver: more edges than this stay distributed.
        keep: stores a table and gives it back, so that rounds are not computed again and again.
    """
    count = edges.count()
    if count <= most_on_driver:
        return _on_driver(edges)
    return _by_stars(keep(edges.select("left", "right").distinct()), keep)


def _on_driver(edges: DataFrame) -> DataFrame:
    rows = edges.select("left", "right").toArrow()
    left, right = (rows.column(name).to_numpy() for name in ("left", "right"))
    doc_ids, roots = join_pairs(left, right)
    import pyarrow as pa

    table = pa.table({"doc_id": pa.array(doc_ids, pa.int64()), "root": pa.array(roots, pa.int64())})
    return edges.sparkSession.createDataFrame(table)


def join_pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """The documents in pairs, sorted, and the smallest one that each is connected with."""
    doc_ids, dense = np.unique(np.concatenate((left, right)), return_inverse=True)
    parents = np.arange(len(doc_ids), dtype=np.int32)
    a, b = dense[: len(left)], dense[len(left) :]
    while True:
        x, y = parents[a], parents[b]
        apart = x != y
        if not apart.any():
            return doc_ids, doc_ids[roots_of(parents)]
        a, b, x, y = a[apart], b[apart], x[apart], y[apart]
        np.minimum.at(parents, np.maximum(x, y), np.minimum(x, y))
        parents = roots_of(parents)


def _by_stars(edges: DataFrame, keep: Keep) -> DataFrame:
    """Edges as (left, right) with left < right; at the end every left is a root."""
    from pyspark.sql import functions as f

    before = _checksum(edges)
    while True:
        edges = keep(_small_star(_large_star(edges)))
        after = _checksum(edges)
        if after == before:
            break
        before = after
    members = edges.select(f.col("right").alias("doc_id"), f.col("left").alias("root"))
    roots = edges.select(f.col("left").alias("doc_id"), f.col("left").alias("root")).distinct()
    return members.unionByName(roots)


def _large_star(edges: DataFrame) -> DataFrame:
    """Each document sends its larger neighbours to the smallest of its neighbourhood."""
    from pyspark.sql import functions as f

    both = edges.unionByName(edges.select(f.col("right").alias("left"), f.col("left").alias("right")))
    least = both.groupBy("left").agg(f.least(f.min("right"), f.col("left")).alias("least"))
    sent = both.join(least, "left").where("right > left")
    return sent.select(f.col("least").alias("left"), "right").distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Each document sends its smaller neighbours, and itself, to the smallest of them."""
    from pyspark.sql import functions as f

    least = edges.groupBy("right").agg(f.min("left").alias("least"))
    sent = edges.join(least, "right")
    smaller = sent.where("left > least").select(f.col("least").alias("left"), f.col("left").alias("right"))
    itself = least.select(f.col("least").alias("left"), "right")
    return smaller.unionByName(itself).distinct()


def _checksum(edges: DataFrame) -> tuple[int, int]:
    from pyspark.sql import functions as f

    row = edges.agg(f.count("*"), f.expr("bit_xor(xxhash64(left, right))")).first()
    return (int(row[0]), int(row[1] or 0)) if row is not None else (0, 0)
