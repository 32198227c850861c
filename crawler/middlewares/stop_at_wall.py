"""Stop at a wall: once a host refuses, the rest of what was planned for it is not asked in this run.

What outlives the run is noted in the manners (crawler/manners.py): a host that refused rests, one that answered a whole
run is forgiven.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.retry_after import read_wait
from crawler.orders import read_orders
from crawler.page import Wall
from crawler.queue_manners import open_manners

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.night_spider import NightSpider


MAX_REFUSALS = 10  # answers in a row that are no answers (error pages, cut or empty bodies)
LONGEST_WANTED_REST = timedelta(days=7)  # that a Retry-After may bring; a longer one is taken for a slip
MAX_FAILURES = 3  # requests in a row that ended, after their retries, without an answer


class StopAtWallMiddleware:
    """The spider says what a wall looks like (`NightSpider.find_wall`), this remembers where one stands.

    A host that does not answer at all (connections that break, 5xx) is left alone as well, after a few attempts.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts: dict[str, Wall] = {}
        self._kinds: dict[tuple[str, str], Wall] = {}
        self._failures: Counter[str] = Counter()
        self._answering: set[str] = set()
        self._orders = read_orders(crawler.settings)
        self._manners = open_manners(self._orders)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StopAtWallMiddleware:
        """Made by Scrapy."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.end, signal=signals.spider_closed)
        return middleware

    def end(self, reason: str) -> None:
        """A run that came to its end without a wall makes up for past ones."""
        if self._manners is None or reason != "finished":
            return
        for host in sorted(self._answering - set(self._hosts)):
            self._manners.note_good_run(host, self._orders.read_clock())

    @property
    def _spider(self) -> NightSpider:
        return self._crawler.spider  # type: ignore[return-value]

    def process_request(self, request: Request) -> None:
        """Drop a request that a wall stands before.

        Raises:
            IgnoreRequest: with the wall's reason; the spider's errback writes it into the ledger.
        """
        host, kind = urlparse_cached(request).netloc, request.meta.get("houxu_kind")
        wall = self._hosts.get(host) or self._kinds.get((host, str(kind)))
        if kind is None:  # robots.txt
            return
        if wall is not None:
            raise IgnoreRequest(f"not asked after {wall.reason}")
        if self._spider.refused_in_a_row >= MAX_REFUSALS:
            raise IgnoreRequest(f"not asked after {MAX_REFUSALS} refusals in a row")

    def process_response(self, request: Request, response: Response) -> Response:
        """Remember a wall; the response goes on to the spider, which counts it."""
        kind = request.meta.get("houxu_kind")
        if kind is None:
            return response
        host = urlparse_cached(request).netloc
        if wall := self._spider.find_wall(self._spider.read_page(response), kind):
            self._remember(host, kind, wall, _read_retry_after(response))
        elif response.status == 200 and response.body:
            self._answering.add(host)
        if response.status >= 500:
            self._count_failure(host)
        else:
            self._failures[host] = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a broken connection; the exception goes on to the spider."""
        if request.meta.get("houxu_kind") is not None and not isinstance(exception, IgnoreRequest):
            self._count_failure(urlparse_cached(request).netloc)

    def _count_failure(self, host: str) -> None:
        self._failures[host] += 1
        if self._failures[host] >= MAX_FAILURES:
            self._remember(host, "", Wall(f"{MAX_FAILURES} requests without an answer", "host"))

    def _remember(self, host: str, kind: str, wall: Wall, wanted_rest: timedelta = timedelta(0)) -> None:
        if wall.scope == "host":
            self._hosts[host] = wall
            if self._manners is not None:
                self._manners.note_wall(host, wall.reason, self._orders.read_clock(), wanted_rest)
        else:
            self._kinds[host, kind] = wall
        self._crawler.stats.inc_value(f"houxu/wall/{wall.reason}")


def _read_retry_after(response: Response) -> timedelta:
    header = (response.headers.get("Retry-After") or b"").decode("latin-1")
    wait_seconds = read_wait(header, datetime.now(UTC)) or 0.0
    return min(timedelta(seconds=min(wait_seconds, 1e9)), LONGEST_WANTED_REST)
