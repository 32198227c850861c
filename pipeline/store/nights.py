"""Past nights and how the store stands, for the next night, its metrics and the doctor."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.database import Store
from pipeline.store.runs import RunSource
from pipeline.times import from_text, from_text_or_none, to_text


@dataclass(frozen=True, slots=True)
class PastSource:
    """A source's row in an earlier night."""

    started_at: datetime
    source: RunSource


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as the ledger has it; `outcome` and `finished_at` are None where it was cut short or still runs."""

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts over all cases."""

    open: int
    in_progress: int
    stale: int
    reviews: int


def past_sources(store: Store, source: str, before: datetime) -> list[PastSource]:
    """What a source gave in the finished nights that began before a moment, oldest first."""
    rows = store.conn.execute(
        "SELECT r.started_at, s.* FROM run_sources s JOIN runs r USING (run_id)"
        " WHERE r.kind = 'nightly' AND r.outcome IS NOT NULL AND s.source = ?"
        " AND r.started_at < ?"
        " ORDER BY r.started_at, s.query",
        (source, to_text(before)),
    )
    return [
        PastSource(
            from_text(row["started_at"]),
            RunSource(
                source=row["source"],
                query=row["query"],
                requested=row["requested"],
                seen=row["seen"],
                new=row["new"],
                changed=row["changed"],
                refused=row["refused"],
                complete=bool(row["complete"]),
                note=row["note"],
            ),
        )
        for row in rows
    ]


def finished_run_ids(store: Store) -> list[str]:
    """The runs that ended, by id."""
    return [row[0] for row in store.conn.execute("SELECT run_id FROM runs WHERE outcome IS NOT NULL ORDER BY run_id")]


def unfinished_runs(store: Store) -> list[PastRun]:
    """The runs that were cut short or still run, oldest first."""
    return _runs(store, "outcome IS NULL ORDER BY started_at, run_id")


def last_run(store: Store) -> PastRun | None:
    """The run that began last, of whatever kind."""
    return next(iter(_runs(store, "1 ORDER BY started_at DESC, run_id DESC LIMIT 1")), None)


def last_night(store: Store) -> PastRun | None:
    """The night that ended last."""
    nights = _runs(store, "kind = 'nightly' AND outcome IS NOT NULL ORDER BY started_at DESC, run_id DESC LIMIT 1")
    return next(iter(nights), None)


def read_standing(store: Store) -> Standing:
    """How many cases are open, in progress and to be reviewed, and how many posts are stale."""
    row = store.conn.execute(
        "SELECT COALESCE(SUM(status = 'open'), 0), COALESCE(SUM(status = 'in_progress'), 0),"
        " COALESCE(SUM(stale_count), 0), COALESCE(SUM(needs_review), 0) FROM cases"
    ).fetchone()
    return Standing(*row)


def count_open_by_platform(store: Store) -> dict[str, int]:
    """How many cases that still need something began on each platform."""
    rows = store.conn.execute(
        "SELECT p.platform, COUNT(*) FROM cases c JOIN posts p ON p.post_id = c.origin_post_id"
        " WHERE c.status IN ('open', 'in_progress') GROUP BY p.platform"
    )
    return {row[0]: row[1] for row in rows}


def find_damage(store: Store) -> str | None:
    """The first thing that SQLite's quick check finds wrong with the file; None when it is sound."""
    try:
        found = str(store.conn.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else found


def journal_mode(store: Store) -> str:
    """`wal` as it should be: readers work while a night writes."""
    return str(store.conn.execute("PRAGMA journal_mode").fetchone()[0])


def _runs(store: Store, condition: str) -> list[PastRun]:
    rows = store.conn.execute(f"SELECT * FROM runs WHERE {condition}")  # noqa: S608 our own conditions, above
    return [
        PastRun(
            run_id=row["run_id"],
            kind=row["kind"],
            started_at=from_text(row["started_at"]),
            finished_at=from_text_or_none(row["finished_at"]),
            outcome=row["outcome"],
            note=row["note"],
        )
        for row in rows
    ]
