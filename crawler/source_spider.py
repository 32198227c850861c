"""What the spiders of the other sites share: the operator's sources, a memory between nights, each post once a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from crawler.bookmarks import Bookmark, read_bookmarks, write_bookmarks
from crawler.night_spider import NightSpider
from crawler.orders import LOOPBACK_HOSTS, OrderError, read_orders
from crawler.refusals import find_site_wall
from crawler.sources import SECTIONS, read_section
from crawler.targets import Target, read_targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.items import Observation
    from crawler.night_spider import Yields
    from crawler.page import Page, Wall

SOURCES_FILE = "sources.toml"
BOOKMARKS_FILE = "bookmarks.json"
_SCRAPY_ARGUMENTS = ("name", "crawler")


class SourceSpider(NightSpider):
    """A spider that reads its section of HOUXU_SOURCES; `-a NAME=VALUE` puts a value over it."""

    site: ClassVar[str]

    sources: Any  # its section of crawler.sources, set by from_crawler
    bookmarks_path: Path | None
    bookmarks: dict[str, Bookmark]

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """The walls that any site may put up; a site of its own kind overrides this."""
        return find_site_wall(page, "*")

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """The file of sources must be right, where there is one."""
        read_section(_find_sources(settings), cls.site, SECTIONS[cls.site], {})
        read_bookmarks(_find_bookmarks(settings))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy; wrong arguments are one line and exit code 2, as wrong settings are."""
        try:
            arguments = {name: value for name, value in kwargs.items() if name not in _SCRAPY_ARGUMENTS}
            sources = read_section(_find_sources(crawler.settings), cls.site, SECTIONS[cls.site], arguments)
            cls.check_sources(sources, crawler.settings)
        except OrderError as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(2) from error
        spider = super().from_crawler(crawler, *args)
        spider.sources = sources
        spider.bookmarks_path = _find_bookmarks(crawler.settings)
        spider.bookmarks = read_bookmarks(spider.bookmarks_path)
        return spider

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """Raise OrderError where the sources lack something that this spider needs; a subclass adds its own."""
        check_addresses(sources.addresses(), settings)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._given: set[tuple[str, str]] = set()
        self._fresh: dict[str, Bookmark] = {}

    def give(self, query: str, observations: Iterable[Observation]) -> Yields:
        """Hand over what was not handed over before in this run."""
        tally = self.ledger.tally(query)
        for one in observations:
            if (one.platform, one.id) not in self._given:
                self._given.add((one.platform, one.id))
                tally.seen += 1
                yield one

    def has_given(self, platform: str, native_id: str) -> bool:
        """Whether this run has handed the post over."""
        return (platform, native_id) in self._given

    def remember(self, address: str, bookmark: Bookmark) -> None:
        """Set a bookmark; it is written when the run has come to its end."""
        self._fresh[address] = bookmark

    def read_own_targets(self, platform: str) -> list[Target]:
        """Those of HOUXU_TARGETS that are on this platform; none where none were ordered (a night names the file
        before it writes it, for the spiders that cannot do without).
        """
        path = self.orders.targets_path
        targets = read_targets(path) if path is not None and path.is_file() else ()
        return [target for target in targets if target.platform == platform]

    def find_keywords(self) -> tuple[str, ...]:
        """The section's keywords, or those of the night."""
        return tuple(self.sources.keywords) or tuple(self.orders.keywords)

    def end(self, reason: str) -> None:
        """Write the bookmarks, unless the run was cut short or its spool is not whole, and the end of the ledger."""
        if reason == "finished" and self.bookmarks_path is not None and self._fresh:
            write_bookmarks(self.bookmarks_path, self._fresh)
        super().end(reason)


def check_addresses(addresses: Iterable[str], settings: BaseSettings) -> None:
    """Beyond loopback a site's operator must be able to reach us, and our manners must be remembered.

    Raises:
        OrderError: HOUXU_CONTACT or HOUXU_MANNERS is missing.
    """
    orders = read_orders(settings)
    far = next((one for one in addresses if urlsplit(one).hostname not in LOOPBACK_HOSTS), None)
    if far is None:
        return
    host = urlsplit(far).hostname
    if not orders.contact:
        raise OrderError(f"HOUXU_CONTACT is missing: a mail or web address at which the operator of {host} reaches you")
    if orders.manners_path is None:
        raise OrderError(f"HOUXU_MANNERS is missing: where to remember what was asked of {host}")


def _find_sources(settings: BaseSettings) -> Path | None:
    """HOUXU_SOURCES, else `sources.toml` beside the manners where there is one."""
    named = settings.get("HOUXU_SOURCES")
    if named:
        return Path(named)
    beside = _beside_manners(settings, SOURCES_FILE)
    return beside if beside is not None and beside.is_file() else None


def _find_bookmarks(settings: BaseSettings) -> Path | None:
    named = settings.get("HOUXU_BOOKMARKS")
    return Path(named) if named else _beside_manners(settings, BOOKMARKS_FILE)


def _beside_manners(settings: BaseSettings, name: str) -> Path | None:
    manners = read_orders(settings).manners_path
    return manners.with_name(name) if manners is not None else None
