"""Orders that several crawlers share: a Redis stream with a consumer group, by redis-py (optional extra `queue`).

Redis keeps for each order who took it and when it was last heard of (XREADGROUP, XPENDING), so that the order of a
crawler that died goes to another one (XAUTOCLAIM) after the lease. scrapy-redis was not taken: its scheduler pops a
request for good, so that a killed crawler loses it; its spiders have no `start()`, which Scrapy 2.16 and later need;
and it shares neither a host's pace nor its budget, which crawler/queue_manners.py does.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any
from urllib.parse import urlsplit

from crawler.orders import OrderError
from crawler.targets import Unit, read_unit, write_unit

_GROUP = "crawlers"
_POLL_SECONDS = 0.5
_KEPT_SECONDS = 14 * 86_400  # a queue that nobody empties is forgotten after this

# All or nothing, and once a run: a crawler that is killed while it fills leaves no half queue.
_FILL = """
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[2], '0', 'MKSTREAM')
  for at = 3, #ARGV do redis.call('XADD', KEYS[1], '*', 'unit', ARGV[at]) end
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
"""
_FINISH = "redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]); redis.call('XDEL', KEYS[1], ARGV[2])"


def connect(url: str) -> Any:
    """A client of the Redis at a URL, which answers.

    Raises:
        OrderError: the extra is not installed, or nobody answers.
    """
    try:
        import redis
    except ModuleNotFoundError as error:
        raise OrderError("HOUXU_QUEUE: install the extra first: pip install 'houxu[queue]'") from error
    client = redis.Redis.from_url(url, decode_responses=True, socket_timeout=30)
    try:
        client.ping()
    except (redis.RedisError, ValueError) as error:
        raise OrderError(f"HOUXU_QUEUE: no Redis at {urlsplit(url).hostname}: {error}") from error
    return client


class SharedUnits:
    """The units of one run. `lease_seconds`: how long a crawler may be silent over a unit before another takes it."""

    def __init__(self, client: Any, run_id: str, lease_seconds: float) -> None:
        self._client = client
        self._stream = f"houxu:{run_id}:units"
        self._lease_ms = int(lease_seconds * 1000)
        self._me = f"{socket.gethostname()}-{os.getpid()}"
        self._taken: dict[str, str] = {}

    def fill(self, units: list[Unit]) -> None:
        """Put the units in, once a run; whoever comes later finds them there."""
        payloads = [write_unit(unit) for unit in units]
        self._client.eval(_FILL, 2, self._stream, f"{self._stream}:filled", _KEPT_SECONDS, _GROUP, *payloads)

    async def take(self) -> Unit | None:
        """A unit whose crawler died, or the next one. Waits while others are at work: what they drop is ours."""
        while True:
            found = self._claim() or self._read()
            if found is not None:
                message_id, fields = found
                unit = read_unit(fields["unit"])
                self._taken[unit.key] = message_id
                return unit
            if self._client.xlen(self._stream) <= len(self._taken):
                return None
            await asyncio.sleep(_POLL_SECONDS)

    def renew(self, unit: Unit) -> None:
        """Begin the lease anew."""
        self._client.xclaim(self._stream, _GROUP, self._me, 0, [self._taken[unit.key]], idle=0, justid=True)

    def finish(self, unit: Unit) -> None:
        """Take it out."""
        self._client.eval(_FINISH, 1, self._stream, _GROUP, self._taken.pop(unit.key))

    def read_left(self) -> list[Unit]:
        """What nobody has begun, as far as can be seen: the units after the last one that was handed out."""
        (group,) = self._client.xinfo_groups(self._stream)
        waiting = self._client.xrange(self._stream, min=f"({group['last-delivered-id']}")
        return [read_unit(fields["unit"]) for _id, fields in waiting]

    def _claim(self) -> tuple[str, dict[str, str]] | None:
        _next, messages, *_ = self._client.xautoclaim(self._stream, _GROUP, self._me, self._lease_ms, count=1)
        return messages[0] if messages else None

    def _read(self) -> tuple[str, dict[str, str]] | None:
        answer = self._client.xreadgroup(_GROUP, self._me, {self._stream: ">"}, count=1)
        return answer[0][1][0] if answer else None
