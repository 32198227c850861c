"""Chains of requests: what is asked for one thing, one answer leading to the next, until nothing of it is pending."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import Request

from crawler.night_spider import NightSpider

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.answers import Answered
    from crawler.night_spider import Yields

_KEY = "houxu_chain"


class Chain(Protocol):
    """What is remembered of a chain: how many of its requests have no answer yet, and whether any was refused."""

    pending: int
    is_refused: bool


@dataclass(slots=True)
class Pending:
    """A chain of which nothing else is remembered."""

    pending: int = 0
    is_refused: bool = False


class ChainSpider(NightSpider):
    """Says of each chain what became of it, after the last thing that it brought."""

    @abstractmethod
    def find_chain(self, key: str) -> Chain:
        """The chain of a key."""

    @abstractmethod
    def tell_chain(self, key: str) -> Iterator[Answered]:
        """What became of a chain; called once, when it ends well."""

    def on_chain_going(self, key: str) -> None:
        """Called after each answer that leaves something pending."""

    @abstractmethod
    def on_chain_end(self, key: str) -> None:
        """Called when nothing of a chain is pending any more, also after a bug; it is forgotten then."""

    def follow(self, key: str, request: Request) -> Request:
        """Make a request a part of a chain."""
        request.meta[_KEY] = key
        self.find_chain(key).pending += 1
        return request

    def on_answer(self, response: Response, query: str, step: str, context: dict[str, Any]) -> Yields:
        """As always; what is asked for on the way belongs to the same chain."""
        yield from self._go_on(response.meta.get(_KEY), super().on_answer(response, query, step, context))

    def on_failure(self, failure: Failure) -> Yields:
        """As `on_answer`."""
        request: Request = failure.request  # type: ignore[attr-defined]
        yield from self._go_on(request.meta.get(_KEY), super().on_failure(failure))

    def _go_on(self, key: str | None, things: Yields) -> Iterator[Any]:
        if key is None:
            yield from things
            return
        chain = self.find_chain(key)
        refused = self.ledger.count_refused()
        is_sound = False
        try:
            for one in things:
                yield self.follow(key, one) if isinstance(one, Request) else one
            chain.is_refused = chain.is_refused or self.ledger.count_refused() > refused
            if chain.pending == 1:
                yield from self.tell_chain(key)
            is_sound = True
        finally:
            chain.pending -= 1
            chain.is_refused = chain.is_refused or not is_sound
            if chain.pending:
                self.on_chain_going(key)
            else:
                self.on_chain_end(key)
