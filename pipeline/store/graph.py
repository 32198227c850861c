"""Which posts a change can touch: walks matches, reposts, replies, cases and authors out from the changed posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.linking.model import Edge
from pipeline.store.database import Store

# One step outward from the posts of the last generation. A round-up is reached and never walked through, unless
# it is what changed: it belongs to many cases and changes none of them.
_AUTHOR_WINDOW = "julianday({later}.posted_at) - julianday({earlier}.posted_at) BETWEEN 0 AND :window_days"
_STEPS = (
    "SELECT m.right_post_id FROM frontier f JOIN matches m ON m.left_post_id = f.post_id WHERE m.is_round_up = 0",
    "SELECT m.left_post_id FROM frontier f JOIN matches m ON m.right_post_id = f.post_id WHERE m.is_round_up = 0",
    "SELECT j.right_post_id FROM frontier f JOIN judgements j ON j.left_post_id = f.post_id",
    "SELECT j.left_post_id FROM frontier f JOIN judgements j ON j.right_post_id = f.post_id",
    "SELECT p.repost_of FROM frontier f JOIN posts p USING (post_id) JOIN posts t ON t.post_id = p.repost_of",
    "SELECT p.post_id FROM frontier f JOIN posts p ON p.repost_of = f.post_id",
    """SELECT s.post_id FROM frontier f JOIN posts p USING (post_id) JOIN posts s ON s.repost_of = p.repost_of
       WHERE p.repost_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM posts t WHERE t.post_id = p.repost_of)""",
    "SELECT p.reply_to FROM frontier f JOIN posts p USING (post_id) JOIN posts t ON t.post_id = p.reply_to",
    "SELECT p.post_id FROM frontier f JOIN posts p ON p.reply_to = f.post_id",
    """SELECT o.post_id FROM frontier f JOIN case_posts cp USING (post_id) JOIN case_posts o ON o.case_id = cp.case_id
       WHERE cp.role <> 'round_up'""",
    # A plea reaches what its author wrote in the window after it, and such words reach the pleas before them. What
    # he says on other people's posts does not count, or accounts that repost much would tie all cases together; what
    # he says on his own is reached through these.
    f"""SELECT w.post_id FROM frontier f JOIN posts p USING (post_id) JOIN posts w ON w.author_id = p.author_id
        WHERE p.was_plea = 1 AND w.was_plea = 0 AND w.repost_of IS NULL AND w.reply_to IS NULL
        AND {_AUTHOR_WINDOW.format(later="w", earlier="p")}""",  # noqa: S608 our own clause
    f"""SELECT q.post_id FROM frontier f JOIN posts p USING (post_id) JOIN posts q ON q.author_id = p.author_id
        WHERE p.was_plea = 0 AND q.was_plea = 1 AND p.repost_of IS NULL AND p.reply_to IS NULL
        AND {_AUTHOR_WINDOW.format(later="p", earlier="q")}""",  # noqa: S608 our own clause
)


# Round-up links are followed from what changed, in either direction, and then only to bring in the round-ups of the
# cases that were reached: through a round-up every case of a crisis would hang on every other.
_ROUND_UP_STEPS = (
    "SELECT m.right_post_id FROM {table} f JOIN matches m ON m.left_post_id = f.post_id WHERE m.is_round_up = 1",
    "SELECT m.left_post_id FROM {table} f JOIN matches m ON m.right_post_id = f.post_id WHERE m.is_round_up = 1",
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Posts that may belong to changed cases; `walked` leaves out round-ups that were only brushed."""

    post_ids: tuple[str, ...]
    walked: tuple[str, ...]


