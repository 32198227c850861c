"""Lines of a file, a gzip file or standard input, streaming, with numbers, whatever their state."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pipeline.errors import UserError
from pipeline.understand import mask_words

# Part of Python from 3.14 on; before, it comes with some other package or not at all.
try:
    from backports import zstd
except ImportError:
    zstd = None  # type: ignore[assignment]

STANDARD_INPUT = Path("-")
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# What reading a gzip file raises where it was cut off or damaged.
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, *([zstd.ZstdError] if zstd is not None else []))


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `problem` says why the bytes are not all of it, or is None."""

    number: int
    data: bytes
    problem: str | None = None


def name_of(path: Path) -> str:
    """A file's name as text that may be stored: without phones, and as text also where the file system holds bytes that
    are not UTF-8."""
    return mask_words(os.fsencode(path).decode("utf-8", "backslashreplace"))


# What an import reads its files with: a path, the longest line in bytes.
LineReader = Callable[[Path, int], Iterator[Line]]


def read_lines(path: Path, max_bytes: int) -> Iterator[Line]:
    """Yield the lines of a file; gzip is recognised by content, `-` is standard input.

    A line over `max_bytes` comes with its beginning only and a problem; a gzip file that was cut off
    yields everything before the cut and then one line whose problem says so.

    Raises:
        UserError: the file cannot be opened.
    """
    with open_bytes(path) as file:
        yield from lines_of(file, max_bytes)


def lines_of(file: IO[bytes], max_bytes: int) -> Iterator[Line]:
    """As `read_lines`, of a file that is open."""
    number = 0
    try:
        while data := file.readline(max_bytes + 1):
            number += 1
            yield _one_line(number, data, file, max_bytes)
    except DAMAGED as error:
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
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, a gzip file by its content, or standard input.

    Raises:
        UserError: the file cannot be opened.
    """
    if path == STANDARD_INPUT:
        with _unpacked(io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))) as lines:
            yield lines
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UserError(f"{path}: 打不开 / cannot be read: {error.strerror}") from error
    with file, _unpacked(file) as lines:
        yield lines


@contextmanager
def _unpacked(file: io.BufferedReader) -> Iterator[IO[bytes]]:
    # Peeking, not rewinding: a pipe cannot be rewound.
    head = file.peek(4)[:4]
    if head == _ZSTD_MAGIC:
        if zstd is None:
            raise UserError(
                "zstd 压缩的文件这里读不了，请先解开：zstd -d 文件，或 pip install backports.zstd"
                " / this machine cannot read zstd: unpack the file first"
            )
        with zstd.open(file, "rb") as packed:
            yield cast("IO[bytes]", packed)
        return
    if head[:2] != _GZIP_MAGIC:
        yield file
        return
    with gzip.open(file, "rb") as unpacked:
        yield cast("IO[bytes]", unpacked)
