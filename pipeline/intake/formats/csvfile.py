"""Records of a CSV file, streaming: fields over many lines, Excel's encodings, and one broken row costs one row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from pipeline.intake.formats.layouts import ExportFormat
from pipeline.intake.formats.records import Record

_DELIMITERS = ",\t;"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TELLING_LINES = 1000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written. `header` is stripped; empty names stay, so that columns keep their places."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]


def sniff_dialect(head: bytes) -> Dialect:
    """The dialect of a file by its beginning: UTF-8 by its mark or its lines, else GB18030, as Chinese Excel saves."""
    is_utf8 = head.startswith(_BYTE_ORDER_MARK) or _is_utf8(head)
    encoding = "utf-8" if is_utf8 else "gb18030"
    text = head.removeprefix(_BYTE_ORDER_MARK).decode(encoding, "replace")
    rows = [_first_row(text, delimiter) for delimiter in _DELIMITERS]
    widest = max(range(len(rows)), key=lambda i: (len(rows[i]), -i))
    return Dialect(encoding, _DELIMITERS[widest], tuple(name.strip() for name in rows[widest]))


def read_rows(file: IO[bytes], dialect: Dialect, export: ExportFormat, max_bytes: int) -> Iterator[Record]:
    """Yield the rows under the header, each with the line on which it begins; empty rows and repeated headers are none.

    A row that cannot be read, because a quote never closes or a character is damaged, gives a problem, and reading
    goes on with the line after the one on which it began.
    """
    headers = _headers(dialect.header, export)
    lines = _PhysicalLines(file, dialect.encoding, max_bytes)
    for number, row in _rows(lines, dialect):
        if isinstance(row, str):
            yield Record(number, {}, row)
        elif any(row) and tuple(cell.strip() for cell in row) != dialect.header:
            yield _record(number, row, headers, export)


def _headers(header: tuple[str, ...], export: ExportFormat) -> dict[int | None, tuple[str, ...]]:
    """The header for rows of a length; None is for all others."""
    headers: dict[int | None, tuple[str, ...]] = {None: header}
    for mending in export.realignments:
        if mending.header_count == len(header):
            headers |= dict.fromkeys(mending.row_counts, mending.mend(header))
    return headers


def _record(number: int, row: list[str], headers: dict[int | None, tuple[str, ...]], export: ExportFormat) -> Record:
    header = headers.get(len(row), headers[None])
    if any("\udc80" <= character <= "\udcff" for cell in row for character in cell):
        return Record(
            number, {}, "有损坏的字符，编码不对 / damaged characters: not the encoding of the rest of the file"
        )
    surplus = any(cell.strip() for cell in row[len(header) :])
    if surplus or (len(row) < len(header) and not export.may_be_short):
        return Record(
            number,
            {},
            f"表头有 {len(header)} 列，这一行有 {len(row)} 列 / {len(row)} fields, the header has {len(header)}",
        )
    return Record(number, {name: cell for name, cell in zip(header, row, strict=False) if name})


def _rows(lines: _PhysicalLines, dialect: Dialect) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the numbers of their first lines, the header's left out; a text is the reason why there is no row."""
    is_header = True
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            row: list[str] | str = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLongError) as error:
            row = f"不是合法的 CSV 行 / not a CSV row: {error}"
            lines.go_back()
            reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        if not is_header:
            yield lines.first, row
        is_header = False


class _TooLongError(Exception):
    """A row is longer than a line of an import may be."""


@dataclass(slots=True)
class _PhysicalLines:
    """The lines of a file with their ends, decoded and counted, which can be read again after a broken row."""

    file: IO[bytes]
    encoding: str
    max_bytes: int
    number: int = 0
    first: int = 1
    _ahead: deque[str | None] = field(default_factory=deque)
    _taken: list[str | None] = field(default_factory=list)
    _size: int = 0

    def __iter__(self) -> _PhysicalLines:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._read()
        self.number += 1
        self._taken.append(line)
        self._size += 0 if line is None else len(line)
        if line is None or self._size > self.max_bytes:
            raise _TooLongError(f"超过 {self.max_bytes} 字节 / longer than {self.max_bytes} bytes")
        return line

    def begin_row(self) -> None:
        """The next line is the first of a row."""
        self._taken.clear()
        self._size = 0
        self.first = self.number + 1

    def go_back(self) -> None:
        """All lines of this row but its first will come again."""
        again = self._taken[1:]
        self._ahead.extendleft(reversed(again))
        self.number -= len(again)

    def _read(self) -> str | None:
        data = self.file.readline(self.max_bytes + 1)
        if not data:
            raise StopIteration
        if len(data) > self.max_bytes and not data.endswith(b"\n"):
            while not data.endswith(b"\n") and (data := self.file.readline(self.max_bytes)):
                pass
            return None
        if self.number == 0:
            data = data.removeprefix(_BYTE_ORDER_MARK)
        return data.decode(self.encoding, "surrogateescape")


def _is_utf8(head: bytes) -> bool:
    """Whether most lines with more than ASCII are UTF-8: one damaged line must not turn all others into nonsense."""
    telling = [line for line in head.splitlines()[:_TELLING_LINES] if not line.isascii()]
    return 2 * sum(map(_decodes, telling)) >= len(telling)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error:
        return []
