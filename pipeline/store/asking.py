"""What look-ups ask the store."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.store.database import Store

# A phone in more posts than this is a hotline or a volunteer's; it says nothing about who is meant.
_MOST_POSTS_OF_A_PHONE = 200


def cases_of_post(store: Store, post_id: str) -> list[str]:
    """Cases that a post belongs to; for a round-up, all that it carries."""
    return [case_id for case_id, _ in places_of_posts(store, [post_id])[post_id]]


def places_of_posts(store: Store, post_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """(case id, role in it) of each case that each of these posts belongs to."""
    places: dict[str, list[tuple[str, str]]] = {post_id: [] for post_id in post_ids}
    rows = store.conn.execute(
        "SELECT post_id, case_id, role FROM case_posts WHERE post_id IN (SELECT value FROM json_each(?))"
        " ORDER BY post_id, case_id",
        (json.dumps(list(places)),),
    )
    for post_id, case_id, role in rows:
        places[post_id].append((case_id, role))
    return places


def is_in_case(store: Store, post_id: str, case_id: str) -> bool:
    """Whether a post belongs to a case, as what it may be."""
    row = store.conn.execute("SELECT 1 FROM case_posts WHERE case_id = ? AND post_id = ?", (case_id, post_id))
    return row.fetchone() is not None


def posts_at_url(store: Store, spellings: Sequence[str]) -> list[str]:
    """Posts whose link is one of these."""
    rows = store.conn.execute(
        "SELECT post_id FROM posts WHERE url IN (SELECT value FROM json_each(?)) ORDER BY post_id",
        (json.dumps(list(spellings)),),
    )
    return [row[0] for row in rows]


def posts_with_hmacs(store: Store, hmacs: Sequence[str]) -> list[str]:
    """Posts that hold any of these phones or ID numbers."""
    rows = store.conn.execute(
        "SELECT DISTINCT post_id FROM mentions WHERE kind IN ('phone', 'id_number') AND hmac IS NOT NULL"
        " AND hmac IN (SELECT value FROM json_each(?)) ORDER BY post_id LIMIT ?",
        (json.dumps(list(hmacs)), _MOST_POSTS_OF_A_PHONE + 1),
    ).fetchall()
    return [] if len(rows) > _MOST_POSTS_OF_A_PHONE else [row[0] for row in rows]
