"""Matches, conflicts and judgements, and which texts still have to be linked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence, Set

from pipeline.linking.grouping import Judged
from pipeline.linking.model import Conflict, Edge
from pipeline.store.database import Store
from pipeline.store.graph import mark_dirty


def add_edges(store: Store, edges: Sequence[Edge]) -> None:
    """Enter matches, the smaller id left; the stronger score of the same pair stays. In the caller's transaction."""
    store.conn.executemany(
        "INSERT INTO matches (left_post_id, right_post_id, found_by, score, evidence, is_round_up)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET score = excluded.score, evidence = excluded.evidence,"
        " is_round_up = excluded.is_round_up"
        " WHERE (excluded.score, excluded.evidence) > (matches.score, matches.evidence)",
        [
            (*sorted((one.left_post_id, one.right_post_id)), one.found_by, one.score, one.evidence, one.is_round_up)
            for one in edges
            if one.left_post_id != one.right_post_id
        ],
    )


def add_conflicts(store: Store, conflicts: Sequence[Conflict]) -> None:
    """Enter conflicts, the smaller id left. In the caller's transaction."""
    store.conn.executemany(
        "INSERT INTO conflicts (left_post_id, right_post_id, score, evidence, is_household) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET score = excluded.score, evidence = excluded.evidence,"
        " is_household = excluded.is_household"
        " WHERE (excluded.score, excluded.evidence) > (conflicts.score, conflicts.evidence)",
        [
            (*sorted((one.left_post_id, one.right_post_id)), one.score, one.evidence, int(one.is_household))
            for one in conflicts
            if one.left_post_id != one.right_post_id
        ],
    )


def link_natively(store: Store) -> int:
    """Enter a match for each repost of a stored post among the changed posts; in the caller's transaction."""
    done = 0
    # From the changed posts outward, in this order, or SQLite would look at all reposts for each of them.
    for tables in (
        "posts r CROSS JOIN posts t ON t.post_id = r.repost_of WHERE r.is_dirty = 1",
        "posts t CROSS JOIN posts r ON r.repost_of = t.post_id WHERE t.is_dirty = 1",
    ):
        cursor = store.conn.execute(
            "INSERT OR IGNORE INTO matches (left_post_id, right_post_id, found_by, score, evidence)"  # noqa: S608 the two
            " SELECT MIN(t.post_id, r.post_id), MAX(t.post_id, r.post_id), 'native', 1.0, '原生转发 / native repost'"
            f" FROM {tables} AND t.post_id <> r.post_id"
        )
        done += cursor.rowcount
    return done


def touch_links(store: Store, edges: Sequence[Edge], conflicts: Sequence[Conflict]) -> None:
    """Posts whose links changed go into cases again; in the caller's transaction."""
    pairs: list[Edge | Conflict] = [*edges, *conflicts]
    waiting = _walked_through(store, {end for one in pairs for end in _ends(one)})
    mark_dirty(store, sorted({end for one in pairs for end in _touched(one, waiting)}))


def _ends(one: Edge | Conflict) -> tuple[str, str]:
    return one.left_post_id, one.right_post_id


def _touched(one: Edge | Conflict, waiting: Set[str]) -> tuple[str, ...]:
    """Where one end is walked from anyway, and the walk goes on to the other, that one need not be begun from."""
    is_reached = not (isinstance(one, Edge) and one.is_round_up) and not waiting.isdisjoint(_ends(one))
    return () if is_reached else _ends(one)


def _walked_through(store: Store, post_ids: Iterable[str]) -> set[str]:
    """Those of the posts that wait, and that a walk goes through."""
    rows = store.conn.execute(
        "SELECT post_id FROM posts WHERE is_dirty = 1 AND label IS NOT 'round_up'"
        " AND post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(post_ids)),),
    )
    return {row[0] for row in rows}


def load_judgements(store: Store, post_ids: Sequence[str]) -> list[Judged]:
    """The latest judgement of each pair of the posts, in a fixed order."""
    rows = store.conn.execute(
        "SELECT left_post_id, right_post_id, judgement FROM judgements"
        " WHERE left_post_id IN (SELECT value FROM json_each(:ids))"
        " AND right_post_id IN (SELECT value FROM json_each(:ids))"
        " AND judgement_id NOT IN (SELECT judgement_id FROM undone_judgements) ORDER BY judgement_id",
        {"ids": json.dumps(list(post_ids))},
    )
    latest = {tuple(sorted((row[0], row[1]))): row[2] == "same" for row in rows}
    return [Judged(left, right, is_same) for (left, right), is_same in sorted(latest.items())]


def apply_judgements(store: Store) -> None:
    """Enter judgements that arrived since the last time, so that their posts are grouped again."""
    with store.writing() as conn:
        seen = conn.execute("SELECT value FROM state WHERE name = 'judgements_seen'").fetchone()
        rows = conn.execute(
            "SELECT judgement_id, left_post_id, right_post_id, judgement FROM judgements WHERE judgement_id > ?"
            " AND judgement_id NOT IN (SELECT judgement_id FROM undone_judgements) ORDER BY judgement_id",
            (int(seen[0]) if seen else 0,),
        ).fetchall()
        for row in rows:
            _apply_judgement(store, row["left_post_id"], row["right_post_id"], row["judgement"] == "same")
        if rows:
            conn.execute("INSERT OR REPLACE INTO state VALUES ('judgements_seen', ?)", (str(rows[-1][0]),))


def _apply_judgement(store: Store, left: str, right: str, is_same: bool) -> None:
    left, right = sorted((left, right))
    pair = (left, right)
    store.conn.execute(
        "DELETE FROM matches WHERE left_post_id = ? AND right_post_id = ? AND found_by = 'judgement'", pair
    )
    if is_same:
        store.conn.execute(
            "INSERT INTO matches (left_post_id, right_post_id, found_by, score, evidence)"
            " SELECT ?, ?, 'judgement', 1.0, '人工判定为同一件事 / judged the same'"
            " WHERE (SELECT COUNT(*) FROM posts WHERE post_id IN (?, ?)) = 2",
            (*pair, *pair),
        )
    store.conn.execute("UPDATE posts SET is_dirty = 1 WHERE post_id IN (?, ?)", pair)


def add_judgement(store: Store, judged: Judged, by: str, at: str, note: str | None) -> None:
    """Append a person's judgement; it takes effect with the next process.

    Raises nothing where a post is unknown: the judgement waits for it.
    """
    with store.writing() as conn:
        conn.execute(
            'INSERT INTO judgements (left_post_id, right_post_id, judgement, "by", "at", note)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (judged.left_post_id, judged.right_post_id, "same" if judged.is_same else "different", by, at, note),
        )
