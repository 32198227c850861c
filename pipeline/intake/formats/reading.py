"""Opens a file of whatever format and yields lines of our own (ARCHITECTURE B2)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pipeline.errors import UserError
from pipeline.intake.formats.catalogue import FORMAT_NAMES, load_format, read_column_map
from pipeline.intake.formats.csvfile import read_rows
from pipeline.intake.formats.jsonfile import read_json_lines, read_json_list
from pipeline.intake.formats.layouts import ExportFormat
from pipeline.intake.formats.ownfile import read_own, shape_of
from pipeline.intake.formats.recognise import HEAD_BYTES, Finding, recognise, require
from pipeline.intake.formats.records import Record, convert
from pipeline.intake.lines import DAMAGED, Line, LineReader, open_bytes

# What --format takes: whatever it is, ours, theirs, and `csv` with a column map.
FORMAT_CHOICES = ("auto", "jsonl", *FORMAT_NAMES, "csv")
_BUFFER_BYTES = 1 << 16


def reader_of(format_name: str, map_path: str) -> LineReader:
    """What reads the files of an import.

    `format_name` is one of FORMAT_CHOICES. `map_path` names a column map, for `auto` and `csv`; empty: none.

    Raises:
        UserError: no such format, `csv` without a map, a map with another format, or a map that is not one.
    """
    if format_name not in FORMAT_CHOICES:
        raise UserError(f"不认识的格式 / unknown format {format_name!r}: {', '.join(FORMAT_CHOICES)}")
    if map_path:
        if format_name not in ("auto", "csv"):
            raise UserError(f"--map 只和 --format csv 一起用 / --map goes with --format csv, not {format_name}")
        return _ExportReader(read_column_map(Path(map_path)))
    if format_name == "csv":
        raise UserError("--format csv 要有 --map 列对照表，见 docs/import-formats.md / --format csv needs --map FILE")
    if format_name == "jsonl":
        return _read_ours
    return _ExportReader(None if format_name == "auto" else load_format(format_name))


def check_files(read: LineReader, paths: Sequence[Path]) -> None:
    """Look at the beginning of each file, so that nothing is imported where one of them is not what was said.

    A pipe can be read once only, so it is not looked at.

    Raises:
        UserError: a table that no format knows, or a file of another format than the named one.
    """
    if isinstance(read, _ExportReader):
        for path in paths:
            if path.is_file():
                read.check(path)


def _read_ours(path: Path, max_bytes: int) -> Iterator[Line]:
    with open_bytes(path) as opened:
        rewound = _Rewound(opened)
        yield from read_own(io.BufferedReader(rewound, _BUFFER_BYTES), shape_of(rewound.head), max_bytes)


@dataclass(frozen=True, slots=True)
class _ExportReader:
    """Reads files as one format, or each as what it looks like (None)."""

    export: ExportFormat | None

    def __call__(self, path: Path, max_bytes: int) -> Iterator[Line]:
        with open_bytes(path) as opened:
            rewound = _Rewound(opened)
            finding = self._find(path, rewound.head)
            file = io.BufferedReader(rewound, _BUFFER_BYTES)
            if finding is None:
                yield from read_own(file, shape_of(rewound.head), max_bytes)
                return
            stem = path.name.split(".")[0]
            for record in _records(file, finding, max_bytes):
                yield from convert(record, finding.export, stem)

    def check(self, path: Path) -> None:
        """Raise what reading would raise at the file's beginning."""
        with open_bytes(path) as opened:
            self._find(path, _Rewound(opened).head)

    def _find(self, path: Path, head: bytes) -> Finding | None:
        if self.export is None:
            return recognise(path, head) if shape_of(head) == "lines" else None
        return require(path, self.export, head)


def _records(file: IO[bytes], finding: Finding, max_bytes: int) -> Iterator[Record]:
    """The records of a file, and at the end one that says so where a gzip file was cut off."""
    last = 0
    try:
        for record in _records_by_shape(file, finding, max_bytes):
            last = record.line
            yield record
    except DAMAGED as error:
        yield Record(last + 1, {}, f"压缩文件不完整 / the gzip file is cut off or damaged: {error}")


def _records_by_shape(file: IO[bytes], finding: Finding, max_bytes: int) -> Iterator[Record]:
    if finding.dialect is not None:
        return read_rows(file, finding.dialect, finding.export, max_bytes)
    if finding.is_list:
        return read_json_list(file, finding.items, max_bytes)
    return read_json_lines(file, max_bytes)


class _Rewound(io.RawIOBase):
    """A stream that was read for its head and begins again: a pipe cannot be wound back."""

    def __init__(self, file: IO[bytes]) -> None:
        # read1 hands over what a damaged gzip file gave before the damage; read would lose it.
        self._file = cast("io.BufferedReader", file)
        self.head, self._damage = _read_head(self._file)
        self._left = self.head

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The head again, then the rest; what damaged the head is raised behind it."""
        if not self._left:
            if self._damage is not None:
                raise self._damage
            self._left = self._file.read1(len(buffer))
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _read_head(file: io.BufferedReader) -> tuple[bytes, Exception | None]:
    """Up to HEAD_BYTES or a little more, and what a damaged gzip file raised before there were so many."""
    head = bytearray()
    try:
        while len(head) < HEAD_BYTES and (part := file.read1(HEAD_BYTES)):
            head += part
    except DAMAGED as error:
        return bytes(head), error
    return bytes(head), None
