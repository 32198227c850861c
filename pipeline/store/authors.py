"""What an author said beside a case: other cases, words that stand in no case, and whom a change of these touches."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.linking.model import Rival, Span
from pipeline.store.database import Store
from pipeline.store.graph import LOOSE
from pipeline.times import from_text, to_text

_WRITTEN_AT = "COALESCE(w.posted_at, w.first_seen_at)"
# What he says on other people's posts does not count: it says nothing of his own plea.
_IS_HIS_OWN = """(w.repost_of IS NULL AND w.reply_to IS NULL OR EXISTS (
    SELECT 1 FROM posts t WHERE t.post_id = COALESCE(w.repost_of, w.reply_to) AND t.author_id = w.author_id))"""
_IS_NEAR = f"ABS(julianday(c.opened_at) - julianday({_WRITTEN_AT})) <= :window_days"
# json_each gives (author, first time, last time).
_AUTHOR, _FIRST, _LAST = (f"json_extract(s.value, '$[{at}]')" for at in range(3))


def stored_rivals(store: Store, spans: Sequence[Span]) -> list[Rival]:
    """The stored cases that these authors opened in these times, but for those that the last reach decides again."""
    rows = store.conn.execute(
        "SELECT c.case_id, c.origin_post_id, c.author_id, c.opened_at FROM json_each(?) s"  # noqa: S608 our own clauses
        f" CROSS JOIN cases c ON c.author_id = {_AUTHOR} WHERE c.opened_at BETWEEN {_FIRST} AND {_LAST}"
        " AND NOT EXISTS (SELECT 1 FROM reach r WHERE r.post_id = c.origin_post_id AND r.is_walked = 1)",
        (_json_of(spans),),
    )
    return [Rival(row[0], row[1], row[2], from_text(row[3])) for row in rows]


def words_beside(store: Store, spans: Sequence[Span]) -> list[str]:
    """Posts that these authors wrote in these times, answering nobody else, that stand in no case by themselves.

    Of the posts that the last reach walked all are given: where they stand is being decided.
    """
    rows = store.conn.execute(
        f"SELECT w.post_id FROM json_each(?) s CROSS JOIN posts w ON w.author_id = {_AUTHOR}"  # noqa: S608 our own clauses
        f" WHERE {_WRITTEN_AT} BETWEEN {_FIRST} AND {_LAST} AND {_IS_HIS_OWN}"
        " AND (EXISTS (SELECT 1 FROM reach r WHERE r.post_id = w.post_id AND r.is_walked = 1) OR NOT EXISTS ("
        f" SELECT 1 FROM case_posts WHERE post_id = w.post_id AND NOT {LOOSE}))",
        (_json_of(spans),),
    )
    return sorted({row[0] for row in rows})


def authors_of(store: Store, post_ids: Sequence[str]) -> set[str]:
    """Who wrote these posts, as far as it is known."""
    rows = store.conn.execute(
        "SELECT DISTINCT author_id FROM posts WHERE post_id IN (SELECT value FROM json_each(?))"
        " AND author_id IS NOT NULL",
        (json.dumps(list(post_ids)),),
    )
    return {row[0] for row in rows}


def touch_cases_beside(store: Store, post_ids: Sequence[str], window_days: float) -> None:
    """Have the cases decided again whose authors wrote these posts near them; in the caller's transaction.

    Cases that the last reach walked are left out: they were decided with this change.
    """
    store.conn.execute(
        "UPDATE posts SET is_dirty = 1 WHERE post_id IN ("  # noqa: S608 our own clauses
        " SELECT c.origin_post_id FROM json_each(:ids) s CROSS JOIN posts w ON w.post_id = s.value"
        f" CROSS JOIN cases c ON c.author_id = w.author_id WHERE {_IS_NEAR} AND {_IS_HIS_OWN}"
        " AND NOT EXISTS (SELECT 1 FROM reach r WHERE r.post_id = c.origin_post_id AND r.is_walked = 1))",
        {"ids": json.dumps(list(post_ids)), "window_days": window_days},
    )


def touch_cases_of_changes(store: Store, window_days: float) -> None:
    """Have the cases decided again near which their authors' posts changed; in the caller's transaction."""
    store.conn.execute(
        "UPDATE posts SET is_dirty = 1 WHERE is_dirty = 0 AND post_id IN ("  # noqa: S608 our own clauses
        " SELECT c.origin_post_id FROM posts w CROSS JOIN cases c ON c.author_id = w.author_id"
        f" WHERE w.is_dirty = 1 AND {_IS_NEAR} AND {_IS_HIS_OWN})",
        {"window_days": window_days},
    )


def _json_of(spans: Sequence[Span]) -> str:
    return json.dumps([(span.author_id, to_text(span.first), to_text(span.last)) for span in spans])
