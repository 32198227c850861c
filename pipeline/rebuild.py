"""`houxu rebuild`: everything derived is made again from observations, judgements and verdicts; ids stay the same.

What is kept: observations with their mentions (raw text is gone, its digests are not), the cohort of each post
(case ids follow it), and readings of texts that their authors deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.intake.ingest import reread_masked
from pipeline.places import Places
from pipeline.process import ProcessCounts, process
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.derived import all_post_ids, clear_derived
from pipeline.store.observations import rewrite_posts

_POSTS_AT_ONCE = 5_000


def rebuild_store(
    store: Store, places: Places, settings: Settings, now: datetime, progress: Callable[[int], None]
) -> ProcessCounts:
    """Derive posts, matches, cases and statuses again. Cut short, the next rebuild or process goes on."""
    post_ids = all_post_ids(store)
    with store.writing():
        clear_derived(store)
    for start in range(0, len(post_ids), _POSTS_AT_ONCE):
        with store.writing():
            rewrite_posts(store, post_ids[start : start + _POSTS_AT_ONCE], reread_masked)
        progress(min(start + _POSTS_AT_ONCE, len(post_ids)))
    return process(store, places, settings, now, progress)
