"""`houxu process` as a table of contents: link texts, group posts into cases, read status, write.

Every step works on what changed. Each batch is one transaction that also says that it is done, so a killed run
leaves whole batches behind and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedupe.index import Index
from pipeline.assemble import assemble
from pipeline.forgetting import forget_deleted
from pipeline.linktexts import link_texts, open_index
from pipeline.places import Places
from pipeline.settings import Settings
from pipeline.status.model import Policy
from pipeline.store.cases import link_cases_of_authors, link_conflicting_cases, replace_cases
from pipeline.store.database import Store
from pipeline.store.graph import count_dirty, dirty_posts, give_cohort, mark_clean
from pipeline.store.links import apply_judgements
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
    link_texts(store)
    waiting = count_dirty(store)
    _assemble_all(store, open_index(store), policy_of(settings), now, progress)
    forget_deleted(store, places, now)
    return ProcessCounts(waiting, read_totals(store))


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


def _assemble_all(
    store: Store, index: Index | None, policy: Policy, now: datetime, progress: Callable[[int], None]
) -> None:
    done = 0
    while seeds := dirty_posts(store, _SEEDS_AT_ONCE):
        done += _assemble_some(store, seeds, index, policy, now)
        progress(done)


def _assemble_some(store: Store, seeds: Sequence[str], index: Index | None, policy: Policy, now: datetime) -> int:
    with store.writing():
        changed = assemble(store, seeds, index, policy, now)
        replace_cases(store, changed.old_case_ids, changed.records)
        link_cases_of_authors(store, [record.case.case_id for record in changed.records])
        link_conflicting_cases(store, changed.walked)
        mark_clean(store, changed.walked)
    return len(changed.walked)
