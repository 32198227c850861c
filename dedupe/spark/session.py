"""A Spark session for this engine."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkMissingError(Exception):
    """PySpark or Java is not there; the message says which."""


def require_spark() -> None:
    """See that Spark can start.

    Raises:
        SparkMissingError: what is missing.
    """
    try:
        import pyarrow  # noqa: F401
        import pyspark  # noqa: F401
    except ModuleNotFoundError as error:
        raise SparkMissingError(f"{error.name}: pip install 'houxu[spark]'") from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise SparkMissingError("java: 17 or newer")


@contextmanager
def without_pandas_warning() -> Iterator[None]:
    """PySpark 4.3 warns of pandas 3 at every `mapInArrow`, which uses no pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        yield


@without_pandas_warning()
def start_session(master: str, tasks: int) -> SparkSession:
    """A session that runs our Python in its workers. `master` as Spark names it; `tasks` partitions a shuffle.

    On a cluster spark-submit's own settings (memory, executors) stand; nothing of them is set here.
    """
    from pyspark.sql import SparkSession

    # Workers would else take the first python3 on the path, which has none of our packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    settings = {
        "spark.sql.shuffle.partitions": str(tasks),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {
            "spark.ui.enabled": "false",
            "spark.driver.memory": "4g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
    builder = SparkSession.builder.master(master).appName("houxu link")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
