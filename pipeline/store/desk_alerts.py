"""Who watches which case, and which alert went where, so that each goes once."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from pipeline.store.database import Store
from pipeline.store.desk_db import DeskDb
from pipeline.times import to_text


def add_watch(desk: DeskDb, case_id: str, by: str, at: datetime) -> None:
    """Somebody wants to hear what is new on a case from now on."""
    with desk.writing() as conn:
        conn.execute("INSERT OR IGNORE INTO watches VALUES (?, ?, ?)", (case_id, by, to_text(at)))


def drop_watch(desk: DeskDb, case_id: str, by: str) -> None:
    """They don't any more."""
    with desk.writing() as conn:
        conn.execute('DELETE FROM watches WHERE case_id = ? AND "by" = ?', (case_id, by))


def is_watched(desk: DeskDb, case_id: str, by: str) -> bool:
    """Whether somebody watches a case."""
    row = desk.conn.execute('SELECT 1 FROM watches WHERE case_id = ? AND "by" = ?', (case_id, by)).fetchone()
    return row is not None


def watched_cases(desk: DeskDb) -> list[tuple[str, str]]:
    """(case id, since when as stored text) of every watched case, from the first who watches it."""
    rows = desk.conn.execute('SELECT case_id, MIN("at") FROM watches GROUP BY case_id ORDER BY case_id')
    return [(row[0], row[1]) for row in rows]


def updates_seen_after(store: Store, case_id: str, since: str) -> list[sqlite3.Row]:
    """Updates of a case that were seen after a time (stored text), in the order in which they were said."""
    return store.conn.execute(
        "SELECT u.*, p.url FROM status_updates u LEFT JOIN posts p USING (post_id)"
        " WHERE u.case_id = ? AND u.observed_at > ? ORDER BY u.said_at, u.update_id",
        (case_id, since),
    ).fetchall()


def is_sent(desk: DeskDb, alert_key: str, target_digest: str) -> bool:
    """Whether an alert reached a target already."""
    row = desk.conn.execute(
        "SELECT 1 FROM alerts_sent WHERE alert_key = ? AND target_digest = ?", (alert_key, target_digest)
    ).fetchone()
    return row is not None


def note_sent(desk: DeskDb, alert_key: str, target_digest: str, at: datetime) -> None:
    """Remember that it did."""
    with desk.writing() as conn:
        conn.execute("INSERT OR IGNORE INTO alerts_sent VALUES (?, ?, ?)", (alert_key, target_digest, to_text(at)))
