"""Decides the status of many cases, in worker processes once they prove many. A decision is a pure function."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Decision, Policy, Reading
from pipeline.status.voices import voices_of
from pipeline.workers import pool_of

# Below this many words a pool costs more to start (each worker loads the dictionaries) than it saves.
_POOL_FROM_WORDS = 12_000
# One case may hold thousands of words and most hold a few: small parts keep all workers busy to the end.
_PARTS_A_WORKER = 8
_NOT_SENT = Reading("none", 0.0, "", "", ())


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and the posts of its file whose words can matter to it (`pipeline.status.voices`).

    Readings of single utterances are missing from the decision: they are many times as long as what is stored.
    """

    decision: Decision
    voices: frozenset[str]


DecideAll = Callable[[Sequence[CaseFile]], list[Decided]]


@dataclass(frozen=True, slots=True)
class Deciders:
    """The knobs of a run, and what decides its case files, in their order."""

    policy: Policy
    decide_all: DecideAll


@contextmanager
def deciders(workers: int, policy: Policy, now: datetime) -> Iterator[Deciders]:
    """Decides in this process at first, and in a pool once the words prove many. `workers` 0: one a processor."""
    size = workers or os.cpu_count() or 1
    pool: ProcessPoolExecutor | None = None
    seen = 0

    def decide_all(files: Sequence[CaseFile]) -> list[Decided]:
        nonlocal pool, seen
        seen += sum(map(_size_of, files))
        if size == 1 or seen <= _POOL_FROM_WORDS:
            return _decide_some(files, policy, now)
        if pool is None:
            pool = pool_of(size)
        parts = [pool.submit(_decide_some, part, policy, now) for part in _parts_of(files, size * _PARTS_A_WORKER)]
        return [decided for part in parts for decided in part.result()]

    try:
        yield Deciders(policy, decide_all)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _size_of(case_file: CaseFile) -> int:
    return 1 + len(case_file.words)


def _parts_of(files: Sequence[CaseFile], most: int) -> Iterator[Sequence[CaseFile]]:
    """Stretches of about equally many words, about `most` of them."""
    enough = sum(map(_size_of, files)) / most
    start, held = 0, 0
    for end, one in enumerate(files, 1):
        held += _size_of(one)
        if held >= enough:
            yield files[start:end]
            start, held = end, 0
    if start < len(files):
        yield files[start:]


def _decide_some(files: Sequence[CaseFile], policy: Policy, now: datetime) -> list[Decided]:
    return [_decide_one(one, policy, now) for one in files]


def _decide_one(case_file: CaseFile, policy: Policy, now: datetime) -> Decided:
    decision = decide(case_file, policy, now)
    return Decided(_without_readings(decision), voices_of(case_file, decision))


def _without_readings(decision: Decision) -> Decision:
    return replace(decision, considered=tuple(replace(one, reading=_NOT_SENT) for one in decision.considered))
