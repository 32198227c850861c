"""Takes the words of a post out of every table that holds any."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.store.database import Store
from pipeline.store.wordindex import forget_words

FORGOTTEN_QUOTE = "〔作者已删除原文〕"


def deleted_with_text(store: Store) -> list[str]:
    """Posts that their authors deleted, or that were forgotten on request, with text or pictures here (again)."""
    rows = store.conn.execute(
        "SELECT p.post_id FROM posts p WHERE (p.availability = 'deleted_by_author'"
        " OR p.post_id IN (SELECT subject FROM audit WHERE action = 'forget'))"
        " AND (EXISTS (SELECT 1 FROM observations o WHERE o.post_id = p.post_id AND o.text IS NOT NULL)"
        "  OR EXISTS (SELECT 1 FROM post_images i WHERE i.post_id = p.post_id))"
        " ORDER BY p.post_id"
    )
    return [row[0] for row in rows]


def runs_of_posts(store: Store, post_ids: Sequence[str]) -> list[str]:
    """The runs that brought observations of these posts: their spool files hold the raw text."""
    rows = store.conn.execute(
        "SELECT DISTINCT run_id FROM observations WHERE post_id IN (SELECT value FROM json_each(?)) ORDER BY run_id",
        (json.dumps(list(post_ids)),),
    )
    return [row[0] for row in rows]


def purge_posts(store: Store, post_ids: Sequence[str]) -> None:
    """Blank text, names and masked forms; keep digests. In the caller's transaction.

    What was read from the words (label, category, updates with their rule and time) stays: it is no longer the
    words, and a status that stood on them must not fall because they are gone.
    """
    ids = json.dumps(list(post_ids))
    those = "post_id IN (SELECT value FROM json_each(?))"
    conn = store.conn
    forget_words(conn, post_ids)
    conn.execute(
        # By the observation that first showed these words: the update was said then, not when it was last seen.
        "INSERT OR REPLACE INTO kept_readings (observation_id, post_id, kind, rule, confidence)"  # noqa: S608 see `those`
        " SELECT (SELECT e.observation_id FROM observations e WHERE e.post_id = o.post_id AND e.text = o.text"
        "  ORDER BY e.observed_at, e.observation_id LIMIT 1), u.post_id, u.kind, u.rule, u.confidence"
        " FROM status_updates u JOIN posts p USING (post_id)"
        " JOIN observations o ON o.observation_id = p.text_observation_id"
        f" WHERE u.{those} AND u.source = 'author' AND u.rule <> 'deleted' AND o.text IS NOT NULL"
        # What was said last stands: an edit may have taken back what the text before it told.
        " ORDER BY u.said_at, u.observed_at, u.confidence",
        (ids,),
    )
    conn.execute(
        f"UPDATE observations SET is_purged = 1, text = NULL WHERE text IS NOT NULL AND {those}",  # noqa: S608
        (ids,),
    )
    conn.execute(f"UPDATE observations SET author_name = NULL WHERE {those}", (ids,))  # noqa: S608
    conn.execute(f"UPDATE posts SET text = NULL, author_name = NULL WHERE {those}", (ids,))  # noqa: S608
    conn.execute(f"UPDATE mentions SET masked = '' WHERE kind <> 'need' AND {those}", (ids,))  # noqa: S608
    _forget_quoted(store, ids)
    conn.execute(
        f"UPDATE status_updates SET quote = ? WHERE rule <> 'deleted' AND {those}",  # noqa: S608
        (FORGOTTEN_QUOTE, ids),
    )
    # Documents stay, as those of texts do: blank by now, and known by their hashes.
    conn.execute(f"DELETE FROM post_images WHERE {those}", (ids,))  # noqa: S608
    conn.execute("DELETE FROM images WHERE image_id NOT IN (SELECT image_id FROM post_images)")


def _forget_quoted(store: Store, ids: str) -> None:
    """Take the words out of the reasons that quote them, in every case."""
    quoted = (
        "SELECT case_id, quote FROM status_updates WHERE quote <> '' AND rule <> 'deleted'"
        " AND post_id IN (SELECT value FROM json_each(?))"
    )
    for case_id, quote in store.conn.execute(quoted, (ids,)).fetchall():
        for table, column in (("case_posts", "stale_reason"), ("cases", "review_reason")):
            store.conn.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?) WHERE case_id = ?",  # noqa: S608 the names above
                (quote, FORGOTTEN_QUOTE, case_id),
            )
