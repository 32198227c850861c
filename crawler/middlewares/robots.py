"""robots.txt, obeyed also by those who wait for it.

Scrapy 2.14 to 2.19 let several first requests to a host await one shared Deferred; its value goes to the first waiter
only, the others get None, which means "allowed" (tests/crawler/test_crawler_robots.py shows it). RFC 9309 is followed
here, too: a robots.txt that cannot be had (5xx, no connection) disallows everything, a 4xx allows everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as StockRobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

ALLOW_ALL = b""
DISALLOW_ALL = b"User-agent: *\nDisallow: /\n"


class RobotsTxtMiddleware(StockRobotsTxtMiddleware):
    """Scrapy's middleware with a Deferred of its own for each waiting request."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._missing: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, fetched once."""
        waited_for = self._parsers.get(urlparse_cached(request).netloc)
        if not isinstance(waited_for, Deferred):
            return await super().robot_parser(request)
        own: Deferred[RobotParser | None] = Deferred()

        def pass_on(parser: RobotParser | None) -> RobotParser | None:
            own.callback(parser)
            return parser

        waited_for.addCallback(pass_on)
        return await maybe_deferred_to_future(own)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what is disallowed; a host whose rules could not be had is named so: that is no word of the site's.

        Raises:
            IgnoreRequest: with the reason that goes into the ledger.
        """
        missing = self._missing.get(urlparse_cached(request).netloc)
        if missing is not None:
            raise IgnoreRequest(f"robots.txt cannot be had: {missing}")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._missing[netloc] = f"status {response.status}"
        if response.status != 200:
            rules = ALLOW_ALL if 400 <= response.status < 500 else DISALLOW_ALL
            response = TextResponse(response.url, status=response.status, body=rules)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        waited_for = self._parsers[netloc]
        self._stats.inc_value(f"robotstxt/exception_count/{type(exc)}")
        self._missing[netloc] = str(exc) if isinstance(exc, IgnoreRequest) else type(exc).__name__
        parser = build_from_crawler(self._parserimpl, self.crawler, DISALLOW_ALL)
        self._parsers[netloc] = parser
        if isinstance(waited_for, Deferred):
            waited_for.callback(parser)
