"""The whole run, texts in Parquet to links, clusters and index pages in Parquet, as a table of contents.

Equal to `link.link` and `clusters.cluster` on one machine: the same kernels decide on the same candidate pairs, and
what matches connects is the same whatever the order in which pairs are asked. Household, conflict and round-up links
are kept up to a number a document and task, as there, so of those the two engines may keep different ones.
"""

from __future__ import annotations

import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedupe.grams import TABLE_BITS
from dedupe.judge import EQUAL, EVIDENCE
from dedupe.parameters import Parameters
from dedupe.spark import tables
from dedupe.spark.chaining import across_borders, neighbours
from dedupe.spark.completing import tally
from dedupe.spark.components import components
from dedupe.spark.indexing import index_pages
from dedupe.spark.session import without_pandas_warning
from dedupe.spark.work import count_grams, list_fact_keys, read_texts, sketcher, splitter, verifier
from dedupe.weights import SAMPLE, Weights, levels_of, prior_weights

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_COUNTING_TASKS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is cut up; none of it changes a cluster.

    Attributes:
        tasks: partitions of a shuffle; aim at 100 to 200 MB each.
        block: documents of a posting list that meet in one unit of work; a longer list becomes several units.
        most_on_driver: edges that the driver may join by itself (16 bytes each).
    """

    tasks: int = 8
    block: int = 1000
    most_on_driver: int = 20_000_000


class Run:
    """One run: the session, the craft, and the folder whose subfolders hold every table that was made."""

    def __init__(self, spark: SparkSession, folder: Path, parameters: Parameters, plan: Plan) -> None:
        self.spark, self.folder, self.parameters, self.plan = spark, folder, parameters, plan
        self._kept = 0

    def write(self, name: str, table: DataFrame) -> DataFrame:
        """Store a table under its name and read it back: later steps start from the file."""
        path = str(self.folder / name)
        table.write.mode("overwrite").parquet(path)
        return self.read(name)

    def read(self, name: str) -> DataFrame:
        """A table that was written."""
        return self.spark.read.parquet(str(self.folder / name))

    def keep(self, table: DataFrame) -> DataFrame:
        """Store an intermediate table."""
        self._kept += 1
        return self.write(f"rounds/{self._kept:03d}", table)


@without_pandas_warning()
def link_parquet(run: Run) -> Weights:
    """Read `texts`, write `links`, `clusters` and `pages` in the run's folder; returns the weights they were made with.

    Everything else in the folder is intermediate and may be deleted.
    """
    documents = run.write("documents", run.read("texts").mapInArrow(read_texts, tables.DOCUMENTS))
    weights = _weigh(run, documents)
    sent = run.spark.sparkContext.broadcast(weights.to_bytes())
    named = run.keep(_name_firsts(documents, run.parameters.least_characters))
    sketches = run.write("sketches", named.mapInArrow(sketcher(run.parameters, sent), tables.SKETCHES))
    verify = verifier(run.parameters, sent)

    doubles = _doubles(sketches)
    chained = run.write("chained", _with_data(_chain(run, sketches), documents).mapInArrow(verify, tables.LINKS))
    roots = run.keep(components(_matches(chained), run.plan.most_on_driver, run.keep))
    candidates = run.write("candidates", _complete(run, sketches, roots))
    completed = _with_data(candidates, documents).mapInArrow(verify, tables.LINKS)
    completed = run.write("completed", completed)

    found = chained.unionByName(completed)
    links = run.write("links", found.dropDuplicates(["left", "right"]).unionByName(_as_links(doubles)))
    connected = run.keep(components(_matches(links), run.plan.most_on_driver, run.keep))
    split = splitter(run.parameters, sent)
    whole = documents.select("doc_id", "data").join(connected.withColumnRenamed("root", "component"), "doc_id")
    whole = whole.repartition(run.plan.tasks, "component").sortWithinPartitions("component", "doc_id")
    run.write("clusters", whole.mapInArrow(split, tables.CLUSTERS))
    run.write("pages", index_pages(sketches, connected, run.parameters, run.plan.tasks))
    return weights


def clean_up(folder: Path) -> None:
    """Delete what a run left in its folder."""
    shutil.rmtree(folder, ignore_errors=True)


def _weigh(run: Run, documents: DataFrame) -> Weights:
    """`counting.weigh`: document frequencies of a sample that depends on contents alone, and popular facts."""
    from pyspark.sql import functions as f

    count = documents.count()
    if count == 0:
        return prior_weights()
    sample, sampled = documents, count
    if count > SAMPLE:
        # Contents are unsigned: turning the highest bit makes their order that of signed numbers.
        unsigned = f.col("content").bitwiseXOR(f.lit(-(2**63)))
        distinct = documents.dropDuplicates(["content"])
        sample = run.keep(distinct.orderBy(unsigned).limit(SAMPLE).repartition(_COUNTING_TASKS))
        sampled = sample.count()
    counts = np.zeros(1 << TABLE_BITS, np.uint32)
    for row in sample.coalesce(_COUNTING_TASKS).mapInArrow(count_grams, "counts binary").toLocalIterator():
        counts += np.frombuffer(zlib.decompress(row.counts), np.uint32)
    keys = documents.mapInArrow(list_fact_keys, "key long").groupBy("key").count()
    popular = keys.where(f.col("count") > run.parameters.popular_phone).select("key").toArrow().column("key")
    return Weights(levels_of(counts, sampled), count, np.sort(popular.to_numpy()).astype(np.int64))


def _name_firsts(documents: DataFrame, least_characters: int) -> DataFrame:
    """Documents with the first one of equal text, facts and flag (`link.first_equal`)."""
    from pyspark.sql import functions as f

    lone = f.when(f.col("length") >= least_characters, f.lit(-1)).otherwise(f.col("doc_id"))
    sets = documents.withColumn("lone", lone)
    equal = ["content", "fact_hash", "is_round_up", "lone"]
    firsts = sets.groupBy(*equal).agg(f.min("doc_id").alias("first"))
    return sets.join(firsts, equal).select("doc_id", "data", "first")


def _doubles(sketches: DataFrame) -> DataFrame:
    """(left, right) of documents equal to an earlier one that says enough to match by text."""
    from pyspark.sql import functions as f

    speaking = sketches.where("speaks and doc_id = first").select("first")
    return (
        sketches.where("doc_id <> first")
        .join(speaking, "first")
        .select(f.col("first").alias("left"), f.col("doc_id").alias("right"))
    )


def _postings(sketches: DataFrame) -> DataFrame:
    """(key, identity, doc_id, base) of documents that are the first of their kind."""
    from pyspark.sql import functions as f

    return sketches.where("doc_id = first").select(f.explode("keys").alias("key"), "identity", "doc_id", "base")


def _chain(run: Run, sketches: DataFrame) -> DataFrame:
    """Neighbours to verify, each pair once; a tree is a document by itself."""
    from pyspark.sql import functions as f

    listed = run.write("neighbours", neighbours(_postings(sketches), run.plan.tasks))
    rows = listed.where("right = -1").select("task", "key", "identity", "left").collect()
    cuts = across_borders([(row.task, row.key, row.identity, row.left) for row in rows])
    bordering = run.spark.createDataFrame(cuts, "left long, right long, is_sure boolean")
    pairs = listed.where("right <> -1").select("left", "right", "is_sure").unionByName(bordering)
    distinct = pairs.groupBy("left", "right").agg(f.max("is_sure").alias("is_sure"))
    return distinct.withColumns({"left_root": f.col("left"), "right_root": f.col("right")})


def _complete(run: Run, sketches: DataFrame, roots: DataFrame) -> DataFrame:
    """Candidates whose documents are in different trees."""
    from pyspark.sql import functions as f

    placed = _postings(sketches).join(roots, "doc_id", "left")
    postings = run.write("postings", placed.withColumn("root", f.coalesce("root", "doc_id")))
    counted = tally(postings, run.plan.tasks, run.plan.block, run.parameters.least_shared)
    return counted.select("left", "right", "left_root", "right_root", f.lit(True).alias("is_sure"))


def _with_data(pairs: DataFrame, documents: DataFrame) -> DataFrame:
    """Pairs with both documents, sorted so that one document's pairs come together."""
    from pyspark.sql import functions as f

    left = documents.select(f.col("doc_id").alias("left"), f.col("data").alias("left_data"))
    right = documents.select(f.col("doc_id").alias("right"), f.col("data").alias("right_data"))
    return pairs.join(left, "left").join(right, "right").sortWithinPartitions("right", "left")


def _matches(links: DataFrame) -> DataFrame:
    return links.where(f"kind <= {EVIDENCE}").select("left", "right")


def _as_links(doubles: DataFrame) -> DataFrame:
    """Pairs of equal documents as LINKS."""
    from pyspark.sql import functions as f

    ones = {"score": "float", "contained": "float"}
    zeros = {"shared": "int", "agreed": "int", "contradicted": "int"}
    return doubles.select(
        "left",
        "right",
        f.lit(EQUAL).cast("int").alias("kind"),
        *(f.lit(1).cast(kind).alias(name) for name, kind in ones.items()),
        *(f.lit(0).cast(kind).alias(name) for name, kind in zeros.items()),
    )
