"""`houxu process` as a table of contents: link texts, group posts into cases, read status, write.

Every step works on what changed. Each batch is one transaction that also says that it is done, so a killed run
leaves whole batches behind and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.deciding import deciders
from pipeline.forgetting import forget_deleted
from pipeline.images.keeping import PictureFolder
from pipeline.joining.join import join_newcomers, rules_version
from pipeline.linktexts import link_texts, open_index
from pipeline.places import Places
from pipeline.settings import Settings
from pipeline.status.model import Policy
from pipeline.store.database import Store
from pipeline.store.graph import count_dirty, give_cohort
from pipeline.store.images import count_unread
from pipeline.store.joining import keep_heard_of
from pipeline.store.keycheck import key_of
from pipeline.store.links import apply_judgements
from pipeline.store.spreading import spread_changes
from pipeline.store.totals import Totals, read_totals
from pipeline.store.verdicts import apply_verdicts
from pipeline.walking import settle_around, settle_changed


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
        settle_changed(store, index, many, lambda walked: progress(joined + walked))
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
        settle_around(store, post_ids, open_index(store), one)


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
