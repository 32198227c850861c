"""Walks out from changed posts, a batch of whole cases at a time, and enters what is decided about each batch.

This process walks and writes; where there is much to do, workers read and decide the batches in between, several at a
time. Batches in the air share no post. What one of them may not have seen of another is what its authors did there
meanwhile: their cases are decided once more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from dedupe.index import Index
from pipeline.assemble import Changed, assemble
from pipeline.deciding import Deciders, deciders
from pipeline.linktexts import open_index
from pipeline.status.model import Policy
from pipeline.store.authors import authors_of, touch_cases_beside
from pipeline.store.cases import (
    CaseRecord,
    cases_of_posts,
    link_cases_of_authors,
    link_conflicting_cases,
    replace_cases,
    stand_of,
)
from pipeline.store.database import Store, begin_log_anew, read_store
from pipeline.store.graph import Reach, dirty_posts, mark_clean, mark_dirty, reach_from, walk_only

_SEEDS_AT_ONCE = 2_000
# A case is decided whole, and so large ones make a batch larger.
_POSTS_AT_ONCE = 5_000
# Each writes about 20 MB in a store of a million.
_LANDINGS_A_LOG = 16


def settle_changed(store: Store, index: Index | None, many: Deciders, progress: Callable[[int], None]) -> None:
    """Put all changed posts into their cases; `progress` is told the posts done."""
    flights = _Flights(store, index, many, progress)
    last = ""
    while seeds := flights.on_the_ground(last) or flights.on_the_ground(""):
        reach = reach_from(store, seeds, _POSTS_AT_ONCE)
        if not flights.make_way(reach):
            flights.launch(reach)
            # What a batch finds to be touched as well waits for the next round: many batches may touch it.
            last = seeds[reach.taken - 1]


def settle_around(store: Store, seeds: Sequence[str], index: Index | None, one: Deciders) -> None:
    """Decide the cases in reach of these posts again, and no others."""
    _enter(store, assemble(store, reach_from(store, seeds), index, one), one.policy, frozenset())


@dataclass(slots=True)
class _Flight:
    """A batch that a worker decides, and the authors whose posts found other places since it was sent."""

    walked: frozenset[str]
    changed: Future[Changed]
    overtaken: set[str] = field(default_factory=set)


class _Flights:
    """The batches in the air. They land in the order in which they were sent."""

    def __init__(self, store: Store, index: Index | None, many: Deciders, progress: Callable[[int], None]) -> None:
        self._store = store
        self._index = index
        self._many = many
        self._progress = progress
        self._air: deque[_Flight] = deque()
        self._done = 0
        self._landed = 0

    def on_the_ground(self, after: str) -> list[str]:
        """The next changed posts behind `after` that are not in the air; where all are, some are landed first."""
        while True:
            flying = frozenset().union(*(flight.walked for flight in self._air))
            seeds = dirty_posts(self._store, _SEEDS_AT_ONCE + len(flying), after)
            waiting = [one for one in seeds if one not in flying][:_SEEDS_AT_ONCE]
            if waiting or after or not self._air:
                return waiting
            self._land()

    def make_way(self, reach: Reach) -> bool:
        """Land the batches that walked what is reached; whether there were any."""
        has_landed = False
        while any(not flight.walked.isdisjoint(reach.walked) for flight in self._air):
            self._land()
            has_landed = True
        return has_landed

    def launch(self, reach: Reach) -> None:
        """Have what is reached decided, here or by a worker."""
        many = self._many
        if not many.crew.is_called_for(len(reach.walked)):
            self._enter(assemble(self._store, reach, self._index, many), frozenset())
            return
        if len(self._air) > many.crew.size:
            self._land()
        changed = many.crew.submit(_assemble_apart, self._store.path, reach, many.policy, many.now)
        self._air.append(_Flight(frozenset(reach.walked), changed))

    def _land(self) -> None:
        flight = self._air.popleft()
        self._enter(flight.changed.result(), flight.overtaken)
        self._landed += 1
        if self._landed % _LANDINGS_A_LOG == 0:
            begin_log_anew(self._store)

    def _enter(self, changed: Changed, overtaken: Iterable[str]) -> None:
        moved = _enter(self._store, changed, self._many.policy, frozenset(overtaken))
        for flight in self._air:
            flight.overtaken |= moved
        self._done += len(changed.walked)
        self._progress(self._done)


def _assemble_apart(path: Path, reach: Reach, policy: Policy, now: datetime) -> Changed:
    """In a worker: read the store, and write nothing."""
    store = _reader_of(path)
    walk_only(store, reach.walked)
    with deciders(1, policy, now) as alone:
        return assemble(store, reach, open_index(store), alone)


@cache
def _reader_of(path: Path) -> Store:
    return read_store(path)


def _enter(store: Store, changed: Changed, policy: Policy, overtaken: frozenset[str]) -> set[str]:
    """Write a batch in one transaction, which also says that it is done; the authors whose posts moved.

    Cases of authors who were `overtaken` were decided without what these did meanwhile, and wait again.
    """
    with store.writing():
        before, after = cases_of_posts(store, changed.walked), stand_of(changed.records)
        replace_cases(store, before.case_ids, changed.records)
        link_cases_of_authors(store, before.author_ids | after.author_ids)
        link_conflicting_cases(store, changed.walked)
        mark_clean(store, changed.walked)
        moved = sorted({post_id for post_id, _ in before.places ^ after.places})
        walk_only(store, changed.walked)
        touch_cases_beside(store, moved, policy.author_window_days)
        mark_dirty(store, _origins_of(changed.records, overtaken))
        return authors_of(store, moved)


def _origins_of(records: Iterable[CaseRecord], author_ids: frozenset[str]) -> list[str]:
    return [one.case.origin_post_id for one in records if one.case.author_id in author_ids]
