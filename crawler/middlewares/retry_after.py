"""Retry-After: a server that names a time gets it, and nothing else is asked of its host meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

WAITING_STATUSES = frozenset({429, 503})
MAX_WAITS = 2  # of a host in a row; a server that says "later" a third time means "no"


class RetryAfterMiddleware:
    """Asks again after the named time, unless that is longer than HOUXU_RETRY_AFTER_MAX seconds."""

    def __init__(self, crawler: Crawler) -> None:
        self._longest_seconds = crawler.settings.getfloat("HOUXU_RETRY_AFTER_MAX")
        self._held_until: dict[str, float] = {}  # host -> monotonic seconds
        self._waits: Counter[str] = Counter()  # host -> waits since its last answer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Hold the request while its host wants to be left alone."""
        held_until = self._held_until.get(urlparse_cached(request).netloc, 0.0)
        await asyncio.sleep(max(0.0, held_until - time.monotonic()))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The same request again, or the response where there is nothing to wait for."""
        host = urlparse_cached(request).netloc
        if response.status not in WAITING_STATUSES:
            self._waits[host] = 0
            return response
        seconds = read_wait((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))
        if seconds is None or seconds > self._longest_seconds or self._waits[host] >= MAX_WAITS:
            return response
        self._waits[host] += 1
        self._held_until[host] = time.monotonic() + seconds
        return request.replace(priority=request.priority + 1, dont_filter=True)


def read_wait(header: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, written as a number or as an HTTP date; None if neither."""
    header = header.strip()
    if header.isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return None if moment.tzinfo is None else max(0.0, (moment - now).total_seconds())
