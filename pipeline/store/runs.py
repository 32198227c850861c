"""The ledger: runs, their steps, and per source and query what was asked, seen and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.database import Store
from pipeline.times import to_text


@dataclass(frozen=True, slots=True)
class RunSource:
    """What one spider asked for one query, and what came back."""

    source: str
    query: str
    requested: int
    seen: int
    new: int
    changed: int
    refused: int
    complete: bool
    note: str | None


def start_run(store: Store, run_id: str, kind: str, now: datetime) -> None:
    """Enter a run; an unfinished run of that id is taken up again."""
    with store.writing() as conn:
        conn.execute(
            "INSERT INTO runs (run_id, kind, started_at) VALUES (?, ?, ?) ON CONFLICT (run_id) DO NOTHING",
            (run_id, kind, to_text(now)),
        )


def finish_run(store: Store, run_id: str, now: datetime, outcome: str, note: str | None) -> None:
    """Close a run: outcome is done, partial or failed."""
    with finishing(store, run_id, now, outcome, note):
        pass


@contextmanager
def finishing(store: Store, run_id: str, now: datetime, outcome: str, note: str | None) -> Iterator[None]:
    """Close a run once the block, which sees it closed, is through: a run that is killed in it is taken up again."""
    with store.writing() as conn:
        conn.execute(
            "UPDATE runs SET finished_at = ?, outcome = ?, note = ? WHERE run_id = ?",
            (to_text(now), outcome, note, run_id),
        )
        yield


def unfinished_run(store: Store, kind: str, note: str | None) -> str | None:
    """The id of a run of that kind and note that was cut short, so that it can be taken up again."""
    row = store.conn.execute(
        "SELECT run_id FROM runs WHERE kind = ? AND note IS ? AND outcome IS NULL ORDER BY started_at DESC LIMIT 1",
        (kind, note),
    ).fetchone()
    return None if row is None else str(row[0])


def note_run(store: Store, run_id: str, note: str) -> None:
    """Write what a run is about, so that a cut one is recognised."""
    with store.writing() as conn:
        conn.execute("UPDATE runs SET note = ? WHERE run_id = ?", (note, run_id))


def run_exists(store: Store, run_id: str) -> bool:
    """Whether a run of that id was ever entered."""
    return store.conn.execute("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)).fetchone() is not None


def finished_steps(store: Store, run_id: str) -> dict[str, dict[str, int]]:
    """The steps of a run that are done, with their counts."""
    rows = store.conn.execute("SELECT step, counts FROM run_steps WHERE run_id = ?", (run_id,))
    return {row["step"]: json.loads(row["counts"]) for row in rows}


def finish_step(store: Store, run_id: str, step: str, now: datetime, counts: Mapping[str, int]) -> None:
    """Enter a finished step with its counts."""
    with store.writing() as conn:
        conn.execute(
            "INSERT OR REPLACE INTO run_steps (run_id, step, finished_at, counts) VALUES (?, ?, ?, ?)",
            (run_id, step, to_text(now), json.dumps(dict(counts), ensure_ascii=False)),
        )


def write_source(store: Store, run_id: str, source: RunSource) -> None:
    """Enter what a source gave in a run; entering it again replaces it."""
    with store.writing() as conn:
        conn.execute(
            "INSERT OR REPLACE INTO run_sources (run_id, source, query, requested, seen, new, changed, refused,"
            " complete, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run_id,
                source.source,
                source.query,
                source.requested,
                source.seen,
                source.new,
                source.changed,
                source.refused,
                int(source.complete),
                source.note,
            ),
        )


def read_sources(store: Store, run_id: str) -> list[RunSource]:
    """What the sources of a run gave, by source and query."""
    rows = store.conn.execute("SELECT * FROM run_sources WHERE run_id = ? ORDER BY source, query", (run_id,))
    return [
        RunSource(
            row["source"],
            row["query"],
            row["requested"],
            row["seen"],
            row["new"],
            row["changed"],
            row["refused"],
            bool(row["complete"]),
            row["note"],
        )
        for row in rows
    ]


def new_run_id(store: Store, kind: str, now: datetime) -> str:
    """An id that says what and when: `import-20240709T020000Z`, with a number where the second is taken."""
    stem = f"{kind}-{now:%Y%m%dT%H%M%SZ}"
    taken = store.conn.execute("SELECT COUNT(*) FROM runs WHERE run_id LIKE ? || '%'", (stem,)).fetchone()[0]
    return stem if taken == 0 else f"{stem}-{taken + 1}"


def drop_empty_run(store: Store, run_id: str) -> None:
    """Remove an import run that brought nothing: importing a file twice changes nothing."""
    with store.writing() as conn:
        conn.execute(
            "DELETE FROM runs WHERE run_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.run_id = runs.run_id)"
            " AND NOT EXISTS (SELECT 1 FROM rejects r WHERE r.run_id = runs.run_id)",
            (run_id,),
        )


def started_at(store: Store, run_id: str) -> str:
    """When a run began, as stored text."""
    return str(store.conn.execute("SELECT started_at FROM runs WHERE run_id = ?", (run_id,)).fetchone()[0])
