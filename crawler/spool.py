"""The spool: `<spool>/<spider>.jsonl.gz`, one observation a line, one gzip member a line, written at once.

After kill -9 or a full disk at most the last member is cut (crawler/appending.py); a reader that takes what it decodes
and ends at the first EOFError, zlib.error or BadGzipFile has every whole line (`read_spool_lines` shows it).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem
from scrapy.utils.defer import deferred_from_coro

from crawler.appending import MemberFile
from crawler.items import Observation
from crawler.orders import read_orders

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SpoolWriter:
    """Appends observations to a spool file."""

    def __init__(self, path: Path) -> None:
        self._file = MemberFile(path)
        if self._file.told.endswith(b"\n"):  # only the checksum is missing; a reader has seen this line already
            self._write(self._file.told)

    def append(self, observation: Observation) -> None:
        """Write one observation; it survives the process when this returns."""
        self.append_line(observation.to_line())

    def append_line(self, line: str) -> None:
        """Write a line that an observation gave, without its end."""
        self._write(f"{line}\n".encode())

    def close(self) -> None:
        """Make it survive the machine, too."""
        self._file.close()

    def _write(self, line: bytes) -> None:
        self._file.append(gzip.compress(line, mtime=0))


class SpoolPipeline:
    """Scrapy item pipeline: every observation goes to the spool as it comes."""

    def __init__(self, crawler: Crawler, writer: SpoolWriter) -> None:
        self._crawler = crawler
        self._writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpoolPipeline:
        """Made by Scrapy when the spider opens."""
        return cls(crawler, SpoolWriter(read_orders(crawler.settings).spool / f"{crawler.spidercls.name}.jsonl.gz"))

    def process_item(self, item: Any) -> Any:
        """Write it; a crawl whose words are not kept ends.

        Raises:
            DropItem: the spool cannot be written.
        """
        if not isinstance(item, Observation):  # an answer to an order, which crawler.answers writes
            return item
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
