"""Discovery: super-topics (超话) of m.weibo.cn, back to the known past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.orders import OrderError
from crawler.page import Refused
from crawler.source_spider import SourceSpider
from crawler.weibo.spider import WeiboSpider
from crawler.weibo.walls import find_wall
from crawler.weibo_pc.supertopic import read_supertopic

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page, Wall
    from crawler.weibo.lists import ListPage


class WeiboSupertopicSpider(SourceSpider, WeiboSpider):
    """A query is a container id, 100808 and 32 digits."""

    name = "weibo_supertopic"
    site = "weibo_supertopic"

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """Weibo's walls."""
        return find_wall(page, kind)

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a topic."""
        super().check_sources(sources, settings)
        if not sources.topics:
            raise OrderError("weibo_supertopic: no topics: [weibo_supertopic] of HOUXU_SOURCES, or -a topics=100808…")

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each topic."""
        for topic in self.orders.put_holes_first(self.sources.topics):
            yield self._ask_topic(topic, 1, "")

    def on_topic(self, page: Page, query: str, number: int) -> Yields:
        """A page of posts, then the next one. The end is where no `since_id` comes; an empty answer proves nothing."""
        listing = read_supertopic(page)
        if listing.is_empty:
            raise Refused("empty answer, not proven empty")
        yield from self.hand_over(query, listing.sightings)
        if listing.since_id is None or self._is_known_past(query, listing):
            return
        limit = self.settings.getint("HOUXU_SEARCH_PAGES")
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
            return
        yield self._ask_topic(query, number + 1, listing.since_id)

    def _is_known_past(self, query: str, listing: ListPage) -> bool:
        """Only in order of time: the other orders mix, and are read to the page limit."""
        start, reached = self.orders.window_start_of(query), listing.reached_at
        is_in_order = self.sources.order == "sort_time"
        return is_in_order and start is not None and reached is not None and reached < start

    def _ask_topic(self, query: str, number: int, since_id: str) -> Request:
        container = f"{query}_-_{self.sources.order}"
        paging = {"luicode": "10000011", "lfid": quote(f"{query}_-_main")}
        if since_id:
            paging["since_id"] = quote(since_id, safe="")
        kind = "supertopic" if number == 1 else "supertopic+"
        return self.ask_container(query, kind, container, "topic", paging=paging, number=number)
