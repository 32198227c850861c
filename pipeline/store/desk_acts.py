"""The desk's queue of acts: what a person decided, until the writer's lock is free and it is entered in the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.linking.grouping import Judged
from pipeline.store.desk_db import DeskDb
from pipeline.times import from_text, to_text

# proposed: waits for a second person. queued: waits for the writer's lock. entered: stands in the store, its cases are
# not made again yet. done: to be seen on every page.
WAITING_STATES = ("proposed", "queued", "entered")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A verdict: the status that a case has by the desk's word. It hangs on the post that the case began with."""

    case_id: str
    origin_post_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A case that an editor puts on top of the public lists (`kind` top) or among the featured ones (featured)."""

    case_id: str
    origin_post_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act enters: judgements, a conclusion, a pin, or the number of the act that it takes back."""

    judgements: tuple[Judged, ...] = ()
    conclusion: Conclusion | None = None
    undoes: int | None = None
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The rows that an act made in the store."""

    judgement_ids: tuple[int, ...]
    verdict_id: int | None
    pin_id: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did; `kind` is same, different, merge, split, move, verdict, top, featured or undo."""

    act_id: int
    kind: str
    case_id: str
    effect: Effect
    by: str
    at: datetime
    reason: str
    state: str
    reviewed_by: str | None = None
    entered: Entered | None = None


def add_act(desk: DeskDb, act: Act) -> int:
    """Append an act; its number (`act.act_id` is not looked at)."""
    with desk.writing() as conn:
        cursor = conn.execute(
            'INSERT INTO acts (kind, case_id, details, "by", "at", reason, state, undoes)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                act.kind,
                act.case_id,
                _details_of(act.effect),
                act.by,
                to_text(act.at),
                act.reason,
                act.state,
                act.effect.undoes,
            ),
        )
    return int(cursor.lastrowid or 0)


def find_act(desk: DeskDb, act_id: int) -> Act | None:
    """The act of that number."""
    return next(iter(_acts(desk, "act_id = ?", (act_id,))), None)


def acts_on_cases(desk: DeskDb, case_ids: Sequence[str]) -> list[Act]:
    """Acts on any of the cases, latest first."""
    return _acts(
        desk, "case_id IN (SELECT value FROM json_each(?)) ORDER BY act_id DESC", (json.dumps(list(case_ids)),)
    )


def acts_in_state(desk: DeskDb, state: str) -> list[Act]:
    """Acts that wait in one of WAITING_STATES, in order."""
    return _acts(desk, "state = ? AND state IN ('proposed', 'queued', 'entered') ORDER BY act_id", (state,))


def latest_acts(desk: DeskDb, limit: int) -> list[Act]:
    """The latest acts, latest first."""
    return _acts(desk, "1 ORDER BY act_id DESC LIMIT ?", (limit,))


def move_act(desk: DeskDb, act_id: int, before: str, after: str) -> bool:
    """Put an act into another state; False where it was not in the state before any more."""
    with desk.writing() as conn:
        cursor = conn.execute("UPDATE acts SET state = ? WHERE act_id = ? AND state = ?", (after, act_id, before))
    return cursor.rowcount == 1


def review_act(desk: DeskDb, act_id: int, after: str, by: str, at: datetime) -> bool:
    """A second person's word on a proposed act; False where somebody was quicker."""
    with desk.writing() as conn:
        cursor = conn.execute(
            "UPDATE acts SET state = ?, reviewed_by = ?, reviewed_at = ? WHERE act_id = ? AND state = 'proposed'"
            ' AND "by" <> ?',
            (after, by, to_text(at), act_id, by),
        )
    return cursor.rowcount == 1


def note_entered(desk: DeskDb, act_id: int, entered: Entered, at: datetime) -> None:
    """Remember which rows of the store an act made."""
    with desk.writing() as conn:
        conn.execute(
            "UPDATE acts SET state = 'entered', entered = ?, entered_at = ? WHERE act_id = ?",
            (json.dumps([entered.judgement_ids, entered.verdict_id, entered.pin_id]), to_text(at), act_id),
        )


def _details_of(effect: Effect) -> str:
    pairs = [[one.left_post_id, one.right_post_id, one.is_same] for one in effect.judgements]
    conclusion = effect.conclusion
    words = None if conclusion is None else [conclusion.case_id, conclusion.origin_post_id, conclusion.status]
    pin = None if effect.pin is None else [effect.pin.case_id, effect.pin.origin_post_id, effect.pin.kind]
    return json.dumps([pairs, words, pin])


def _acts(desk: DeskDb, condition: str, parameters: tuple[object, ...]) -> list[Act]:
    rows = desk.conn.execute(f"SELECT * FROM acts WHERE {condition}", parameters)  # noqa: S608 our own conditions, above
    return [_act(row) for row in rows]


def _act(row: sqlite3.Row) -> Act:
    # What was written before there were pins ends earlier.
    pairs, words, pin = (*json.loads(row["details"]), None)[:3]
    entered = None if row["entered"] is None else json.loads(row["entered"])
    return Act(
        act_id=row["act_id"],
        kind=row["kind"],
        case_id=row["case_id"],
        effect=Effect(
            judgements=tuple(Judged(*pair) for pair in pairs),
            conclusion=None if words is None else Conclusion(*words),
            undoes=row["undoes"],
            pin=None if pin is None else Pin(*pin),
        ),
        by=row["by"],
        at=from_text(row["at"]),
        reason=row["reason"],
        state=row["state"],
        reviewed_by=row["reviewed_by"],
        entered=None if entered is None else Entered(tuple(entered[0]), *entered[1:]),
    )
