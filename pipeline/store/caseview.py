"""One case as a reader sees it: its row, its members, the author's words, its links."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from pipeline.errors import UserError
from pipeline.store.database import Store

_POSTS = """
SELECT cp.*, p.url, p.author_name, p.author_kind, p.posted_at, p.first_seen_at, p.last_seen_at, p.last_checked_at,
       p.availability, p.text, p.is_edited
FROM case_posts cp JOIN posts p USING (post_id)
WHERE cp.case_id = ? ORDER BY COALESCE(p.posted_at, p.first_seen_at), p.post_id
"""

# A verdict hangs on the first post, but is the desk's word: neither that post's author nor its link stands beside it.
_UPDATES = """
SELECT u.*, CASE WHEN u.source <> 'desk' THEN p.url END AS url,
       CASE WHEN u.source <> 'desk' THEN p.author_name END AS author_name,
       CASE WHEN u.source = 'desk' THEN (
           SELECT v."by" FROM verdicts v WHERE v.origin_post_id = u.post_id AND v."at" = u.said_at
           ORDER BY v.verdict_id DESC LIMIT 1) END AS signed_by
FROM status_updates u LEFT JOIN posts p ON p.post_id = u.post_id
"""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that hangs on it; rows as they stand in the tables, times as stored text."""

    case: sqlite3.Row
    posts: tuple[sqlite3.Row, ...]
    updates: tuple[sqlite3.Row, ...]
    links: tuple[sqlite3.Row, ...]
    gone: tuple[sqlite3.Row, ...]

    @property
    def update_in_force(self) -> sqlite3.Row | None:
        """The update that the status stands on."""
        wanted = self.case["status_update_id"]
        return next((row for row in self.updates if row["update_id"] == wanted), None)


@dataclass(frozen=True, slots=True)
class CaseGlance:
    """A case as an answer needs it, however many posts hang on it: its row, first post, the words that its status
    stands on, and how many copies were posted after those words."""

    case: sqlite3.Row
    origin: sqlite3.Row | None
    update_in_force: sqlite3.Row | None
    late_count: int


def find_case_id(store: Store, name: str) -> str:
    """A case id from a case id, an older id of the case, or the id of any of its posts.

    Raises:
        UserError: nothing of that name.
    """
    row = store.conn.execute(
        "SELECT case_id FROM cases WHERE case_id = :name"
        " UNION ALL SELECT case_id FROM case_aliases WHERE old_case_id = :name"
        " UNION ALL SELECT case_id FROM case_posts WHERE post_id IN (:name, 'weibo:' || :name) AND role <> 'round_up'"
        " LIMIT 1",
        {"name": name},
    ).fetchone()
    if row is None:
        raise UserError(f"{name}: 没有这个个案或帖子 / no case or post of this name")
    return str(row[0])


def glance_at_case(store: Store, case_id: str) -> CaseGlance:
    """The case of that id, which must exist, without its many posts."""
    conn = store.conn
    case = conn.execute("SELECT * FROM cases WHERE case_id = ?", (case_id,)).fetchone()
    return CaseGlance(
        case=case,
        origin=conn.execute("SELECT * FROM posts WHERE post_id = ?", (case["origin_post_id"],)).fetchone(),
        update_in_force=conn.execute(
            f"{_UPDATES} WHERE u.case_id = ? AND u.update_id = ?",
            (case_id, case["status_update_id"]),
        ).fetchone(),
        late_count=conn.execute(
            "SELECT COUNT(*) FROM case_posts WHERE case_id = ? AND is_late = 1", (case_id,)
        ).fetchone()[0],
    )


def count_copies(store: Store, case_id: str) -> int:
    """How many posts hand the case's plea on; for a case of ten thousand this is the longest part of its card."""
    row = store.conn.execute(
        "SELECT COUNT(*) FROM case_posts WHERE case_id = ? AND role IN ('repost', 'copy', 'screenshot', 'round_up')",
        (case_id,),
    )
    return int(row.fetchone()[0])


def view_case(store: Store, case_id: str) -> CaseView:
    """The case of that id, which must exist."""
    conn = store.conn
    return CaseView(
        case=conn.execute("SELECT * FROM cases WHERE case_id = ?", (case_id,)).fetchone(),
        posts=tuple(conn.execute(_POSTS, (case_id,))),
        updates=tuple(
            conn.execute(
                f"{_UPDATES} WHERE u.case_id = ? ORDER BY u.said_at, u.update_id",
                (case_id,),
            )
        ),
        links=tuple(
            conn.execute(
                "SELECT l.relation, c.case_id, c.status, c.category, c.district FROM case_links l"
                " JOIN cases c ON c.case_id = CASE l.left_case_id WHEN :id THEN l.right_case_id ELSE l.left_case_id END"
                " WHERE :id IN (l.left_case_id, l.right_case_id) ORDER BY l.relation, c.case_id",
                {"id": case_id},
            )
        ),
        gone=tuple(
            conn.execute(
                "SELECT cp.post_id, cp.role, o.availability, MIN(o.observed_at) AS observed_at"
                " FROM case_posts cp JOIN observations o USING (post_id)"
                " WHERE cp.case_id = ? AND o.availability NOT IN ('visible', 'blocked')"
                " GROUP BY cp.post_id, o.availability ORDER BY observed_at, cp.post_id",
                (case_id,),
            )
        ),
    )
