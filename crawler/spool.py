"""The spool: `<spool>/<spider>.jsonl.gz`, one observation a line, one gzip member a line, written at once.

After kill -9 or a full disk at most the last member is cut. The next crawl of the same run cuts that rest off before
it appends, so only the very end of a file can ever be damaged, and a reader that takes what it decodes and ends at the
first EOFError, zlib.error or BadGzipFile has every whole line (`read_spool_lines` shows it).
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem
from scrapy.utils.defer import deferred_from_coro

from crawler.items import Observation
from crawler.orders import read_orders

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

FILE_MODE = 0o600  # raw text of people in need lives here and nowhere else (ARCHITECTURE A3.8)
FOLDER_MODE = 0o700

_GZIP_WINDOW = 31  # zlib's number for "a gzip header and trailer around it"
_BLOCK_BYTES = 1 << 16


class SpoolWriter:
    """Appends observations to a spool file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
        sound_length, told = _find_sound_end(path)
        os.ftruncate(self._file, sound_length)
        if told.endswith(b"\n"):  # only the checksum is missing; a reader has seen this line already
            self._write(told)

    def append(self, observation: Observation) -> None:
        """Write one observation; it survives the process when this returns."""
        self._write(f"{observation.to_line()}\n".encode())

    def close(self) -> None:
        """Make it survive the machine, too."""
        os.fsync(self._file)
        os.close(self._file)

    def _write(self, line: bytes) -> None:
        member = memoryview(gzip.compress(line, mtime=0))
        length = os.fstat(self._file).st_size
        try:
            while member:
                member = member[os.write(self._file, member) :]
        except OSError:
            os.ftruncate(self._file, length)  # a disk that is full takes a part; nothing may follow that part
            raise


class SpoolPipeline:
    """Scrapy item pipeline: every observation goes to the spool as it comes."""

    def __init__(self, crawler: Crawler, writer: SpoolWriter) -> None:
        self._crawler = crawler
        self._writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpoolPipeline:
        """Made by Scrapy when the spider opens."""
        return cls(crawler, SpoolWriter(read_orders(crawler.settings).spool / f"{crawler.spidercls.name}.jsonl.gz"))

    def process_item(self, item: Observation) -> Observation:
        """Write it; a crawl whose words are not kept ends.

        Raises:
            DropItem: the spool cannot be written.
        """
        try:
            self._writer.append(item)
        except OSError as error:
            reason = f"spool not written: {error.strerror}"
            deferred_from_coro(self._crawler.engine.close_spider_async(reason=reason))
            raise DropItem(reason) from error
        return item

    def close_spider(self) -> None:
        """Close the file."""
        self._writer.close()


def read_spool_lines(path: Path) -> Iterator[str]:
    """The whole lines of a spool file, without their ends; a cut tail is passed over."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        try:
            for line in lines:
                if line.endswith("\n"):
                    yield line[:-1]
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return


def _find_sound_end(path: Path) -> tuple[int, bytes]:
    """How many bytes of the file are whole members, and what the cut member after them still tells."""
    sound, position, told = 0, 0, b""
    member = zlib.decompressobj(_GZIP_WINDOW)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            while block:
                try:
                    told += member.decompress(block)
                except zlib.error:
                    return sound, b""
                position += len(block) - len(member.unused_data)
                block = member.unused_data
                if member.eof:
                    sound, told = position, b""
                    member = zlib.decompressobj(_GZIP_WINDOW)
    return sound, told
