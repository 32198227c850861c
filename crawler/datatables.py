"""Reads the crawler's facts from `data/`: tables with a header line, where a malformed line names its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

DATA_DIR = Path(__file__).resolve().parents[1] / "data"
GRADES = ("A", "B", "C", "U")  # platforms.md §0; U is unverified and is used only where it is switched on


class DataError(Exception):
    """A malformed data file; the message carries file and line."""


def read_rows(path: Path, header: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (`file:line`, row) of a tab-separated file; empty lines and lines that start with `#` are skipped.

    Raises:
        DataError: the header is another one, or a row has more or fewer fields.
    """
    is_begun = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place, fields = f"{path}:{number}", [field.strip() for field in line.split("\t")]
        if not is_begun and fields != list(header):
            raise DataError(f"{place}: the header must be {' '.join(header)}")
        if len(fields) != len(header):
            raise DataError(f"{place}: {len(fields)} fields, the header has {len(header)}")
        if is_begun:
            yield place, dict(zip(header, fields, strict=True))
        is_begun = True
    if not is_begun:
        raise DataError(f"{path}:1: the header must be {' '.join(header)}")


def require_choice(place: str, name: str, value: str, choices: Sequence[str]) -> str:
    """The value, where it is one of the choices.

    Raises:
        DataError: it is another one.
    """
    if value not in choices:
        raise DataError(f"{place}: {name} must be one of {', '.join(choices)}, not {value!r}")
    return value
