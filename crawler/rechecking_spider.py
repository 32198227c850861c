"""What the spiders of the other sites share that also look again: targets, after discovery, a few at a time."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from crawler.answers import READ, REFUSED, UNIT, Answered, answers_path, read_done_units
from crawler.chains import ChainSpider, Pending
from crawler.items import Observation
from crawler.source_spider import SourceSpider
from crawler.targets import Target, read_targets

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.night_spider import Yields

TARGETS = "targets"
TARGETS_AT_ONCE = 2


class RecheckingSpider(ChainSpider, SourceSpider):
    """Discovers, then looks again at its targets. What discovery has met already is not asked for a second time.

    A target that cannot be seen is `blocked`; what became of each goes to `<spider>.answers.jsonl`.
    """

    targets_query = TARGETS  # what the ledger calls them

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._chains: dict[str, Pending] = {}
        self._targets: dict[str, Target] = {}
        self._under_way = 0
        self._moved = asyncio.Event()

    @abstractmethod
    def start_discovery(self) -> Iterator[Request]:
        """The first requests of discovery."""

    @abstractmethod
    def has_platform(self, platform: str) -> bool:
        """Whether posts of a platform are looked at again here."""

    @abstractmethod
    def ask_target(self, target: Target) -> Request | None:
        """The first request for a target; None where it cannot be asked for here."""

    def has_met(self, target: Target) -> bool:
        """Whether discovery has read a target as its own page would show it."""
        return self.has_given(target.platform, target.id)

    async def start(self) -> AsyncIterator[Any]:
        """Discovery to its end, then target after target as long as the budget reaches."""
        for request in self.start_discovery():
            yield request
        while self._under_way:
            await self._wait()
        waiting = self._list_targets()
        if waiting:
            self.ledger.tally(self.targets_query)
        before = self.ledger.count_requested()
        while waiting and not self._is_spent(before):
            for one in self._begin(waiting.pop(0)):
                yield one
            while len(self._chains) >= TARGETS_AT_ONCE:
                await self._wait()
        self._tell_left(waiting)

    def ask(self, query: str, kind: str, url: str, step: str, **context: Any) -> Request:
        """As always, counted until it is dealt with."""
        self._under_way += 1
        return super().ask(query, kind, url, step, **context)

    def on_answer(self, response: Response, query: str, step: str, context: dict[str, Any]) -> Yields:
        """As always."""
        yield from self._count_down(super().on_answer(response, query, step, context))

    def on_failure(self, failure: Failure) -> Yields:
        """As always."""
        yield from self._count_down(super().on_failure(failure))

    def give_blocked(self, target_id: str) -> Yields:
        """Hand over that a target could not be seen, unless it was; this says nothing of it."""
        target = self._targets.get(target_id)
        if target is not None and not self.has_given(target.platform, target.id):
            yield Observation(target.platform, target.id, self.orders.read_clock(), availability="blocked")

    def find_chain(self, key: str) -> Pending:
        """The chain of a target's id."""
        return self._chains[key]

    def tell_chain(self, key: str) -> Iterator[Answered]:
        """What became of a target."""
        yield self._answer(self._targets[key], REFUSED if self._chains[key].is_refused else READ)

    def on_chain_end(self, key: str) -> None:
        """There is room for the next one."""
        del self._chains[key]

    def find_target(self, target_id: str) -> Target:
        """The target of an id that is being asked for."""
        return self._targets[target_id]

    def _list_targets(self) -> list[Target]:
        path = self.orders.targets_path
        targets = read_targets(path) if path is not None and path.is_file() else ()
        done = read_done_units(answers_path(self.orders.spool, self.name))
        own = [one for one in targets if self.has_platform(one.platform) and one.id not in done]
        self._targets = {one.id: one for one in own}
        return list(self._targets.values())

    def _begin(self, target: Target) -> Iterator[Any]:
        if self.has_met(target):
            yield self._answer(target, READ)
        elif (request := self.ask_target(target)) is not None:
            self._chains[target.id] = Pending()
            yield self.follow(target.id, request)
        else:
            self.ledger.tally(self.targets_query).add_remark("not to be asked for here")
            yield self._answer(target, REFUSED)

    def _answer(self, target: Target, outcome: str) -> Answered:
        stamp = self.orders.read_clock().isoformat()
        return Answered(UNIT, target.id, outcome, stamp, (target.id,), platform=target.platform)

    def _count_down(self, things: Yields) -> Yields:
        try:
            yield from things
        finally:
            self._under_way -= 1
            self._moved.set()

    async def _wait(self) -> None:
        self._moved.clear()
        await self._moved.wait()

    def _is_spent(self, before: int) -> bool:
        budget = self.orders.recheck_budget
        return budget is not None and self.ledger.count_requested() - before >= budget

    def _tell_left(self, left: list[Target]) -> None:
        urgent = sum(target.is_urgent for target in left)
        if urgent:
            reason = f"budget used up, {urgent} new or spreading pleas not asked for"
            self.ledger.tally(self.targets_query).leave_hole(reason)
        if len(left) > urgent:
            words = f"budget used up, {len(left) - urgent} quiet pleas left for another night"
            self.ledger.tally(self.targets_query).add_remark(words)
