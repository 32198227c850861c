"""Who came in, who was turned away, who read what in the clear. Append-only, for as long as the settings say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.store.desk_db import DeskDb
from pipeline.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class Access:
    """An entry of the access log."""

    at: datetime
    by: str
    action: str
    subject: str
    reason: str


def write_access(desk: DeskDb, access: Access) -> None:
    """Append an entry."""
    with desk.writing() as conn:
        conn.execute(
            'INSERT INTO access_log ("at", "by", action, subject, reason) VALUES (?, ?, ?, ?, ?)',
            (to_text(access.at), access.by, access.action, access.subject, access.reason),
        )


def drop_old_accesses(desk: DeskDb, before: datetime) -> int:
    """Forget entries older than that; how many went. Who read what in the clear stays in the store's audit trail."""
    old = (to_text(before),)
    if desk.conn.execute('SELECT 1 FROM access_log WHERE "at" < ? LIMIT 1', old).fetchone() is None:
        return 0
    with desk.writing() as conn:
        return conn.execute('DELETE FROM access_log WHERE "at" < ?', old).rowcount


def read_accesses(desk: DeskDb, limit: int) -> list[Access]:
    """The latest entries, latest first."""
    rows = desk.conn.execute("SELECT * FROM access_log ORDER BY entry_id DESC LIMIT ?", (limit,))
    return [Access(from_text(row["at"]), row["by"], row["action"], row["subject"], row["reason"]) for row in rows]
