"""Takes the words of deleted posts out of WARC files: their answers keep head and time, and lose the body.

A record is one gzip member. Those that hold nothing of the posts are copied byte for byte, so their hashes and offsets
within the chain of records stay what they were.
"""

from __future__ import annotations

import io
import json
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.datafiles import DATA_DIR, read_table

REMOVED_HEADER = "X-Houxu-Removed"
REMOVED_BECAUSE = "the author deleted a post in this answer"

# The fields of an answer that is nothing but an error.
_ERROR_KEYS = frozenset({"ok", "errno", "error_code", "error", "error_type", "msg", "message", "url"})
_GZIP_WINDOW = 31
_BLOCK_BYTES = 1 << 16


def holds_any(path: Path, native_ids: Sequence[str]) -> bool:
    """Whether an answer in the file, or the address that it was asked at, names one of these posts."""
    return any(is_held for _member, is_held in _read_answers(path, _pattern(native_ids)))


def write_without(path: Path, native_ids: Sequence[str], scratch: Path) -> None:
    """Write the file again to `scratch`, mode 0600, without the bodies of answers that name one of these posts."""
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for member, is_held in _read_answers(path, _pattern(native_ids)):
            file.write(_without_body(member) if is_held else member)
        file.flush()
        os.fsync(file.fileno())


def read_members(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The gzip members of a file, each as it is and unpacked; what a killed writer left half is passed over."""
    decoder, packed, data = zlib.decompressobj(_GZIP_WINDOW), [], []
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            while block:
                try:
                    data.append(decoder.decompress(block))
                except zlib.error:
                    return
                rest = decoder.unused_data
                packed.append(block[: len(block) - len(rest)])
                block = rest
                if decoder.eof:
                    yield b"".join(packed), b"".join(data)
                    decoder, packed, data = zlib.decompressobj(_GZIP_WINDOW), [], []


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio ships no type information
    """warcio's writer, with its scratch space in memory: raw text is to lie in the spool and nowhere else."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def _pattern(native_ids: Sequence[str]) -> re.Pattern[bytes]:
    # An id inside a longer one is another post's.
    inner = b"|".join(re.escape(native_id.encode()) for native_id in sorted(native_ids))
    return re.compile(rb"(?<![0-9A-Za-z])(?:" + inner + rb")(?![0-9A-Za-z])")


def _read_answers(path: Path, names: re.Pattern[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each member, and whether it is an answer that holds one of the posts. Its question is the member after it."""
    waiting: tuple[bytes, bytes] | None = None
    for member, data in read_members(path):
        if waiting is not None:
            yield waiting[0], _is_held(waiting[1], data, names)
        waiting = member, data
    if waiting is not None:
        yield waiting[0], _is_held(waiting[1], b"", names)


def _is_held(data: bytes, following: bytes, names: re.Pattern[bytes]) -> bool:
    head, _, rest = data.partition(b"\r\n\r\n")
    if b"WARC-Type: response" not in head or REMOVED_HEADER.encode() in rest:
        return False
    body = rest.partition(b"\r\n\r\n")[2]
    if names.search(body) is not None:
        return True
    # An answer that is only asked for by the post's id, in the address or in the body of a POST, may hold its text
    # without the id. That the post is gone is no text of anybody's, and is what a withdrawn case stands on.
    question = following if b"WARC-Type: request" in following.partition(b"\r\n\r\n")[0] else b""
    return (names.search(head) or names.search(question)) is not None and not _is_tombstone(body.strip())


def _is_tombstone(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        return any(sentence in text for sentence in _tombstone_sentences())
    return isinstance(value, dict) and value.keys() <= _ERROR_KEYS


@cache
def _tombstone_sentences() -> tuple[str, ...]:
    rows = read_table(DATA_DIR / "tombstones.tsv")
    return tuple(row["value"] for _line, row in rows if row["match"] == "sentence")


def _without_body(member: bytes) -> bytes:
    record = next(iter(ArchiveIterator(io.BytesIO(member))))
    heads = [pair for pair in record.http_headers.headers if pair[0].lower() != "content-length"]
    http_headers = StatusAndHeaders(
        record.http_headers.statusline,
        [*heads, ("Content-Length", "0"), (REMOVED_HEADER, REMOVED_BECAUSE)],
        protocol=record.http_headers.protocol,
    )
    kept = {
        name: record.rec_headers.get_header(name)
        for name in ("WARC-Record-ID", "WARC-Date", "WARC-Concurrent-To")
        if record.rec_headers.get_header(name)
    }
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=True, warc_version="1.0")
    uri = record.rec_headers.get_header("WARC-Target-URI")
    writer.write_record(
        writer.create_warc_record(
            uri, "response", payload=io.BytesIO(), http_headers=http_headers, warc_headers_dict=kept
        )
    )
    return buffer.getvalue()
