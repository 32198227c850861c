"""Loads facts from `data/`: one loader for tables, one for TOML; a malformed line names its file and line."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import UserError

DATA_DIR = Path(__file__).resolve().parents[1] / "data"


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a tab-separated file with a header line.

    Empty lines and lines that start with `#` are skipped. Fields are stripped of outer blanks.

    Raises:
        UserError: a row has more or fewer fields than the header.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header: list[str] | None = None
        for fields in reader:
            if not fields or fields[0].startswith("#"):
                continue
            if header is None:
                header = fields
                continue
            if len(fields) != len(header):
                raise UserError(f"{path}:{reader.line_num}: {len(fields)} fields, the header has {len(header)}")
            yield reader.line_num, dict(zip(header, map(str.strip, fields), strict=True))


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed content of a TOML file.

    Raises:
        UserError: the file is not valid TOML; the message carries the position.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: {error}") from error
