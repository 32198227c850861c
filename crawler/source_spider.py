"""What the spiders of the other sites share: the operator's sources, and that each post is handed over once a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from crawler.orders import LOOPBACK_HOSTS, OrderError, read_orders
from crawler.refusals import find_site_wall
from crawler.remembering_spider import RememberingSpider, find_beside_manners
from crawler.sources import SECTIONS, read_section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.items import Observation
    from crawler.night_spider import Yields
    from crawler.page import Page, Wall

SOURCES_FILE = "sources.toml"
_SCRAPY_ARGUMENTS = ("name", "crawler")


class SourceSpider(RememberingSpider):
    """A spider that reads its section of HOUXU_SOURCES; `-a NAME=VALUE` puts a value over it."""

    site: ClassVar[str]

    sources: Any  # its section of crawler.sources, set by from_crawler

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """The walls that any site may put up; a site of its own kind overrides this."""
        return find_site_wall(page, "*")

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """The file of sources must be right, where there is one."""
        super().check_orders(settings)
        read_section(find_sources(settings), cls.site, SECTIONS[cls.site], {})

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy; wrong arguments are one line and exit code 2, as wrong settings are."""
        try:
            arguments = {name: value for name, value in kwargs.items() if name not in _SCRAPY_ARGUMENTS}
            sources = read_section(find_sources(crawler.settings), cls.site, SECTIONS[cls.site], arguments)
            cls.check_sources(sources, crawler.settings)
        except OrderError as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(2) from error
        spider = super().from_crawler(crawler, *args)
        spider.sources = sources
        return spider

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """Raise OrderError where the sources lack something that this spider needs; a subclass adds its own."""
        check_addresses(sources.addresses(), settings)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._given: set[tuple[str, str]] = set()

    def give(self, query: str, observations: Iterable[Observation]) -> Yields:
        """Hand over what was not handed over before in this run."""
        tally = self.ledger.tally(query)
        for one in observations:
            if (one.platform, one.id) not in self._given:
                self._given.add((one.platform, one.id))
                tally.see(one)
                yield one

    def has_given(self, platform: str, native_id: str) -> bool:
        """Whether this run has handed the post over."""
        return (platform, native_id) in self._given

    def find_keywords(self) -> tuple[str, ...]:
        """The section's keywords, or those of the night."""
        return tuple(self.sources.keywords) or tuple(self.orders.keywords)


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


def find_sources(settings: BaseSettings) -> Path | None:
    """HOUXU_SOURCES, else `sources.toml` beside the manners where there is one."""
    named = settings.get("HOUXU_SOURCES")
    if named:
        return Path(named)
    beside = find_beside_manners(settings, SOURCES_FILE)
    return beside if beside is not None and beside.is_file() else None
