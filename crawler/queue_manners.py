"""Manners in Redis: one pace, one budget and one memory of walls a host, for crawlers on several machines."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import NotConfigured
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners import HostRecord, Manners
from crawler.orders import Orders, read_orders
from crawler.queue import connect

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_HOSTS = "houxu:manners"
_LOCK_SECONDS = 10

# By Redis' clock, so that machines whose clocks differ keep one pace. Answers 0 when it is our turn, else how many
# milliseconds to wait before asking again: a turn begins when it is taken, so that one who comes late delays the next.
_TAKE_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free_at = tonumber(redis.call('GET', KEYS[1]) or '0')
if free_at > now then return free_at - now end
redis.call('SET', KEYS[1], string.format('%d', now + ARGV[1]), 'PX', string.format('%d', ARGV[1] + 60000))
return 0
"""


class SharedManners(Manners):
    """The memory in a Redis hash, a field a host, changed under a lock."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self) -> dict[str, HostRecord]:
        """Everything known, by host."""
        return {host: HostRecord(**json.loads(text)) for host, text in self._client.hgetall(_HOSTS).items()}

    def take_turn(self, host: str, delay_seconds: float) -> float:
        """Take the host's turn: 0 when it is ours now, else the seconds after which to try again."""
        return int(self._client.eval(_TAKE_TURN, 1, f"houxu:turn:{host}", math.ceil(delay_seconds * 1000))) / 1000

    @contextmanager
    def _changing(self, host: str) -> Iterator[dict[str, HostRecord]]:
        with self._client.lock(f"{_HOSTS}:lock", timeout=_LOCK_SECONDS):
            hosts = {host: HostRecord()} | self.read()
            yield hosts
            self._client.hset(_HOSTS, host, json.dumps(asdict(hosts[host]), ensure_ascii=False))


class SharedPaceMiddleware:
    """Just before the wire: waits for the host's turn, which all crawlers of the queue share."""

    def __init__(self, manners: SharedManners, delay_seconds: float) -> None:
        self._manners = manners
        self._delay_seconds = delay_seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; left out where there is no queue."""
        orders = read_orders(crawler.settings)
        if not orders.queue_url:
            raise NotConfigured
        return cls(SharedManners(connect(orders.queue_url)), crawler.settings.getfloat("HOUXU_SHARED_DELAY"))

    async def process_request(self, request: Request) -> None:
        """Wait."""
        while wait_seconds := self._manners.take_turn(urlparse_cached(request).netloc, self._delay_seconds):
            await asyncio.sleep(wait_seconds)


def open_manners(orders: Orders) -> Manners | None:
    """Where rests and budgets are remembered: the queue's Redis, else a file; None on loopback without either."""
    if orders.queue_url:
        return SharedManners(connect(orders.queue_url))
    return Manners(orders.manners_path) if orders.manners_path is not None else None
