"""Takes the words of deleted posts out of WARC files: their answers keep head and time, and lose the body.

A record is one gzip member. Those that hold nothing of the posts are copied byte for byte, so their hashes and offsets
within the chain of records stay what they were.
"""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

REMOVED_HEADER = "X-Houxu-Removed"
REMOVED_BECAUSE = "the author deleted a post in this answer"

_GZIP_WINDOW = 31
_BLOCK_BYTES = 1 << 16


def holds_any(path: Path, native_ids: Sequence[str]) -> bool:
    """Whether an answer in the file, or the address that it was asked at, names one of these posts."""
    names = _pattern(native_ids)
    return any(_is_held(data, names) for _member, data in read_members(path))


def write_without(path: Path, native_ids: Sequence[str], scratch: Path) -> None:
    """Write the file again to `scratch`, mode 0600, without the bodies of answers that name one of these posts."""
    names = _pattern(native_ids)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for member, data in read_members(path):
            file.write(_without_body(member) if _is_held(data, names) else member)
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


def _pattern(native_ids: Sequence[str]) -> re.Pattern[bytes]:
    # An id inside a longer one is another post's.
    inner = b"|".join(re.escape(native_id.encode()) for native_id in sorted(native_ids))
    return re.compile(rb"(?<![0-9A-Za-z])(?:" + inner + rb")(?![0-9A-Za-z])")


def _is_held(data: bytes, names: re.Pattern[bytes]) -> bool:
    head = data.split(b"\r\n\r\n", 1)[0]
    is_answer = b"WARC-Type: response" in head
    return is_answer and REMOVED_HEADER.encode() not in data and names.search(data) is not None


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
    writer = WARCWriter(buffer, gzip=True, warc_version="1.0")
    uri = record.rec_headers.get_header("WARC-Target-URI")
    writer.write_record(
        writer.create_warc_record(
            uri, "response", payload=io.BytesIO(), http_headers=http_headers, warc_headers_dict=kept
        )
    )
    return buffer.getvalue()
