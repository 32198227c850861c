"""Which posts a change can touch: walks matches, judgements, reposts, replies and cases out from the changed posts.

The walk keeps to what decides who is together. A round-up is reached and never walked through, since it belongs to
many cases and joins none; what an author says elsewhere is read from the store (`pipeline.store.authors`). So what is
walked are whole cases, each in one batch, and the cost goes with what changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.linking.model import Edge
from pipeline.store.database import Store

# A membership by words of the author that stand in no case by themselves: it comes and goes with the reading.
LOOSE = "(role IN ('author_post', 'author_update') AND found_by = 'native' AND score IS NULL)"
# Memberships by what a post says itself; what only hangs on a post, as a repost of a round-up, may be in many cases.
OWN_WORDS = f"(role IN ('origin', 'copy', 'screenshot', 'author_post', 'author_update') AND NOT {LOOSE})"

# The walk goes from post to post, and by way of two kinds of hubs: a case, and a post that is not here whose reposts
# belong together. Without hubs each of k members would lead to all k others.
_POST, _CASE, _ABSENT = 0, 1, 2
# A round-up is reached and does not lead on, unless by the case that it was in itself.
_STEPS = (
    ("matches m ON m.left_post_id = w.id", "m.right_post_id", "m.is_round_up = 0"),
    ("matches m ON m.right_post_id = w.id", "m.left_post_id", "m.is_round_up = 0"),
    ("judgements j ON j.left_post_id = w.id", "j.right_post_id", "1"),
    ("judgements j ON j.right_post_id = w.id", "j.left_post_id", "1"),
    ("posts p ON p.post_id = w.id", "p.repost_of", "p.repost_of IS NOT NULL"),
    ("posts p ON p.post_id = w.id", "p.reply_to", "p.reply_to IS NOT NULL"),
    ("posts p ON p.repost_of = w.id", "p.post_id", "1"),
    ("posts p ON p.reply_to = w.id", "p.post_id", "1"),
)
_IS_ABSENT = "NOT EXISTS (SELECT 1 FROM posts t WHERE t.post_id = p.repost_of)"
_TO_HUBS = (
    (f"case_posts c ON c.post_id = w.id AND {OWN_WORDS}", "c.case_id", _CASE, "(w.goes_on = 1 OR w.is_seed = 1)"),
    (
        "posts p ON p.post_id = w.id",
        "p.repost_of",
        _ABSENT,
        f"w.goes_on = 1 AND p.repost_of IS NOT NULL AND {_IS_ABSENT}",
    ),
)
_FROM_HUBS = (
    (f"case_posts c ON c.case_id = w.id AND {OWN_WORDS}", "c.post_id", _CASE),
    ("posts p ON p.repost_of = w.id", "p.post_id", _ABSENT),
)
# CROSS JOIN keeps the order of tables: SQLite knows no sizes of these, and would look through all matches each time.
_GOES_ON = "n.label IS NOT 'round_up'"
_TO_POST = f"SELECT n.post_id, {_POST}, {_GOES_ON}, 0 FROM walk w CROSS JOIN"  # noqa: S608
_WALK = (
    "WITH RECURSIVE walk (id, kind, goes_on, is_seed) AS ("  # noqa: S608 our own steps
    f"SELECT n.post_id, {_POST}, {_GOES_ON}, 1 FROM json_each(?) s CROSS JOIN posts n ON n.post_id = s.value"
    + "".join(
        f" UNION {_TO_POST} {table} CROSS JOIN posts n ON n.post_id = {target}"
        f" WHERE w.kind = {_POST} AND w.goes_on = 1 AND {condition}"
        for table, target, condition in _STEPS
    )
    + "".join(
        f" UNION SELECT {hub}, {kind}, 1, 0 FROM walk w CROSS JOIN {table} WHERE w.kind = {_POST} AND {condition}"  # noqa: S608
        for table, hub, kind, condition in _TO_HUBS
    )
    + "".join(
        f" UNION {_TO_POST} {table} CROSS JOIN posts n ON n.post_id = {target} WHERE w.kind = {kind}"
        for table, target, kind in _FROM_HUBS
    )
    + ") INSERT OR IGNORE INTO reach"  # noqa: S608
    f" SELECT id, MAX(goes_on, is_seed) FROM walk WHERE kind = {_POST} ORDER BY is_seed DESC"
)
# What is brought in behind the walk: the round-ups of the cases that were reached, and all that hangs on these.
_BRING_IN = """WITH RECURSIVE behind (post_id) AS (
    SELECT m.right_post_id FROM reach r CROSS JOIN matches m ON m.left_post_id = r.post_id WHERE m.is_round_up = 1
    UNION SELECT m.left_post_id FROM reach r CROSS JOIN matches m ON m.right_post_id = r.post_id WHERE m.is_round_up = 1
    UNION SELECT r.post_id FROM reach r CROSS JOIN posts p USING (post_id) WHERE p.label = 'round_up'
    UNION SELECT p.post_id FROM behind b CROSS JOIN posts p ON p.repost_of = b.post_id
    UNION SELECT p.post_id FROM behind b CROSS JOIN posts p ON p.reply_to = b.post_id)
    INSERT OR IGNORE INTO reach SELECT post_id, 0 FROM behind"""
# Most matches are met at both ends: from the right they are told by the index alone, and only the others are read.
_EDGE = "m.left_post_id, m.right_post_id, m.found_by, m.score, m.evidence, m.is_round_up"
_EDGES = (
    f"SELECT {_EDGE} FROM json_each(:ids) s CROSS JOIN matches m ON m.left_post_id = s.value"  # noqa: S608 our columns
    f" UNION ALL SELECT {_EDGE} FROM json_each(:ids) s CROSS JOIN matches k ON k.right_post_id = s.value"
    " CROSS JOIN matches m ON (m.left_post_id, m.right_post_id, m.found_by)"
    " = (k.left_post_id, k.right_post_id, k.found_by)"
    " WHERE k.left_post_id NOT IN (SELECT value FROM json_each(:ids)) ORDER BY 1, 2, 3"
)
_SEEDS_AT_ONCE = 50
_REACH = "CREATE TEMP TABLE IF NOT EXISTS reach (post_id TEXT PRIMARY KEY, is_walked INTEGER) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Reach:
    """Posts that may belong to changed cases; `walked` leaves out round-ups that were only brushed.

    The walk began from the first `taken` of the seeds.
    """

    post_ids: tuple[str, ...]
    walked: tuple[str, ...]
    taken: int


def reach_from(store: Store, seeds: Sequence[str], enough: int | None = None) -> Reach:
    """Everything connected with the seeds, or with as many of them as give `enough` posts."""
    conn = store.conn
    conn.execute(_REACH)
    conn.execute("DELETE FROM temp.reach")
    taken = 0
    while taken < len(seeds) and (enough is None or _count_reached(store) < enough):
        some = seeds[taken : taken + _SEEDS_AT_ONCE]
        taken += len(some)
        conn.execute(_WALK, (json.dumps(_unreached(store, some)),))
    conn.execute(_BRING_IN)
    rows = conn.execute("SELECT post_id, is_walked FROM reach ORDER BY post_id").fetchall()
    return Reach(tuple(row[0] for row in rows), tuple(row[0] for row in rows if row[1]), taken)


def walk_only(store: Store, post_ids: Iterable[str]) -> None:
    """Let the last reach be these posts, walked, for what asks where it went."""
    store.conn.execute(_REACH)
    store.conn.execute("DELETE FROM temp.reach")
    store.conn.executemany("INSERT OR IGNORE INTO reach VALUES (?, 1)", [(one,) for one in post_ids])


def _count_reached(store: Store) -> int:
    return int(store.conn.execute("SELECT COUNT(*) FROM reach").fetchone()[0])


def _unreached(store: Store, post_ids: Sequence[str]) -> list[str]:
    # A round-up that was brushed waits for a batch of its own.
    known = store.conn.execute(
        "SELECT post_id FROM reach WHERE post_id IN (SELECT value FROM json_each(?))", (json.dumps(list(post_ids)),)
    )
    reached = {row[0] for row in known}
    return [post_id for post_id in post_ids if post_id not in reached]


def edges_at(store: Store, post_ids: Iterable[str]) -> list[Edge]:
    """All matches of these posts, in a fixed order."""
    rows = store.conn.execute(_EDGES, {"ids": json.dumps(list(post_ids))})
    return [Edge(left, right, by, score, evidence, bool(up)) for left, right, by, score, evidence, up in rows]


def count_round_up_links(store: Store, post_ids: Iterable[str]) -> dict[str, int]:
    """How many round-up links each of these posts has in the whole store; posts without any are left out."""
    rows = store.conn.execute(
        "SELECT post_id, COUNT(*) FROM ("
        " SELECT s.value AS post_id FROM json_each(:ids) s CROSS JOIN matches m ON m.left_post_id = s.value"
        " WHERE m.is_round_up = 1 UNION ALL"
        " SELECT s.value FROM json_each(:ids) s CROSS JOIN matches m ON m.right_post_id = s.value"
        " WHERE m.is_round_up = 1) GROUP BY post_id",
        {"ids": json.dumps(list(post_ids))},
    )
    return {row[0]: row[1] for row in rows}


def dirty_posts(store: Store, limit: int, after: str = "") -> list[str]:
    """Posts behind `after`, in order of id, that changed since they were last put into cases."""
    rows = store.conn.execute(
        "SELECT post_id FROM posts WHERE is_dirty = 1 AND post_id > ? ORDER BY post_id LIMIT ?", (after, limit)
    )
    return [row[0] for row in rows]


def mark_dirty(store: Store, post_ids: Iterable[str]) -> None:
    """Have posts put into cases again; within the caller's transaction."""
    store.conn.executemany("UPDATE posts SET is_dirty = 1 WHERE post_id = ?", [(one,) for one in post_ids])


def mark_clean(store: Store, post_ids: Iterable[str]) -> None:
    """Posts are in their cases; within the caller's transaction."""
    store.conn.executemany(
        "UPDATE posts SET is_dirty = 0 WHERE post_id = ? AND is_dirty = 1", [(one,) for one in post_ids]
    )


def count_dirty(store: Store) -> int:
    """How many posts wait."""
    return int(store.conn.execute("SELECT COUNT(*) FROM posts WHERE is_dirty = 1").fetchone()[0])


def give_cohort(store: Store) -> None:
    """Number the posts that enter cases for the first time: case ids follow the first comers (decision 003)."""
    with store.writing() as conn:
        last = conn.execute("SELECT value FROM state WHERE name = 'last_cohort'").fetchone()
        if last is None:
            last = conn.execute("SELECT COALESCE(MAX(cohort), 0) FROM posts").fetchone()
        # A new post is dirty, and there are few of these.
        cursor = conn.execute("UPDATE posts SET cohort = ? WHERE is_dirty = 1 AND cohort IS NULL", (int(last[0]) + 1,))
        if cursor.rowcount:
            conn.execute("INSERT OR REPLACE INTO state VALUES ('last_cohort', ?)", (str(int(last[0]) + 1),))
