"""The stale posts with the words that made them so."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A row of the view `stale_reposts`, times as stored text."""

    case_id: str
    status: str
    district: str | None
    said_at: str | None
    quote: str | None
    post_id: str
    role: str
    posted_at: str | None
    author_name: str | None
    text: str | None
    is_late: bool
    lag_seconds: int | None


def stale_rows(store: Store) -> list[StaleRow]:
    """All stale posts, by the time of the author's words, then by the time of the post."""
    rows = store.conn.execute(
        "SELECT case_id, status, district, author_said_at AS said_at, author_words AS quote, post_id, role, posted_at,"
        " author_name, text, is_late, lag_seconds FROM stale_reposts"
        " ORDER BY author_said_at, case_id, posted_at, post_id"
    )
    return [StaleRow(**{**dict(row), "is_late": bool(row["is_late"])}) for row in rows]
