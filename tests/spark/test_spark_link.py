"""The Spark engine finds what the local one finds."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dedupe.clusters import cluster
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.facts import AUTHOR, PHONE, Facts
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch
from dedupe.spark.session import SparkMissingError, require_spark, start_session

try:
    require_spark()
except SparkMissingError as missing:
    pytest.skip(f"Spark: {missing}", allow_module_level=True)

import pyarrow.parquet as pq

from benchmarks.dedupe.generate import corpus
from dedupe.spark.components import components, join_pairs
from dedupe.spark.job import Plan, Run, link_parquet
from dedupe.spark.tables import texts_table
from pipeline.linktexts import open_index
from pipeline.store.database import open_store
from tests.process.home import PLEA, Home, observed

pytestmark = [
    pytest.mark.slow,
    # Py4J leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
POSTS, STEP = 3_000, 3


@pytest.fixture
def spark() -> Any:
    """A session with two threads; later tests take it up again."""
    # A short run gains nothing from the second compiler, and it takes half the processor.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    return start_session("local[2]", 2)


@pytest.fixture(scope="module")
def batch() -> Batch:
    """Generated posts; every third has the opaque phone of its cluster, every fifth an author, some are round-ups."""
    posts = corpus(POSTS, 77, "b")
    pick = random.Random(77)  # noqa: S311 - a repeatable choice
    facts = [
        [(PHONE, post.cluster * 7919 + 1)] * (pick.random() < 0.33) + [(AUTHOR, pick.randrange(900))] * (at % 5 == 0)
        for at, post in enumerate(posts)
    ]
    round_ups = np.array([pick.random() < 0.01 for _ in posts])
    return Batch([post.text for post in posts], Facts.of(facts), round_ups)


def test_both_engines_make_the_same_clusters(
    spark: Any, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving to a cluster of machines would change which posts are one case (or with what they are weighed)."""
    # Weighed by a sample, as more than 200,000 posts are.
    monkeypatch.setattr("dedupe.counting.SAMPLE", 1_500)
    monkeypatch.setattr("dedupe.spark.job.SAMPLE", 1_500)
    parameters, doc_ids = Parameters(), np.arange(POSTS) * STEP + 11
    (tmp_path / "texts").mkdir()
    pq.write_table(texts_table(doc_ids, batch), tmp_path / "texts" / "part-0.parquet", row_group_size=800)
    # Lists longer than 40 documents are cut into blocks, so that the salted way is walked too.
    weights = link_parquet(Run(spark, tmp_path, parameters, Plan(tasks=2, block=40)))

    reading = read_batch(batch)
    local_weights = weigh(reading, parameters)
    local = cluster(reading, link_reading(reading, parameters, local_weights), Craft(parameters, local_weights))
    found = pq.read_table(tmp_path / "clusters")
    labels = np.arange(POSTS)
    labels[(found["doc_id"].to_numpy() - 11) // STEP] = (found["cluster"].to_numpy() - 11) // STEP
    assert weights.version == local_weights.version
    assert len(np.unique(local)) < 0.6 * POSTS, "a corpus without copies proves nothing"
    assert np.array_equal(labels, local)


def test_stars_and_the_driver_connect_the_same(spark: Any, tmp_path: Path) -> None:
    """Above so many edges components would differ from those below: a long path is the hard case."""
    pick = random.Random(5)  # noqa: S311 - a repeatable choice
    edges = [(i, i + 1) for i in range(60)] + [(pick.randrange(100, 300), pick.randrange(100, 300)) for _ in range(90)]
    edges = [(min(a, b), max(a, b)) for a, b in edges if a != b]
    rounds = iter(range(99))

    def keep(table: Any) -> Any:
        path = str(tmp_path / str(next(rounds)))
        table.write.parquet(path)
        return spark.read.parquet(path)

    found = components(spark.createDataFrame(edges, "left long, right long"), 0, keep)
    doc_ids, roots = join_pairs(*np.array(edges, dtype=np.int64).T)
    assert {(row.doc_id, row.root) for row in found.collect()} == set(
        zip(doc_ids.tolist(), roots.tolist(), strict=True)
    )


def test_process_goes_on_from_what_spark_linked(home: Home, tmp_path: Path) -> None:
    """Cases after `link --engine spark` would differ from those of the local engine, or later copies find no case."""
    texts = [post.text for post in corpus(60, 3, "a")]
    lines = [observed(f"{at}", text, author_id=f"u{at}") for at, text in enumerate([PLEA, *texts, f"帮转，急！{PLEA}"])]
    assert home.take(*lines).code == 0
    there = Home(tmp_path / "there")
    shutil.copytree(home.folder / "var", there.folder / "var")
    shutil.copy(home.db, there.db)

    home.settle()
    said = there.run("link", "--engine", "spark", "--tasks", "2")
    assert said.code == 0, said.err
    there.settle()

    members = "SELECT case_id, post_id, role FROM case_posts ORDER BY 1, 2, 3"
    assert there.rows(members) == home.rows(members)
    assert len(there.values("SELECT 1 FROM case_posts WHERE role = 'copy'")) > 3
    assert not list((there.folder / "var").glob("spark-*")), "masked texts were left behind"
    store = open_store(there.db)
    index = open_index(store)
    assert index is not None
    with store.writing():
        links = index.add([10**9], Batch([f"再转一次 {PLEA}"]))
    store.close()
    assert len(links.matches) > 0
