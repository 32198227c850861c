"""Discovery: m.weibo.cn's real-time search for each keyword, back to the known past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from crawler.bookmarks import Bookmark
from crawler.ledger import Tally
from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.remembering_spider import RememberingSpider
from crawler.weibo.ids import read_id_time
from crawler.weibo.lists import ListPage, read_search
from crawler.weibo.spider import WeiboSpider

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page
    from crawler.weibo.mblog import Sighting

REAL_TIME = "61"
KEPT_IDS = 1000  # of a search in its bookmark, newest first


class WeiboSearchSpider(RememberingSpider, WeiboSpider):
    """Pages through a search until it reaches HOUXU_WINDOW_START or the end."""

    name = "weibo_search"

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """There must be something to search for."""
        super().check_orders(settings)
        if not read_orders(settings).keywords:
            raise OrderError("HOUXU_KEYWORDS is missing: what to search for, several words separated by |")

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._fruitful_keyword = ""
        self._listed: dict[str, set[str]] = {}

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each keyword."""
        for keyword in self.orders.put_holes_first(self.orders.keywords):
            yield self._ask_page(keyword, 1)

    def on_search(self, page: Page, query: str, number: int) -> Yields:
        """A page of results: hand them over, then the next page, until the known past."""
        listing = read_search(page)
        if listing.is_empty:
            yield self._ask_proof(query, number)
            return
        self._fruitful_keyword = query
        self._listed.setdefault(query, set()).update(listing.ids)
        yield from self.hand_over(query, self._drop_known(query, listing))
        limit = self.settings.getint("HOUXU_SEARCH_PAGES")
        if self._is_known_past(query, listing):
            return
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
            return
        yield self._ask_page(query, number + 1)

    def on_proof(self, page: Page, query: str, number: int) -> Yields:
        """Asked too fast, the site answers just as it does at the end (platforms.md §2.1).

        Results on page 1 now prove that page `number` was the end. Where page 1 itself is empty, another keyword
        that found something in this run is the proof.
        """
        listing = read_search(page)
        if not listing.is_empty:
            yield from self.hand_over(query, self._drop_known(query, listing))
            if number == 1:
                yield self._ask_page(query, 2)
        elif number == 1 and self._fruitful_keyword:
            yield self._ask_search(query, "search", (self._fruitful_keyword, 1), "control")
        else:
            raise Refused("empty answer, not proven empty")

    def on_control(self, page: Page, query: str) -> Yields:
        """Page 1 of a keyword that found something before: if it still does, the empty one was truly empty."""
        if read_search(page).is_empty:
            raise Refused("empty answer, not proven empty")
        self.ledger.tally(query).add_remark("nothing found, while another keyword found posts")
        yield from ()

    def on_step_done(self, tally: Tally) -> None:
        """A keyword ends when nothing of it is pending; what a whole search listed is remembered for the next night."""
        if tally.pending:
            return
        if tally.is_complete:
            listed = sorted(self._listed.pop(tally.query, ()), key=int, reverse=True)
            self.remember(_name_search(tally.query), Bookmark(ids=tuple(listed[:KEPT_IDS])))
        self.ledger.close(tally.query)

    def _ask_page(self, query: str, number: int) -> Request:
        kind = "search" if number == 1 else "search+"
        return self._ask_search(query, kind, (query, number), "search", number=number)

    def _ask_proof(self, query: str, number: int) -> Request:
        proof = self._ask_search(query, "search", (query, 1), "proof", number=number)
        return proof.replace(priority=-1)  # after the first pages of all keywords, so that one may serve as control

    def _ask_search(self, query: str, kind: str, wanted: tuple[str, int], step: str, **context: Any) -> Request:
        keyword, page = wanted
        container = f"100103type={REAL_TIME}&q={keyword}"
        paging = {"page_type": "searchall", "page": str(page)}
        return self.ask_container(query, kind, container, step, paging=paging, **context)

    def _is_known_past(self, query: str, listing: ListPage) -> bool:
        start, reached = self.orders.window_start_of(query), listing.reached_at
        if start is None or reached is None:
            return False
        return reached < start or int(listing.ids[-1]) <= self._find_edge(query, start)

    def _find_edge(self, query: str, start: datetime) -> int:
        """The oldest post in the window that the last whole search listed; 0 where that search does not tell.

        What comes after it is older than the window, so that a next page would tell nothing.
        """
        known = [(int(one), read_id_time(one)) for one in self.bookmarks.get(_name_search(query), Bookmark()).ids]
        reaches_past = any(at is not None and at < start for _id, at in known)
        return min((one for one, at in known if at is not None and at >= start), default=0) if reaches_past else 0

    def _drop_known(self, query: str, listing: ListPage) -> list[Sighting]:
        """Without the cut posts of the known past: their whole text is there, and looking again is the re-check's."""
        start = self.orders.window_start_of(query)
        carried = {sighting.observation.repost_of for sighting in listing.sightings}
        return [
            sighting
            for sighting in listing.sightings
            if not sighting.is_cut
            or sighting.observation.id in carried
            or start is None
            or sighting.observation.posted_at is None
            or sighting.observation.posted_at >= start
        ]


def _name_search(keyword: str) -> str:
    return f"weibo_search {keyword}"
