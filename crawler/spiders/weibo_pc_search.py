"""Discovery: the PC search of s.weibo.com, split by day, hour and province where the site would not show all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.refusals import find_site_wall
from crawler.source_spider import SourceSpider
from crawler.weibo.spider import WeiboSpider
from crawler.weibo.walls import find_wall as find_mobile_wall
from crawler.weibo_pc.results import read_results
from crawler.weibo_pc.spans import Span, split_days, split_span

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page, Wall

KIND = "pc_search"


class WeiboPcSearchSpider(SourceSpider, WeiboSpider):
    """One query a keyword. Cut texts are made whole on m.weibo.cn, which is another host with walls of its own."""

    name = "weibo_pc_search"
    site = "weibo_pc_search"

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """The walls of either host."""
        return find_site_wall(page, "weibo_pc_search") if kind == KIND else find_mobile_wall(page, kind)

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be something to search for; a session that the operator names must be readable."""
        super().check_sources(sources, settings)
        if not sources.keywords and not read_orders(settings).keywords:
            raise OrderError("weibo_pc_search: no keywords: HOUXU_KEYWORDS, or -a keywords=A|B")
        _read_cookie(sources.cookie_file)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._fruitful: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each span of each keyword's window; without a window, of the whole search."""
        self._cookie = _read_cookie(self.sources.cookie_file)
        for keyword in self.orders.put_holes_first(self.find_keywords()):
            start = self.orders.window_start_of(keyword)
            spans = split_days(start, self.orders.read_clock()) if start is not None else (None,)
            for span in spans:
                yield self._ask_results(keyword, span, 1)

    def on_results(self, page: Page, query: str, span: Span | None, number: int) -> Yields:
        """A page of results; a span that is too full is asked for in parts."""
        results = read_results(page)
        if results.is_empty and not results.sightings:
            if number > 1:
                raise Refused("no results where a next page was promised")
            return
        self._fruitful.add(query)
        yield from self.hand_over(query, results.sightings)
        is_full = number == 1 and results.pages >= self.sources.split_pages
        parts = split_span(span, by_region=self.sources.splits_by_region) if is_full and span is not None else ()
        for part in parts:
            yield self._ask_results(query, part, 1)
        if is_full and not parts:
            self.ledger.tally(query).leave_hole(
                "more results than the site shows, in a span that is not split any further"
            )
        if not parts and results.has_next:
            yield from self._ask_next(query, span, number)

    def end(self, reason: str) -> None:
        """That nothing at all was found is proven by nothing; where other keywords found posts, it is."""
        for keyword in self.find_keywords():
            tally = self.ledger.tally(keyword)
            if keyword not in self._fruitful and not tally.holes:
                if self._fruitful:
                    tally.add_remark("nothing found, while another keyword found posts")
                else:
                    tally.leave_hole("nothing found for any keyword, not proven empty")
        super().end(reason)

    def _ask_next(self, query: str, span: Span | None, number: int) -> Yields:
        limit = min(self.settings.getint("HOUXU_SEARCH_PAGES"), PAGE_CAP)
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
        else:
            yield self._ask_results(query, span, number + 1)

    def _ask_results(self, query: str, span: Span | None, number: int) -> Request:
        scope = span.write() if span is not None else ""
        url = f"{self.sources.base_url}/weibo?q={quote(query, safe='')}&typeall=1&suball=1{scope}&page={number}"
        headers = {"Accept": "text/html", **({"Cookie": self._cookie} if self._cookie else {})}
        return self.ask(query, KIND, url, "results", span=span, number=number).replace(headers=headers)


PAGE_CAP = 50  # the site shows no more pages of one search


def _read_cookie(path: str) -> str:
    """The operator's own session, never a made one; empty where none is named.

    Raises:
        OrderError: the file cannot be read, or is no single line.
    """
    if not path:
        return ""
    try:
        line = Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OrderError(f"cookie_file: {path} cannot be read") from error
    if not line or "\n" in line:
        raise OrderError(f"cookie_file: {path} must hold the Cookie header in one line")
    return line
