"""The public clocks in one pass over the cases: on a large store each view of its own would take as long again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.store.boards import BoardCase, Question, read_board_list, read_questions
from pipeline.store.clocks import Clocks, Official, read_officials
from pipeline.store.database import Store

_COUNTS = (
    "received",
    "answered",
    "answered_online",
    "handed_over",
    "office_done",
    "done",
    "due_3_h",
    "answered_3_h",
    "due_8_h",
    "answered_8_h",
)
_BY_BOTH = """
SELECT district, category, COUNT(*) AS received, COUNT(answered_at) AS answered,
       COUNT(answered_online_at) AS answered_online, COUNT(handed_over_at) AS handed_over,
       COUNT(office_done_at) AS office_done, COUNT(done_at) AS done,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h
FROM case_clocks GROUP BY district, category
"""


@dataclass(frozen=True, slots=True)
class Board:
    """All clocks: of the whole store (None where it has no case with a time), by area, by need, by account; and what
    takes as long to gather: the hottest cases and what many people ask."""

    total: Clocks | None
    by_district: tuple[Clocks, ...]
    by_category: tuple[Clocks, ...]
    officials: tuple[Official, ...]
    hot: tuple[BoardCase, ...]
    questions: tuple[Question, ...]


def read_board(store: Store) -> Board:
    """The clocks as the views `clock_totals`, `clocks_by_district` and `clocks_by_category` have them."""
    rows = store.conn.execute(_BY_BOTH).fetchall()
    return Board(
        total=_sum_up(None, rows) if rows else None,
        by_district=_sum_by("district", rows),
        by_category=_sum_by("category", rows),
        officials=tuple(read_officials(store)),
        hot=tuple(read_board_list(store, "hot")),
        questions=tuple(read_questions(store)),
    )


def board_stamp(store: Store) -> str:
    """What changes whenever the clocks may have: the latest run and the latest act."""
    run = store.conn.execute(
        "SELECT run_id || COALESCE(finished_at, '') FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1"
    ).fetchone()
    act = store.conn.execute("SELECT COALESCE(MAX(audit_id), 0) FROM audit").fetchone()
    return f"{run[0] if run else ''}|{act[0]}"


def _sum_by(dimension: str, rows: Iterable[sqlite3.Row]) -> tuple[Clocks, ...]:
    groups: dict[str | None, list[sqlite3.Row]] = {}
    for row in rows:
        groups.setdefault(row[dimension], []).append(row)
    summed = [_sum_up(name, members) for name, members in groups.items()]
    # As SQLite orders them: most cases first, no name before names.
    return tuple(sorted(summed, key=lambda one: (-one.received, one.name is not None, one.name or "")))


def _sum_up(name: str | None, rows: Iterable[sqlite3.Row]) -> Clocks:
    members = list(rows)
    n = {count: sum(row[count] for row in members) for count in _COUNTS}
    return Clocks(
        name=name,
        received=n["received"],
        answered=n["answered"],
        answered_online=n["answered_online"],
        handed_over=n["handed_over"],
        office_done=n["office_done"],
        done=n["done"],
        answer_rate=_rate(n["answered"], n["received"]),
        due_3_h=n["due_3_h"],
        answered_3_h=n["answered_3_h"],
        share_3_h=_rate(n["answered_3_h"], n["due_3_h"]),
        due_8_h=n["due_8_h"],
        answered_8_h=n["answered_8_h"],
        share_8_h=_rate(n["answered_8_h"], n["due_8_h"]),
    )


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
