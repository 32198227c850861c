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
        os.ftruncate(self._file, find_sound_length(path))

    def append(self, observation: Observation) -> None:
        """Write one observation; it survives the process when this returns."""
        member = memoryview(gzip.compress(f"{observation.to_line()}\n".encode(), mtime=0))
        while member:
            member = member[os.write(self._file, member) :]

    def close(self) -> None:
        """Make it survive the machine, too."""
        os.fsync(self._file)
        os.close(self._file)


class SpoolPipeline:
    """Scrapy item pipeline: every observation goes to the spool as it comes."""

    def __init__(self, writer: SpoolWriter) -> None:
        self._writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpoolPipeline:
        """Made by Scrapy when the spider opens."""
        return cls(SpoolWriter(read_orders(crawler.settings).spool / f"{crawler.spidercls.name}.jsonl.gz"))

    def process_item(self, item: Observation) -> Observation:
        """Write it."""
        self._writer.append(item)
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


def find_sound_length(path: Path) -> int:
    """How many bytes of a gzip file are whole members, counted from its beginning."""
    sound = 0
    position = 0
    member = zlib.decompressobj(_GZIP_WINDOW)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            while block:
                try:
                    member.decompress(block)
                except zlib.error:
                    return sound
                position += len(block) - len(member.unused_data)
                block = member.unused_data
                if member.eof:
                    sound = position
                    member = zlib.decompressobj(_GZIP_WINDOW)
    return sound
