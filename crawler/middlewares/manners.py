"""The two ends of the way to a host where its rest and its budget are kept (crawler/manners.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners import Manners
from crawler.orders import Orders, read_orders
from crawler.queue_manners import open_manners

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class _MannersMiddleware:
    def __init__(self, orders: Orders, manners: Manners) -> None:
        self._orders = orders
        self._manners = manners

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; left out where a crawl has no memory (a loopback host)."""
        orders = read_orders(crawler.settings)
        manners = open_manners(orders)
        if manners is None:
            raise NotConfigured
        return cls(orders, manners)


class RestMiddleware(_MannersMiddleware):
    """First in line: a host that rests, or whose day is used up, is asked nothing, not even for its robots.txt."""

    def process_request(self, request: Request) -> None:
        """Drop the request.

        Raises:
            IgnoreRequest: with the reason, which the spider's errback writes into the ledger.
        """
        host, now = urlparse_cached(request).netloc, self._orders.read_clock()
        if rest := self._manners.find_rest(host, now):
            raise IgnoreRequest(rest)
        if self._manners.is_spent(host, now, self._orders.daily_budget):
            raise IgnoreRequest(_spent(self._orders.daily_budget))


class BudgetMiddleware(_MannersMiddleware):
    """Last before the wire: every request that really goes out is counted, robots.txt and second attempts too."""

    def process_request(self, request: Request) -> None:
        """Count it.

        Raises:
            IgnoreRequest: the day's budget of the host is used up.
        """
        budget = self._orders.daily_budget
        if not self._manners.charge(urlparse_cached(request).netloc, self._orders.read_clock(), budget):
            raise IgnoreRequest(_spent(budget))


def _spent(budget: int) -> str:
    return f"not asked, the day's budget of {budget} requests is used up"
