"""Which posts to look at again: a crawl that only looks for new posts never sees an update."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.store.database import Store
from pipeline.times import to_text


@dataclass(frozen=True, slots=True)
class Target:
    """A post to re-check, with its author, whose timeline and comments are read as well.

    `checked_at` is None where the author was never read: then the spider reads back to the plea.
    """

    platform: str
    native_id: str
    author_id: str | None
    posted_at: str | None
    is_gone_once: bool
    checked_at: str | None

    def as_dict(self) -> dict[str, object]:
        """The line that the spider reads; ids without their platform."""
        author = self.author_id.split(":", 1)[1] if self.author_id else None
        return {
            "platform": self.platform,
            "id": self.native_id,
            "author_id": author,
            "posted_at": self.posted_at,
            "is_gone_once": self.is_gone_once,
            "checked_at": self.checked_at,
        }


def recheck_targets(store: Store, now: datetime, days: float, limit: int) -> list[Target]:
    """Origins of cases that were seen in the last days: unresolved ones first, then the least recently checked.

    A withdrawn or closed case is looked at too: its author may ask again.
    """
    rows = store.conn.execute(
        "SELECT p.platform, p.native_id, p.author_id, p.posted_at, p.availability,"
        " CASE WHEN (SELECT COUNT(*) FROM observations o WHERE o.post_id = p.post_id) > 1 THEN p.last_checked_at END"
        " AS checked_at"
        " FROM cases c JOIN posts p ON p.post_id = c.origin_post_id"
        " WHERE p.platform = 'weibo' AND COALESCE(c.last_seen_at, c.opened_at) >= ?"
        " ORDER BY c.status NOT IN ('open', 'in_progress'), p.last_checked_at, p.post_id LIMIT ?",
        (to_text(now - timedelta(days=days)), limit),
    )
    gone = {"deleted_by_author", "removed_by_platform", "not_found"}
    return [
        Target(
            platform=row["platform"],
            native_id=row["native_id"],
            author_id=row["author_id"],
            posted_at=row["posted_at"],
            is_gone_once=row["availability"] in gone,
            checked_at=row["checked_at"],
        )
        for row in rows
    ]
