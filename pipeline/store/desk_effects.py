"""Enters what the desk decided into the store, each act with its line in the audit trail, and takes it back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.linking.grouping import Judged
from pipeline.store.database import Store
from pipeline.store.desk_acts import Conclusion, Effect, Entered, Pin


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs what on which case, when (stored text) and why; `act_id` tells acts of one second apart."""

    action: str
    case_id: str
    by: str
    at: str
    reason: str
    act_id: int

    @property
    def audit_reason(self) -> str:
        """The reason in the audit trail."""
        return f"{self.reason} [#{self.act_id}]".strip()


def enter_effect(store: Store, effect: Effect, signed: Signature) -> Entered:
    """Append judgements, verdict, pin and audit line in one transaction; entering the same again changes nothing."""
    with store.writing() as conn:
        if not _is_new(conn, signed):
            return _entered_before(conn, effect, signed)
        judgement_ids = tuple(_add_judgement(conn, judged, signed) for judged in effect.judgements)
        verdict_id = None if effect.conclusion is None else _add_verdict(conn, effect.conclusion, signed)
        pin_id = None if effect.pin is None else _add_pin(conn, effect.pin, signed)
        _write_audit(conn, signed)
    return Entered(judgement_ids, verdict_id, pin_id)


def take_back(store: Store, entered: Entered, signed: Signature) -> list[str]:
    """Undo what an act entered, in one transaction; the posts whose cases have to be made again."""
    with store.writing() as conn:
        if _is_new(conn, signed):
            _write_audit(conn, signed)
        stamp = (signed.by, signed.at, signed.reason)
        for judgement_id in entered.judgement_ids:
            conn.execute("INSERT OR IGNORE INTO undone_judgements VALUES (?, ?, ?, ?)", (judgement_id, *stamp))
        if entered.verdict_id is not None:
            conn.execute("INSERT OR IGNORE INTO undone_verdicts VALUES (?, ?, ?, ?)", (entered.verdict_id, *stamp))
        if entered.pin_id is not None:
            conn.execute("INSERT OR IGNORE INTO undone_pins VALUES (?, ?, ?, ?)", (entered.pin_id, *stamp))
        pairs = _pairs_of(conn, entered.judgement_ids)
        for left, right in pairs:
            _match_again(conn, left, right)
        origins = conn.execute("SELECT origin_post_id FROM verdicts WHERE verdict_id = ?", (entered.verdict_id,))
        touched = sorted({post_id for pair in pairs for post_id in pair} | {row[0] for row in origins})
        conn.execute(
            "UPDATE posts SET is_dirty = 1 WHERE post_id IN (SELECT value FROM json_each(?))", (json.dumps(touched),)
        )
    return touched


def are_clean(store: Store, post_ids: Sequence[str]) -> bool:
    """Whether the cases of the posts are up to date."""
    row = store.conn.execute(
        "SELECT COUNT(*) FROM posts WHERE is_dirty = 1 AND post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    ).fetchone()
    return int(row[0]) == 0


def _is_new(conn: sqlite3.Connection, signed: Signature) -> bool:
    row = conn.execute(
        'SELECT 1 FROM audit WHERE action = ? AND subject = ? AND "by" = ? AND "at" = ? AND reason = ?',
        (signed.action, signed.case_id, signed.by, signed.at, signed.audit_reason),
    ).fetchone()
    return row is None


def _write_audit(conn: sqlite3.Connection, signed: Signature) -> None:
    conn.execute(
        'INSERT INTO audit (action, subject, "by", "at", reason) VALUES (?, ?, ?, ?, ?)',
        (signed.action, signed.case_id, signed.by, signed.at, signed.audit_reason),
    )


def _add_judgement(conn: sqlite3.Connection, judged: Judged, signed: Signature) -> int:
    cursor = conn.execute(
        'INSERT INTO judgements (left_post_id, right_post_id, judgement, "by", "at", note) VALUES (?, ?, ?, ?, ?, ?)',
        (
            judged.left_post_id,
            judged.right_post_id,
            "same" if judged.is_same else "different",
            signed.by,
            signed.at,
            signed.reason,
        ),
    )
    return int(cursor.lastrowid or 0)


def _add_verdict(conn: sqlite3.Connection, conclusion: Conclusion, signed: Signature) -> int:
    cursor = conn.execute(
        'INSERT INTO verdicts (case_id, origin_post_id, status, "by", "at", note) VALUES (?, ?, ?, ?, ?, ?)',
        (conclusion.case_id, conclusion.origin_post_id, conclusion.status, signed.by, signed.at, signed.reason),
    )
    return int(cursor.lastrowid or 0)


def _add_pin(conn: sqlite3.Connection, pin: Pin, signed: Signature) -> int:
    cursor = conn.execute(
        'INSERT INTO pins (case_id, origin_post_id, kind, "by", "at", note) VALUES (?, ?, ?, ?, ?, ?)',
        (pin.case_id, pin.origin_post_id, pin.kind, signed.by, signed.at, signed.reason),
    )
    return int(cursor.lastrowid or 0)


def _entered_before(conn: sqlite3.Connection, effect: Effect, signed: Signature) -> Entered:
    """The rows that an earlier attempt made, which was cut short before it could say so."""
    stamp = (signed.by, signed.at)
    found = [
        conn.execute(
            "SELECT MAX(judgement_id) FROM judgements WHERE left_post_id = ? AND right_post_id = ?"
            ' AND "by" = ? AND "at" = ?',
            (one.left_post_id, one.right_post_id, *stamp),
        ).fetchone()[0]
        for one in effect.judgements
    ]
    verdict_id = conn.execute(
        'SELECT MAX(verdict_id) FROM verdicts WHERE case_id = ? AND "by" = ? AND "at" = ?',
        (effect.conclusion.case_id if effect.conclusion else "", *stamp),
    ).fetchone()[0]
    pin_id = conn.execute(
        'SELECT MAX(pin_id) FROM pins WHERE case_id = ? AND kind = ? AND "by" = ? AND "at" = ?',
        (effect.pin.case_id if effect.pin else "", effect.pin.kind if effect.pin else "", *stamp),
    ).fetchone()[0]
    return Entered(tuple(one for one in found if one is not None), verdict_id, pin_id)


def _pairs_of(conn: sqlite3.Connection, judgement_ids: Sequence[int]) -> list[tuple[str, str]]:
    rows = conn.execute(
        "SELECT left_post_id, right_post_id FROM judgements WHERE judgement_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(judgement_ids)),),
    )
    return sorted({(min(row[0], row[1]), max(row[0], row[1])) for row in rows})


def _match_again(conn: sqlite3.Connection, left: str, right: str) -> None:
    """The match of a pair by what is judged of it still."""
    conn.execute(
        "DELETE FROM matches WHERE left_post_id = ? AND right_post_id = ? AND found_by = 'judgement'", (left, right)
    )
    latest = conn.execute(
        "SELECT judgement FROM judgements WHERE (left_post_id, right_post_id) IN (VALUES (:left, :right),"
        " (:right, :left)) AND judgement_id NOT IN (SELECT judgement_id FROM undone_judgements)"
        " ORDER BY judgement_id DESC LIMIT 1",
        {"left": left, "right": right},
    ).fetchone()
    if latest is not None and latest[0] == "same":
        conn.execute(
            "INSERT INTO matches (left_post_id, right_post_id, found_by, score, evidence)"
            " SELECT ?, ?, 'judgement', 1.0, '人工判定为同一件事 / judged the same'"
            " WHERE (SELECT COUNT(*) FROM posts WHERE post_id IN (?, ?)) = 2",
            (left, right, left, right),
        )
