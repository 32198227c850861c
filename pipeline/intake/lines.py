"""Lines of a file, a gzip file or standard input, streaming, with numbers, whatever their state."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pipeline.errors import UserError

STANDARD_INPUT = Path("-")
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `problem` says why the bytes are not all of it, or is None."""

    number: int
    data: bytes
    problem: str | None = None


def read_lines(path: Path, max_bytes: int) -> Iterator[Line]:
    """Yield the lines of a file; gzip is recognised by content, `-` is standard input.

    A line over `max_bytes` comes with its beginning only and a problem; a gzip file that was cut off
    yields everything before the cut and then one line whose problem says so.

    Raises:
        UserError: the file cannot be opened.
    """
    with _open(path) as file:
        number = 0
        try:
            while data := file.readline(max_bytes + 1):
                number += 1
                yield _one_line(number, data, file, max_bytes)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Line(number + 1, b"", f"压缩文件不完整 / the gzip file is cut off or damaged: {error}")


def _one_line(number: int, data: bytes, file: IO[bytes], max_bytes: int) -> Line:
    if len(data) <= max_bytes or data.endswith(b"\n"):
        return Line(number, data.rstrip(b"\r\n"))
    size = len(data)
    while not data.endswith(b"\n") and (data := file.readline(max_bytes)):
        size += len(data)
    return Line(
        number, b"", f"这一行有 {size} 字节，超过上限 {max_bytes} / the line has {size} bytes, the limit is {max_bytes}"
    )


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UserError(f"{path}: 打不开 / cannot be read: {error.strerror}") from error
    with file:
        magic = file.read(2)
        file.seek(0)
        if magic == _GZIP_MAGIC:
            with gzip.open(file, "rb") as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            yield file
