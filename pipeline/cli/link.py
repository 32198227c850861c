"""`houxu link`: only the linking of texts, here or on Spark; `houxu process` goes on from there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.cli.options import Installation, at_home
from pipeline.cli.writing import writing_store
from pipeline.errors import UserError
from pipeline.linktexts import link_texts
from pipeline.store.database import Store
from pipeline.store.graph import count_dirty
from pipeline.store.totals import read_totals


@click.command("link")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="在本机，或在 Spark 上 / on this machine, or on Spark",
)
@click.option(
    "--parquet",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Spark 经手的表放在这里（须为空），默认用后即删 / an empty folder for Spark's tables",
)
@click.option("--keep", is_flag=True, help="保留这些表（含打码文本）/ keep the tables; they hold masked texts")
@click.option("--master", default="local[2]", show_default=True, help="Spark 的 master / where Spark runs")
@click.option(
    "--tasks", default=8, show_default=True, type=click.IntRange(1), help="每次 shuffle 的分区数 / partitions"
)
@at_home
def link(home: Installation, engine: str, parquet: Path | None, keep: bool, master: str, tasks: int) -> None:
    """只做归并：找出相同的求助 / Only link texts; `houxu process` then makes cases of it.

    Both engines find the same. Spark links everything anew and is worth it only beyond one machine:
    docs/deduplication-at-scale.md says when. A folder on a cluster's shared storage is given with --parquet.
    """
    with writing_store(home, "link") as store:
        if engine == "local":
            link_texts(store)
        else:
            with _folder(parquet, home.places.var_dir, keep=keep) as folder:
                _link_by_spark(store, folder, master, tasks)
        matches, waiting = read_totals(store).matches, count_dirty(store)
    click.echo(
        f"{matches} 对匹配；{waiting} 个帖子等待 houxu process\n"
        f"{matches} matches; {waiting} posts wait for houxu process"
    )


def _link_by_spark(store: Store, folder: Path, master: str, tasks: int) -> None:
    from dedupe.spark.session import SparkMissingError, require_spark

    try:
        require_spark()
    except SparkMissingError as error:
        raise UserError(f"--engine spark: 缺少 / missing {error}") from error
    from dedupe.spark.job import Plan
    from pipeline.linking_elsewhere import Elsewhere, link_by_spark

    link_by_spark(store, Elsewhere(master, Plan(tasks=tasks), folder))


@contextmanager
def _folder(parquet: Path | None, var_dir: Path, *, keep: bool) -> Iterator[Path]:
    """The folder for the tables, gone afterwards unless it is kept."""
    if parquet is not None and parquet.exists() and any(parquet.iterdir()):
        raise UserError(f"{parquet}: 不是空目录 / not empty")
    if parquet is not None:
        parquet.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = parquet or Path(tempfile.mkdtemp(prefix="spark-", dir=var_dir))
    try:
        yield folder.absolute()
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
