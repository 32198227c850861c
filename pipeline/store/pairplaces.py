"""In which cases posts ended, for evaluation."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.store.database import Store


def find_posts(store: Store, names: Sequence[str]) -> dict[str, str]:
    """Post ids by the name a file uses: a post id, or an id on its platform where only one platform has it."""
    rows = store.conn.execute(
        "SELECT n.value AS name, MIN(p.post_id) AS post_id FROM json_each(?) n"
        " JOIN posts p ON p.post_id = n.value OR p.post_id IN"
        "  (SELECT q.platform || ':' || n.value FROM (SELECT DISTINCT platform FROM posts) q)"
        " GROUP BY n.value HAVING COUNT(*) = 1",
        (json.dumps(list(names)),),
    )
    return {row["name"]: row["post_id"] for row in rows}


def cases_of(store: Store, post_ids: Sequence[str]) -> dict[str, str]:
    """The case of each post; posts without one, and round-ups, are left out."""
    rows = store.conn.execute(
        "SELECT post_id, MIN(case_id) AS case_id FROM case_posts WHERE role <> 'round_up'"
        " AND post_id IN (SELECT value FROM json_each(?)) GROUP BY post_id",
        (json.dumps(list(post_ids)),),
    )
    return {row["post_id"]: row["case_id"] for row in rows}


def linked_cases(store: Store, relation: str) -> set[tuple[str, str]]:
    """Pairs of cases with this relation, the smaller id left."""
    rows = store.conn.execute("SELECT left_case_id, right_case_id FROM case_links WHERE relation = ?", (relation,))
    return {(min(row[0], row[1]), max(row[0], row[1])) for row in rows}


def round_ups_of(store: Store, post_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The cases that each round-up among these posts carries, perhaps none; other posts are left out."""
    rows = store.conn.execute(
        "SELECT p.post_id, cp.case_id FROM posts p LEFT JOIN case_posts cp"
        " ON cp.post_id = p.post_id AND cp.role = 'round_up'"
        " WHERE p.label = 'round_up' AND p.post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["post_id"], set()).update({row["case_id"]} - {None})
    return {post_id: frozenset(case_ids) for post_id, case_ids in found.items()}
