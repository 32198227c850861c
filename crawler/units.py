"""Where units of targets come from: this process alone, or a queue that crawlers share (crawler/queue.py)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from crawler.orders import Orders
from crawler.targets import Unit


class UnitSource(Protocol):
    """Hands out units, one at a time, each to one crawler."""

    async def take(self) -> Unit | None:
        """The next unit; None when there is none any more."""

    def renew(self, unit: Unit) -> None:
        """Say that somebody is still busy with a unit."""

    def finish(self, unit: Unit) -> None:
        """Say that a unit is done."""

    def read_left(self) -> list[Unit]:
        """The units that nobody has taken."""


class OwnUnits:
    """The units of a crawl that works alone."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._waiting = deque(units)

    async def take(self) -> Unit | None:
        """The next unit."""
        return self._waiting.popleft() if self._waiting else None

    def renew(self, unit: Unit) -> None:
        """Nobody waits for it."""

    def finish(self, unit: Unit) -> None:
        """Nobody waits for it."""

    def read_left(self) -> list[Unit]:
        """What is waiting."""
        return list(self._waiting)


def open_source(orders: Orders, units: list[Unit]) -> UnitSource:
    """The queue where the operator named one, else the units themselves.

    Raises:
        OrderError: the queue cannot be reached, or its client is not installed.
    """
    if not orders.queue_url:
        return OwnUnits(units)
    from crawler.queue import SharedUnits, connect

    shared = SharedUnits(connect(orders.queue_url), orders.run_id, orders.queue_lease_seconds)
    shared.fill(units)
    return shared
