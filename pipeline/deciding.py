"""Decides many cases and carries what was decided to their members, in worker processes once they prove many.

Both are pure functions. The same workers also assemble whole batches of cases (`pipeline.walking`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pipeline.status.carry import carry
from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Decision, Flag, Member, Policy, Reading
from pipeline.status.voices import voices_of
from pipeline.workers import pool_of

# Below this many words a pool costs more to start (each worker loads the dictionaries) than it saves.
_POOL_FROM_WORDS = 12_000
# _One case may hold thousands of words and most hold a few: small parts keep all workers busy to the end.
_PARTS_A_WORKER = 8
_NOT_SENT = Reading("none", 0.0, "", "", ())

_One = TypeVar("_One")
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and the posts of its file whose words can matter to it (`pipeline.status.voices`).

    Readings of single utterances are missing from the decision: they are many times as long as what is stored.
    """

    decision: Decision
    voices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A decided case and those who stand in it."""

    decision: Decision
    members: tuple[Member, ...]


class Crew:
    """Worker processes that are only called when there is much to do."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None
        self._seen = 0

    def is_called_for(self, words: int) -> bool:
        """Whether there is enough work for workers, with so many words more."""
        self._seen += words
        return self.size > 1 and self._seen > _POOL_FROM_WORDS

    def submit(self, work: Callable[..., _Done], *arguments: Any) -> Future[_Done]:
        """Have a worker do it."""
        if self._pool is None:
            self._pool = pool_of(self.size)
        return self._pool.submit(work, *arguments)

    def spread(
        self, work: Callable[[Sequence[_One]], list[_Done]], items: Sequence[_One], weigh: Callable[[_One], int]
    ) -> list[_Done]:
        """`work` done on the items, in their order."""
        if not self.is_called_for(sum(map(weigh, items))):
            return work(items)
        parts = [self.submit(work, part) for part in _parts_of(items, self.size * _PARTS_A_WORKER, weigh)]
        return [done for part in parts for done in part.result()]

    def leave(self) -> None:
        """Send the workers home; what they have begun is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


DecideAll = Callable[[Sequence[CaseFile]], list[Decided]]
CarryAll = Callable[[Sequence[Standing]], list[tuple[Flag, ...]]]


@dataclass(frozen=True, slots=True)
class Deciders:
    """The knobs of a run, what decides its case files, and what carries decisions to members; both keep the order."""

    policy: Policy
    now: datetime
    crew: Crew
    decide_all: DecideAll
    carry_all: CarryAll


@contextmanager
def deciders(workers: int, policy: Policy, now: datetime) -> Iterator[Deciders]:
    """Works in this process at first, and in a pool once the words prove many. `workers` 0: one a processor."""
    crew = Crew(workers or os.cpu_count() or 1)
    try:
        yield Deciders(
            policy,
            now,
            crew,
            lambda files: crew.spread(partial(_decide_some, policy=policy, now=now), files, _words_of),
            lambda standing: crew.spread(_carry_some, standing, _members_of),
        )
    finally:
        crew.leave()


def _words_of(case_file: CaseFile) -> int:
    return 1 + len(case_file.words)


def _members_of(standing: Standing) -> int:
    return 1 + len(standing.members)


def _parts_of(items: Sequence[_One], most: int, weigh: Callable[[_One], int]) -> Iterator[Sequence[_One]]:
    """Stretches of about equal weight, about `most` of them."""
    enough = sum(map(weigh, items)) / most
    start, held = 0, 0
    for end, one in enumerate(items, 1):
        held += weigh(one)
        if held >= enough:
            yield items[start:end]
            start, held = end, 0
    if start < len(items):
        yield items[start:]


def _decide_some(files: Sequence[CaseFile], policy: Policy, now: datetime) -> list[Decided]:
    return [_decide_one(one, policy, now) for one in files]


def _decide_one(case_file: CaseFile, policy: Policy, now: datetime) -> Decided:
    decision = decide(case_file, policy, now)
    return Decided(_without_readings(decision), voices_of(case_file, decision))


def _carry_some(some: Sequence[Standing]) -> list[tuple[Flag, ...]]:
    return [carry(one.decision, one.members) for one in some]


def _without_readings(decision: Decision) -> Decision:
    return replace(decision, considered=tuple(replace(one, reading=_NOT_SENT) for one in decision.considered))
