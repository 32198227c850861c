"""Enters newcomers into cases that stand: their own rows, and what they change in the rows that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.linking.model import Membership
from pipeline.store.cases import CasePostRow, CaseRecord, insert_members, insert_updates, is_loose
from pipeline.store.database import Store
from pipeline.store.joining import JoinableCase, write_heard
from pipeline.times import to_text_or_none

_ENDED = frozenset({"resolved", "withdrawn", "closed"})

_MEMBERS = """SELECT c.* FROM json_each(?) s CROSS JOIN case_posts c
    ON c.case_id = json_extract(s.value, '$[0]') AND c.post_id = json_extract(s.value, '$[1]')"""
_VOICES = """SELECT c.* FROM json_each(?) s CROSS JOIN case_voices v ON v.case_id = s.value
    CROSS JOIN case_posts c ON c.case_id = v.case_id AND c.post_id = v.post_id"""

_Rows = Mapping[str, CasePostRow]


@dataclass(frozen=True, slots=True)
class Joined:
    """A case, its record with some of its members and the newcomers, and members whose best match has changed."""

    case: JoinableCase
    record: CaseRecord
    newcomers: frozenset[str]
    renewed: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    joined: Joined
    added: tuple[CasePostRow, ...]
    changed: tuple[CasePostRow, ...]


def enter_joined(store: Store, every: Sequence[Joined]) -> list[str]:
    """Enter newcomers where nobody else's flags change, in the caller's transaction; the posts that were entered.

    Left out are cases that end by what a newcomer says, or that had ended and change: all members must be read.
    """
    known = _stored_rows(store, every)
    changes = [
        change
        for one in every
        if _leaves_flags(one) and (change := _change_of(one, known.get(one.case.case_id, {}))) is not None
    ]
    _write(store, changes)
    return sorted(post_id for change in changes for post_id in change.joined.newcomers)


def _leaves_flags(one: Joined) -> bool:
    """Whether members that are not in the record keep their flags."""
    case, row = one.case, one.record.case
    was = case.status, to_text_or_none(case.status_since), case.status_update_id
    if was == (row.status, to_text_or_none(row.status_since), row.status_update_id):
        return True
    return case.status not in _ENDED and row.status not in _ENDED


def _change_of(one: Joined, known: _Rows) -> _Change | None:
    """What is to be written, or None where a stored member's flags would change."""
    added, changed = [], []
    renewed = {member.post_id: member for member in one.renewed}
    rows = {row.post_id: row for row in one.record.posts}
    for post_id, row in known.items():
        better = renewed.get(post_id)
        wanted = rows.get(post_id, row)
        if better is not None:
            wanted = replace(wanted, found_by=better.found_by, score=better.score)
        if _flags_of(wanted) != _flags_of(row):
            return None
        if wanted != row:
            changed.append(wanted)
    added = [row for post_id, row in rows.items() if post_id not in known]
    if any(is_loose(row) and post_id not in rows for post_id, row in known.items()):
        # It may have been the post that the author was last seen by: all members must be read.
        return None
    return _Change(one, tuple(added), tuple(changed))


def _flags_of(row: CasePostRow) -> tuple[object, ...]:
    return row.stale_reason, row.is_late, row.lag_seconds


def _stored_rows(store: Store, every: Sequence[Joined]) -> dict[str, dict[str, CasePostRow]]:
    """By case the stored rows of the records' members, of renewed ones, and of loose ones."""
    members = [
        (one.case.case_id, post_id)
        for one in every
        for post_id in {row.post_id for row in one.record.posts} | {member.post_id for member in one.renewed}
    ]
    found: dict[str, dict[str, CasePostRow]] = {}
    for query, asked in ((_MEMBERS, members), (_VOICES, [one.case.case_id for one in every])):
        for row in store.conn.execute(query, (json.dumps(asked),)):
            found.setdefault(row["case_id"], {})[row["post_id"]] = CasePostRow(
                post_id=row["post_id"],
                role=row["role"],
                found_by=row["found_by"],
                score=row["score"],
                stale_reason=row["stale_reason"],
                is_late=bool(row["is_late"]),
                lag_seconds=row["lag_seconds"],
            )
    return found


def _write(store: Store, changes: Sequence[_Change]) -> None:
    conn = store.conn
    conn.executemany(
        "UPDATE case_posts SET role = ?, found_by = ?, score = ? WHERE case_id = ? AND post_id = ?",
        [
            (row.role, row.found_by, row.score, change.joined.case.case_id, row.post_id)
            for change in changes
            for row in change.changed
        ],
    )
    insert_members(conn, ((change.joined.case.case_id, row) for change in changes for row in change.added))
    conn.executemany(
        "UPDATE cases SET status = ?, status_since = ?, status_update_id = ?, needs_review = ?, review_reason = ?,"
        " last_seen_at = ?, last_verified_at = ?, category = ?, district = ?, post_count = post_count + ?,"
        " stale_count = stale_count + ? WHERE case_id = ?",
        [_case_values(change) for change in changes],
    )
    marks = [(change.joined.case.case_id,) for change in changes]
    conn.executemany("DELETE FROM status_updates WHERE case_id = ?", marks)
    insert_updates(
        conn, ((change.joined.case.case_id, update) for change in changes for update in change.joined.record.updates)
    )
    write_heard(conn, {one.case.case_id: one.record.heard for one in (c.joined for c in changes) if one.record.heard})


def _case_values(change: _Change) -> tuple[object, ...]:
    case, row = change.joined.case, change.joined.record.case
    # The record has some of the members only; what the others were seen at stands in the case.
    seen = [moment for moment in (case.last_seen_at, row.last_seen_at) if moment is not None]
    verified = [moment for moment in (case.last_verified_at, row.last_verified_at) if moment is not None]
    return (
        row.status,
        to_text_or_none(row.status_since),
        row.status_update_id,
        int(row.review_reason is not None),
        row.review_reason,
        to_text_or_none(max(seen, default=None)),
        to_text_or_none(max(verified, default=None)),
        row.category,
        row.district,
        len(change.added),
        sum(one.stale_reason is not None for one in change.added),
        case.case_id,
    )
