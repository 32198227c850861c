"""Discovery: feeds that the operator hosts. A feed shows neither edits nor deletions; the re-check sees to those."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from crawler.bookmarks import Bookmark
from crawler.feeds.reading import FeedPage, read_feed
from crawler.orders import OrderError
from crawler.source_spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.items import Observation
    from crawler.night_spider import Yields
    from crawler.page import Page

ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
NOT_MODIFIED = 304
KEPT_IDS = 200  # of a feed in its bookmark; feeds hold some tens of items


class FeedSpider(SourceSpider):
    """Asks each feed once; with its validators of last time, so that an unchanged one costs nobody anything."""

    name = "feed"
    site = "feed"

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a feed."""
        super().check_sources(sources, settings)
        if not sources.urls:
            raise OrderError("feed: no urls: name them in [feed] of HOUXU_SOURCES, or by -a urls=ADDRESS|ADDRESS")

    async def start(self) -> AsyncIterator[Any]:
        """Every feed."""
        for url in self.orders.put_holes_first(self.sources.urls):
            yield self._ask_feed(url)

    def on_feed(self, page: Page, query: str) -> Yields:
        """Its items; whether they reach back to what is known says whether anything was missed in between."""
        if page.status == NOT_MODIFIED and query in self.bookmarks:
            self.ledger.tally(query).add_remark("not changed since the last night")
            return
        feed = read_feed(page)
        tally = self.ledger.tally(query)
        known = set(self.bookmarks.get(query, Bookmark()).ids)
        fresh = [one for one in feed.observations if _mark(one) not in known]
        yield from self.give(query, fresh)
        if len(fresh) < len(feed.observations):
            tally.add_remark(f"{len(feed.observations) - len(fresh)} items as last time")
        if feed.is_cut:
            tally.leave_hole("feed cut in the middle")
        elif not feed.observations:
            tally.leave_hole("empty, not proven empty")
        else:
            if not self._reaches_back(query, feed):
                tally.leave_hole(f"{len(feed.observations)} items do not reach back to the known past")
            ids = tuple(_mark(one) for one in feed.observations[:KEPT_IDS])
            self.remember(query, Bookmark(page.headers.get("etag", ""), page.headers.get("last-modified", ""), ids))

    def _reaches_back(self, query: str, feed: FeedPage) -> bool:
        """Whether nothing can have dropped off the feed's end unseen; what did is not to be had from it any more."""
        start = self.orders.window_start_of(query)
        oldest = min((one.posted_at for one in feed.observations if one.posted_at is not None), default=None)
        known = {mark.partition("#")[0] for mark in self.bookmarks.get(query, Bookmark()).ids}
        is_known = any(one.id in known for one in feed.observations)
        return start is None or is_known or (oldest is not None and oldest < start)

    def _ask_feed(self, url: str) -> Request:
        known = self.bookmarks.get(url, Bookmark())
        wanted = {"Accept": ACCEPT, "If-None-Match": known.etag, "If-Modified-Since": known.modified}
        headers = {name: value for name, value in wanted.items() if value}
        return self.ask(url, "feed", url, "feed").replace(headers=headers)


def _mark(item: Observation) -> str:
    """An item as it was last handed over: an edited one is handed over again, an unchanged one is not."""
    words = hashlib.sha256((item.text or "").encode()).hexdigest()[:8]
    return f"{item.id}#{words}"
