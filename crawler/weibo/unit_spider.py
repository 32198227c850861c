"""A spider that asks for units of targets, one author each, and says of each when it is done."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from crawler.answers import Answered, answers_path, read_done_units
from crawler.chains import ChainSpider
from crawler.targets import TIMELINE, group_targets, read_targets
from crawler.units import UnitSource, open_source
from crawler.weibo.mblog import PLATFORM
from crawler.weibo.spider import WeiboSpider
from crawler.weibo.watching import Watch

if TYPE_CHECKING:
    from scrapy import Request

UNITS_AT_ONCE = 2
LEFT_FOR_UNITS_UNDER_WAY = 4  # requests that what has been begun may still need


class UnitSpider(ChainSpider, WeiboSpider):
    """Takes units as long as the budget reaches, few at a time: what is not taken, another crawler may take."""

    queries: tuple[str, ...] = ()

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.watches: dict[str, Watch] = {}
        self._room = asyncio.Event()
        self._source: UnitSource

    @abstractmethod
    def ask_unit(self, watch: Watch) -> Iterator[Request]:
        """The first requests of a unit; at least one."""

    async def start(self) -> AsyncIterator[Any]:
        """Unit after unit."""
        for query in self.queries:
            self.ledger.tally(query)
        targets = [target for target in read_targets(self.orders.targets_path) if target.platform == PLATFORM]
        done = read_done_units(answers_path(self.orders.spool, self.name))
        self._source = open_source(self.orders, [unit for unit in group_targets(targets) if unit.key not in done])
        while not self._is_spent() and (unit := await self._source.take()):
            watch = self.watches[unit.key] = Watch.begin(unit, self.orders.window_start)
            # All are counted before the first is sent: its answer must not find the unit finished.
            for request in [self.follow(unit.key, one) for one in self.ask_unit(watch)]:
                yield request
            while len(self.watches) >= UNITS_AT_ONCE:
                self._room.clear()
                await self._room.wait()
        self._tell_left()

    def find_chain(self, key: str) -> Watch:
        """The watch over a unit."""
        return self.watches[key]

    def tell_chain(self, key: str) -> Iterator[Answered]:
        """What became of a unit."""
        yield from self.watches[key].tell(self.orders.read_clock())

    def on_chain_going(self, key: str) -> None:
        """Somebody is still busy with it."""
        self._source.renew(self.watches[key].unit)

    def on_chain_end(self, key: str) -> None:
        """There is room for the next unit."""
        self._source.finish(self.watches.pop(key).unit)
        self._room.set()

    def _is_spent(self) -> bool:
        budget = self.orders.recheck_budget
        return budget is not None and self.ledger.count_requested() + LEFT_FOR_UNITS_UNDER_WAY > budget

    def _tell_left(self) -> None:
        left = self._source.read_left()
        urgent = sum(unit.is_urgent for unit in left)
        tally = self.ledger.tally(TIMELINE)
        if urgent:
            tally.leave_hole(f"budget used up, {urgent} authors of new or spreading pleas not asked")
        if len(left) > urgent:
            tally.add_remark(f"budget used up, {len(left) - urgent} authors of quiet pleas left for another night")
