"""Slopes of the Spark engine: `python -m benchmarks.spark 20000 50000 100000`.

For each number of generated posts one table: seconds, size and rows of every table that the job writes, processor time
of driver, JVM and workers, what the popular keys do, and whether the clusters equal those of the local engine.
docs/deduplication-at-scale.md reckons with these numbers.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from benchmarks.dedupe.generate import corpus
from dedupe.clusters import cluster
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch
from dedupe.spark.job import Plan, Run, link_parquet
from dedupe.spark.session import start_session
from dedupe.spark.tables import texts_table

TASKS = 8
PARAMETERS = Parameters()


class ShowingRun(Run):
    """A run that prints every table it writes."""

    since = 0.0

    def write(self, name: str, table: Any) -> Any:
        """Store a table and say what it took."""
        out = super().write(name, table)
        taken, size = time.perf_counter() - self.since, size_of(self.folder / name)
        print(f"{name:14} {taken:7.1f} s {size / 1e6:9.1f} MB {out.count():10} rows", flush=True)
        self.since = time.perf_counter()
        return out


def main(sizes: list[int]) -> None:
    """Warm both engines, then measure each size."""
    spark = start_session("local[2]", TASKS)
    for posts in (2_000, *sizes):
        print(f"\n{posts} posts{' (warming up)' if posts == 2_000 else ''}")
        batch = Batch([post.text for post in corpus(posts, 5, "b")])
        measure(spark, batch)
    spark.stop()


def measure(spark: Any, batch: Batch) -> None:
    """One size on both engines."""
    wall, cpu = time.perf_counter(), time.process_time()
    local = link_here(batch)
    print(f"local          {time.perf_counter() - wall:7.1f} s   processor {time.process_time() - cpu:7.1f} s")
    with tempfile.TemporaryDirectory(prefix="houxu-spark-") as name:
        run = ShowingRun(spark, Path(name), PARAMETERS, Plan(tasks=TASKS))
        (run.folder / "texts").mkdir()
        table = texts_table(np.arange(len(batch.texts)), batch)
        pq.write_table(table, run.folder / "texts" / "part-0.parquet", row_group_size=5_000)
        run.since = wall = time.perf_counter()
        cpu = family_seconds()
        link_parquet(run)
        wall, cpu = time.perf_counter() - wall, family_seconds() - cpu
        print(f"spark          {wall:7.1f} s   processor {cpu:7.1f} s")
        found = pq.read_table(run.folder / "clusters")
        labels = np.arange(len(local))
        labels[found["doc_id"].to_numpy()] = found["cluster"].to_numpy()
        print(f"equal clusters {bool(np.array_equal(labels, local))} ({len(np.unique(local))} of them)")
        show_lists(run)


def link_here(batch: Batch) -> npt.NDArray[np.int64]:
    """The clusters of the local engine."""
    reading = read_batch(batch)
    craft = Craft(PARAMETERS, weigh(reading, PARAMETERS))
    return cluster(reading, link_reading(reading, PARAMETERS, craft.weights), craft)


def show_lists(run: Run) -> None:
    """Skew: the longest posting list and the pairs in open ones."""
    lists = run.read("postings").groupBy("key").agg({"doc_id": "count"})
    lists = lists.withColumnsRenamed({"count(doc_id)": "n"})
    row = lists.selectExpr("max(n)", "sum(n * (n - 1) / 2)", "sum(n)").first()
    print(f"postings {row[2]}, longest list {row[0]}, pairs in all lists {row[1]:.0f}")


def size_of(folder: Path) -> int:
    """Bytes of a table."""
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def family_seconds() -> float:
    """Processor seconds of this process and all below it, those that ended too."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(path.parent.name)
        parents[pid], ticks[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks[pid] for pid in family) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [20_000, 50_000, 100_000])
