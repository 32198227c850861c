"""Whom changes touch beyond the walk of `pipeline.store.graph`: cases beside them, and what round-ups carry."""

from __future__ import annotations

from pipeline.store.authors import touch_cases_of_changes
from pipeline.store.database import Store

# Changed posts and what they hang on: a repost of a round-up belongs to all that the round-up carries.
_CHANGED = """WITH RECURSIVE changed (post_id) AS (
    SELECT post_id FROM posts WHERE is_dirty = 1
    UNION SELECT p.repost_of FROM changed JOIN posts p USING (post_id) WHERE p.repost_of IS NOT NULL
    UNION SELECT p.reply_to FROM changed JOIN posts p USING (post_id) WHERE p.reply_to IS NOT NULL)"""


def spread_changes(store: Store, window_days: float) -> None:
    """Mark the posts whose cases read what has changed, so that each of them is walked once and not with every change.

    To be asked once, before the changed posts are put into cases.
    """
    if store.conn.execute("SELECT 1 FROM posts WHERE is_dirty = 0 LIMIT 1").fetchone() is None:
        return
    with store.writing():
        touch_cases_of_changes(store, window_days)
        _touch_carried(store)


def _touch_carried(store: Store) -> None:
    for near, far in (("left_post_id", "right_post_id"), ("right_post_id", "left_post_id")):
        store.conn.execute(
            f"{_CHANGED} UPDATE posts SET is_dirty = 1 WHERE is_dirty = 0 AND post_id IN ("  # noqa: S608 the names above
            f" SELECT m.{far} FROM changed JOIN posts p USING (post_id) JOIN matches m ON m.{near} = p.post_id"
            " WHERE m.is_round_up = 1 OR p.label = 'round_up')"
        )
