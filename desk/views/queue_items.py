"""An item of the queue: the case, how urgent it is, and the one line that says why it is here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.showing import clock_level
from pipeline.times import from_text, from_text_or_none


@dataclass(frozen=True, slots=True)
class Item:
    """`level` is good, warn or bad. Of the numbers only those of its list are set; spans are seconds."""

    case: sqlite3.Row
    level: str
    waited_seconds: float | None = None
    late_in_day: int = 0
    late_count: int = 0
    last_late_at: str | None = None
    said_seconds: float | None = None


def show_items(name: str, rows: Sequence[sqlite3.Row], now: datetime) -> list[Item]:
    """The items of a list."""
    makers = {"spreading": _spreading, "waiting": _waiting}
    return [makers.get(name, _plain)(row, now) for row in rows]


def _spreading(row: sqlite3.Row, now: datetime) -> Item:
    said_at = from_text_or_none(row["said_at"])
    return Item(
        case=row,
        level="bad" if row["late_in_day"] >= 3 else "warn",
        late_in_day=row["late_in_day"],
        late_count=row["late_count"],
        last_late_at=row["last_late_at"],
        said_seconds=None if said_at is None else (now - said_at).total_seconds(),
    )


def _waiting(row: sqlite3.Row, now: datetime) -> Item:
    waited = now - from_text(row["opened_at"])
    return Item(case=row, level=clock_level(waited), waited_seconds=waited.total_seconds())


def _plain(row: sqlite3.Row, now: datetime) -> Item:
    opened_at = from_text_or_none(row["opened_at"])
    waited = timedelta(0) if opened_at is None else now - opened_at
    return Item(
        case=row,
        level="bad" if row["status"] in ("open", "in_progress") else "warn",
        waited_seconds=waited.total_seconds(),
    )
