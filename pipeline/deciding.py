"""Decides many cases and carries what was decided to their members, in worker processes once they prove many.

Both are pure functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

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


DecideAll = Callable[[Sequence[CaseFile]], list[Decided]]
CarryAll = Callable[[Sequence[Standing]], list[tuple[Flag, ...]]]


@dataclass(frozen=True, slots=True)
class Deciders:
    """The knobs of a run, what decides its case files, and what carries decisions to members; both keep the order."""

    policy: Policy
    decide_all: DecideAll
    carry_all: CarryAll


@contextmanager
def deciders(workers: int, policy: Policy, now: datetime) -> Iterator[Deciders]:
    """Works in this process at first, and in a pool once the words prove many. `workers` 0: one a processor."""
    crew = _Crew(workers or os.cpu_count() or 1)
    try:
        yield Deciders(
            policy,
            lambda files: crew.spread(partial(_decide_some, policy=policy, now=now), files, _words_of),
            lambda standing: crew.spread(_carry_some, standing, _members_of),
        )
    finally:
        crew.leave()


class _Crew:
    """Worker processes that are only called when there is much to do."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pool: ProcessPoolExecutor | None = None
        self._seen = 0

    def spread(
        self, work: Callable[[Sequence[_One]], list[_Done]], items: Sequence[_One], weigh: Callable[[_One], int]
    ) -> list[_Done]:
        """`work` done on the items, in their order."""
        self._seen += sum(map(weigh, items))
        if self._size == 1 or self._seen <= _POOL_FROM_WORDS:
            return work(items)
        if self._pool is None:
            self._pool = pool_of(self._size)
        parts = [self._pool.submit(work, part) for part in _parts_of(items, self._size * _PARTS_A_WORKER, weigh)]
        return [done for part in parts for done in part.result()]

    def leave(self) -> None:
        """Send the workers home; what they have begun is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


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
