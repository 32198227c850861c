"""A spider with a memory of its lists between nights (crawler/bookmarks.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.bookmarks import Bookmark, read_bookmarks, write_bookmarks
from crawler.night_spider import NightSpider
from crawler.orders import read_orders

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

BOOKMARKS_FILE = "bookmarks.json"


class RememberingSpider(NightSpider):
    """Reads the bookmarks when it begins; what it sets is written when the run has come to its end."""

    bookmarks_path: Path | None
    bookmarks: dict[str, Bookmark]

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """The memory must be readable, where there is one."""
        super().check_orders(settings)
        read_bookmarks(find_bookmarks(settings))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.bookmarks_path = find_bookmarks(crawler.settings)
        spider.bookmarks = read_bookmarks(spider.bookmarks_path)
        return spider

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._fresh: dict[str, Bookmark] = {}

    def remember(self, address: str, bookmark: Bookmark) -> None:
        """Set a bookmark; it is written when the run has come to its end."""
        self._fresh[address] = bookmark

    def end(self, reason: str) -> None:
        """Write the bookmarks, unless the run was cut short or its spool is not whole, and the end of the ledger."""
        if reason == "finished" and self.bookmarks_path is not None and self._fresh:
            write_bookmarks(self.bookmarks_path, self._fresh)
        super().end(reason)


def find_bookmarks(settings: BaseSettings) -> Path | None:
    """HOUXU_BOOKMARKS, else `bookmarks.json` beside the manners; None where there is no memory."""
    named = settings.get("HOUXU_BOOKMARKS")
    return Path(named) if named else find_beside_manners(settings, BOOKMARKS_FILE)


def find_beside_manners(settings: BaseSettings, name: str) -> Path | None:
    """The path of a file beside the manners; None where a crawl has no memory."""
    manners = read_orders(settings).manners_path
    return manners.with_name(name) if manners is not None else None
