"""`houxu process` as a table of contents: link texts, group posts into cases, read status, write.

Every step works on what changed. Each batch is one transaction that also says that it is done, so a killed run
leaves whole batches behind and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedupe.index import Index
from pipeline.assemble import Changed, assemble
from pipeline.deciding import Deciders, deciders
from pipeline.forgetting import forget_deleted
from pipeline.images.keeping import PictureFolder
from pipeline.joining.join import join_newcomers, rules_version
from pipeline.linktexts import link_texts, open_index
from pipeline.places import Places
from pipeline.settings import Settings
from pipeline.status.model import Policy
from pipeline.store.authors import touch_cases_beside
from pipeline.store.cases import (
    cases_of_posts,
    link_cases_of_authors,
    link_conflicting_cases,
    replace_cases,
    stand_of,
)
from pipeline.store.database import Store
from pipeline.store.graph import count_dirty, dirty_posts, give_cohort, mark_clean
from pipeline.store.images import count_unread
from pipeline.store.joining import keep_heard_of
from pipeline.store.keycheck import key_of
from pipeline.store.links import apply_judgements
from pipeline.store.spreading import spread_changes
from pipeline.store.totals import Totals, read_totals
from pipeline.store.verdicts import apply_verdicts

_SEEDS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ProcessCounts:
    """What a run worked on, and how the store stands after it."""

    posts: int
    totals: Totals

    def as_dict(self) -> dict[str, int]:
        """For the ledger."""
        return {"posts": self.posts, **self.totals.as_dict()}


def process(
    store: Store, places: Places, settings: Settings, now: datetime, progress: Callable[[int], None]
) -> ProcessCounts:
    """Bring cases and statuses up to date; `progress` is told the posts done."""
    give_cohort(store)
    apply_judgements(store)
    apply_verdicts(store)
    read_pictures(store, places, settings)
    link_texts(store)
    policy = policy_of(settings)
    waiting = count_dirty(store)
    with deciders(settings.workers, policy, now) as many:
        index = open_index(store)
        joined = join_newcomers(store, index, many)
        spread_changes(store, policy.author_window_days)
        _assemble_all(store, index, many, lambda walked: progress(joined + walked))
    forget_deleted(store, places, now)
    return ProcessCounts(waiting, read_totals(store))


def read_pictures(store: Store, places: Places, settings: Settings) -> Mapping[str, int]:
    """Read the pictures that wait; nothing where none does, or where the ocr extra is not installed."""
    if count_unread(store) == 0:
        return {"pictures": 0, "unreadable": 0, "waiting": 0}
    # Imported here: most runs meet no pictures, and need no pixels.
    from pipeline.images.worklist import read_new_pictures

    key = key_of(store, places.key_path)
    return read_new_pictures(store, PictureFolder(places.images_dir), key, settings, lambda _: None).as_dict()


def settle_posts(store: Store, post_ids: Sequence[str], settings: Settings, now: datetime) -> None:
    """Make the cases in reach of these posts again, and no others: what somebody judged shows at once.

    All observations must be linked (`count_unlinked` is 0), and the caller holds the writer's lock.
    """
    keep_heard_of(store, rules_version())
    with deciders(1, policy_of(settings), now) as one:
        _assemble_some(store, post_ids, open_index(store), one)


def policy_of(settings: Settings) -> Policy:
    """The knobs of the status decision."""
    status = settings.status
    return Policy(
        deletion_gap_hours=status.deletion_gap_hours,
        deletion_means_withdrawn=status.deletion_means_withdrawn,
        confidence_bar=status.confidence_bar,
        relevance_bar=status.relevance_bar,
        author_window_days=status.author_window_days,
    )


def _assemble_all(store: Store, index: Index | None, many: Deciders, progress: Callable[[int], None]) -> None:
    done, last = 0, ""
    while seeds := dirty_posts(store, _SEEDS_AT_ONCE, last) or dirty_posts(store, _SEEDS_AT_ONCE):
        # What a batch finds to be touched as well waits for the next round: many batches may touch it.
        changed = _assemble_some(store, seeds, index, many)
        last = seeds[changed.taken - 1]
        done += len(changed.walked)
        progress(done)


def _assemble_some(store: Store, seeds: Sequence[str], index: Index | None, many: Deciders) -> Changed:
    with store.writing():
        changed = assemble(store, seeds, index, many)
        before, after = cases_of_posts(store, changed.walked), stand_of(changed.records)
        replace_cases(store, before.case_ids, changed.records)
        link_cases_of_authors(store, before.author_ids | after.author_ids)
        link_conflicting_cases(store, changed.walked)
        mark_clean(store, changed.walked)
        moved = {post_id for post_id, _ in before.places ^ after.places}
        touch_cases_beside(store, sorted(moved), many.policy.author_window_days)
    return changed