def reach_from(store: Store, seeds: Sequence[str], window_days: float) -> Reach:
    """Everything connected with the seeds."""
    conn = store.conn
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS reach (post_id TEXT PRIMARY KEY, is_walked INTEGER) WITHOUT ROWID")
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS frontier (post_id TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS found (post_id TEXT PRIMARY KEY) WITHOUT ROWID")
    for table in ("reach", "frontier", "found"):
        conn.execute(f"DELETE FROM temp.{table}")  # noqa: S608 the three names above
    conn.executemany("INSERT OR IGNORE INTO frontier VALUES (?)", [(seed,) for seed in seeds])
    for step in _ROUND_UP_STEPS:
        conn.execute(f"INSERT OR IGNORE INTO found {step.format(table='frontier')}")
    conn.execute("INSERT OR IGNORE INTO frontier SELECT post_id FROM found")
    conn.execute("DELETE FROM found")
    conn.execute("INSERT INTO reach SELECT post_id, 1 FROM frontier")
    while conn.execute("SELECT 1 FROM frontier LIMIT 1").fetchone():
        _step(store, window_days)
    for step in _ROUND_UP_STEPS:
        conn.execute(f"INSERT OR IGNORE INTO found {step.format(table='reach')}")
    conn.execute("INSERT OR IGNORE INTO reach SELECT post_id, 0 FROM found")
    conn.execute("DELETE FROM found")
    rows = conn.execute("SELECT post_id, is_walked FROM reach ORDER BY post_id").fetchall()
    return Reach(tuple(row[0] for row in rows), tuple(row[0] for row in rows if row[1]))


def _step(store: Store, window_days: float) -> None:
    conn = store.conn
    for step in _STEPS:
        parameters = {"window_days": window_days} if ":window_days" in step else {}
        conn.execute(f"INSERT OR IGNORE INTO found {step}", parameters)
    conn.execute("DELETE FROM found WHERE post_id IN (SELECT post_id FROM reach)")
    conn.execute("DELETE FROM frontier")
    conn.execute(
        "INSERT INTO frontier SELECT post_id FROM found JOIN posts USING (post_id) WHERE label IS NOT 'round_up'"
    )
    conn.execute(
        "INSERT INTO reach SELECT post_id, post_id IN (SELECT post_id FROM frontier) FROM found"
        " WHERE post_id IN (SELECT post_id FROM posts)"
    )
    conn.execute("DELETE FROM found")


def edges_in_reach(store: Store) -> list[Edge]:
    """The matches among the posts of the last reach, in a fixed order."""
    rows = store.conn.execute(
        "SELECT m.* FROM reach r JOIN matches m ON m.left_post_id = r.post_id"
        " WHERE m.right_post_id IN (SELECT post_id FROM reach)"
        " ORDER BY m.left_post_id, m.right_post_id, m.found_by"
    )
    return [
        Edge(
            row["left_post_id"],
            row["right_post_id"],
            row["found_by"],
            row["score"],
            row["evidence"],
            bool(row["is_round_up"]),
        )
        for row in rows
    ]


def dirty_posts(store: Store, limit: int) -> list[str]:
    """Posts that changed since they were last put into cases."""
    rows = store.conn.execute("SELECT post_id FROM posts WHERE is_dirty = 1 ORDER BY post_id LIMIT ?", (limit,))
    return [row[0] for row in rows]


def mark_dirty(store: Store, post_ids: Iterable[str]) -> None:
    """Have posts put into cases again; within the caller's transaction."""
    store.conn.executemany("UPDATE posts SET is_dirty = 1 WHERE post_id = ?", [(one,) for one in post_ids])


def mark_clean(store: Store, post_ids: Iterable[str]) -> None:
    """Posts are in their cases; within the caller's transaction."""
    store.conn.executemany("UPDATE posts SET is_dirty = 0 WHERE post_id = ?", [(one,) for one in post_ids])


def count_dirty(store: Store) -> int:
    """How many posts wait."""
    return int(store.conn.execute("SELECT COUNT(*) FROM posts WHERE is_dirty = 1").fetchone()[0])


def give_cohort(store: Store) -> None:
    """Number the posts that enter cases for the first time: case ids follow the first comers (decision 003)."""
    with store.writing() as conn:
        conn.execute("UPDATE posts SET cohort = (SELECT COALESCE(MAX(cohort), 0) + 1 FROM posts) WHERE cohort IS NULL")
