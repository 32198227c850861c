"""What all spiders of a night share: orders, a ledger, and one way in for answers and for refusals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, UsageError

from crawler.ledger import Ledger, Tally
from crawler.orders import OrderError, read_orders
from crawler.page import Page, Refused, Wall
from crawler.queue_manners import open_manners

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.items import Observation

Yields = Iterator["Request | Observation"]


class NightSpider(scrapy.Spider, ABC):
    """A spider whose steps are methods: `on_x(page, query, **context)` reads an answer of step `x`, and
    `on_x_refused(query, **context)`, where there is one, does what can be done without it.

    A step is named and its context is plain data, so that a request can be written to disk and read back.
    """

    @staticmethod
    @abstractmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """The wall that a page is, seen as its site puts them up; None for a page that is none."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Check the orders before anything starts, and sign the user agent with the contact."""
        super().update_settings(settings)
        try:
            orders = read_orders(settings)
            cls.check_orders(settings)
            if manners := open_manners(orders):
                manners.read()
        except OrderError as error:
            raise UsageError(str(error)) from error
        if orders.queue_url:
            # One pace for all crawlers of the queue (SharedPaceMiddleware); a second one of our own would tear it.
            settings.set("HOUXU_SHARED_DELAY", settings.getfloat("DOWNLOAD_DELAY"), priority="spider")
            settings.set("DOWNLOAD_DELAY", 0, priority="cmdline")
            settings.set("AUTOTHROTTLE_ENABLED", value=False, priority="cmdline")
        if orders.contact:
            settings.set("USER_AGENT", f"{settings.get('USER_AGENT')} {orders.contact}", priority="spider")

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """Raise OrderError where this spider lacks something; by default it lacks nothing."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.orders = read_orders(crawler.settings)
        spider.ledger = Ledger(spider.orders.spool / f"{spider.name}.ledger.jsonl", spider.name)
        crawler.signals.connect(spider.end, signal=signals.spider_closed)
        return spider

    orders: Any  # Orders, set by from_crawler
    ledger: Ledger
    refused_in_a_row = 0  # of whatever kind; a page that is read sets it back

    def ask(self, query: str, kind: str, url: str, step: str, **context: Any) -> Request:
        """A request for a page of this kind, counted for the query; its answer goes to `on_<step>`.

        What an earlier night has not seen goes first: the day's budget may not reach for the rest.
        """
        tally = self.ledger.tally(query)
        tally.requested += 1
        tally.pending += 1
        return Request(
            url,
            callback=self.on_answer,
            errback=self.on_failure,
            cb_kwargs={"query": query, "step": step, "context": context},
            meta={"houxu_kind": kind, "dont_redirect": True},
            priority=int(self.orders.has_hole(query)),
            dont_filter=True,
        )

    def read_page(self, response: Response) -> Page:
        """The response as a page, seen now."""
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        content_type, now = headers.get("content-type", ""), self.orders.read_clock()
        return Page(response.url, response.status, content_type, response.body, now, headers)

    def on_answer(self, response: Response, query: str, step: str, context: dict[str, Any]) -> Yields:
        """Hand a page to its step, or its refusal to the ledger."""
        tally = self.ledger.tally(query)
        try:
            yield from getattr(self, f"on_{step}")(self.read_page(response), query, **context)
            self.refused_in_a_row = 0
        except Refused as refusal:
            yield from self._refuse(tally, refusal.reason, step, context)
        tally.pending -= 1
        self.on_step_done(tally)

    def on_failure(self, failure: Failure) -> Yields:
        """A request without an answer: a broken connection, robots.txt, or a wall seen before."""
        request: Request = failure.request  # type: ignore[attr-defined]
        tally = self.ledger.tally(request.cb_kwargs["query"])
        is_ignored = isinstance(failure.value, IgnoreRequest)
        reason = str(failure.value) if is_ignored else f"no answer ({type(failure.value).__name__})"
        yield from self._refuse(tally, reason, request.cb_kwargs["step"], request.cb_kwargs["context"])
        tally.pending -= 1
        self.on_step_done(tally)

    def on_step_done(self, tally: Tally) -> None:
        """Called when a request of a query has been dealt with; a spider whose queries end one by one closes them."""

    def end(self, reason: str) -> None:
        """Write the end of the ledger. A bug in a spider leaves requests pending, which the ledger says."""
        self.ledger.finish(reason)

    def _refuse(self, tally: Tally, reason: str, step: str, context: dict[str, Any]) -> Yields:
        tally.add_refusal(reason)
        self.refused_in_a_row += 1
        self.logger.warning("%s: %s refused: %s", tally.query, step, reason)
        fall_back = getattr(self, f"on_{step}_refused", None)
        if fall_back is not None:
            yield from fall_back(tally.query, **context)
