"""Lists as files: CSV for programs, CSV for a spreadsheet, JSON Lines, Parquet."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import UserError

# A spreadsheet takes a cell that begins like this for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows as CSV with a header line; how many rows there were. Empty is NULL."""
    return _write(file, columns, rows)


def write_excel_csv(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """As `write_csv`, with a byte order mark, and with an apostrophe before whatever would run as a formula."""
    file.write("\ufeff")
    return _write(file, columns, ([_inert(value) for value in row] for row in rows))


def write_json_lines(file: IO[str], values: Iterable[Mapping[str, object]]) -> int:
    """Write one JSON object a line; how many there were."""
    count = 0
    for count, value in enumerate(values, 1):  # noqa: B007 the count is the answer
        file.write(json.dumps(value, ensure_ascii=False) + "\n")
    return count


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """A text file that is there whole at the end, or not at all.

    Raises:
        UserError: the folder is not there.
    """
    scratch = scratch_of(path)
    try:
        with scratch.open("w", encoding="utf-8", newline="") as file:
            yield file
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def scratch_of(path: Path) -> Path:
    """Where a file is written before it takes its name.

    Raises:
        UserError: the folder is not there.
    """
    if not path.parent.is_dir():
        raise UserError(f"{path.parent}: 没有这个文件夹 / no such folder")
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _write(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 the count is the answer
        writer.writerow(row)
    return count


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
