"""What newcomers to cases are held against, and how they are entered into a case whose other members nobody reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.linking.model import Membership
from pipeline.store.database import Store
from pipeline.times import from_text, from_text_or_none, to_text_or_none

_RULES = "rules_heard_by"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a case when its words were read.

    `voices` are the members whose words can matter to the status where `plea_observation_id` is the plea; `claims`
    documents with every set of facts that can contradict a newcomer's, or None where members contradict each other.
    """

    plea_observation_id: str
    voices: tuple[str, ...]
    claims: tuple[int, ...] | None
    category_told_at: datetime | None
    district_told_at: datetime | None


@dataclass(frozen=True, slots=True)
class JoinableCase:
    """A case as it stands, for newcomers."""

    case_id: str
    origin_post_id: str
    origin_certainty: str
    author_id: str | None
    opened_at: datetime
    last_seen_at: datetime | None
    last_verified_at: datetime | None
    status: str
    status_since: datetime | None
    status_update_id: str | None
    category: str | None
    district: str | None
    heard: Heard


def write_heard(conn: sqlite3.Connection, every: Mapping[str, Heard]) -> None:
    """Enter what was heard of cases, in the caller's transaction."""
    conn.executemany(
        "INSERT INTO heard_cases VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET is_joinable = excluded.is_joinable,"
        " category_told_at = excluded.category_told_at, district_told_at = excluded.district_told_at",
        [
            (
                case_id,
                one.plea_observation_id,
                int(one.claims is not None),
                to_text_or_none(one.category_told_at),
                to_text_or_none(one.district_told_at),
            )
            for case_id, one in every.items()
        ],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO case_voices VALUES (?, ?)",
        [(case_id, post_id) for case_id, one in every.items() for post_id in one.voices],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO case_claims VALUES (?, ?)",
        [(case_id, doc_id) for case_id, one in every.items() for doc_id in one.claims or ()],
    )


def clear_heard(store: Store) -> None:
    """Have every case read whole when it is touched next, in the caller's transaction."""
    store.conn.execute("DELETE FROM heard_cases")


def keep_heard_of(store: Store, rules: str) -> None:
    """Forget what was read by other rules than these; in a transaction of its own."""
    known = store.conn.execute("SELECT value FROM state WHERE name = ?", (_RULES,)).fetchone()
    if known is None or known[0] != rules:
        with store.writing() as conn:
            clear_heard(store)
            conn.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (_RULES, rules))


def newcomers(store: Store) -> list[str]:
    """Changed posts that stand in no case, in order of id; none where no case can be joined."""
    if store.conn.execute("SELECT 1 FROM heard_cases WHERE is_joinable = 1 LIMIT 1").fetchone() is None:
        return []
    rows = store.conn.execute(
        "SELECT post_id FROM posts p WHERE is_dirty = 1"
        " AND NOT EXISTS (SELECT 1 FROM case_posts c WHERE c.post_id = p.post_id) ORDER BY post_id"
    )
    return [row[0] for row in rows]


def answers_to(store: Store, post_ids: Sequence[str]) -> list[tuple[str, str]]:
    """(post, the one of these that it reposts or answers)."""
    rows = store.conn.execute(
        "SELECT p.post_id, s.value FROM json_each(:ids) s CROSS JOIN posts p ON p.repost_of = s.value"
        " UNION ALL SELECT p.post_id, s.value FROM json_each(:ids) s CROSS JOIN posts p ON p.reply_to = s.value",
        {"ids": json.dumps(post_ids)},
    )
    return [(row[0], row[1]) for row in rows]


def read_by_people(store: Store, post_ids: Sequence[str]) -> set[str]:
    """Those of the posts that somebody judged, or of which a picture shows words."""
    rows = store.conn.execute(
        "SELECT s.value FROM json_each(:ids) s WHERE EXISTS (SELECT 1 FROM judgements j WHERE j.left_post_id = s.value)"
        " OR EXISTS (SELECT 1 FROM judgements j WHERE j.right_post_id = s.value)"
        " OR EXISTS (SELECT 1 FROM post_images i JOIN shown_posts USING (image_id) WHERE i.post_id = s.value)",
        {"ids": json.dumps(post_ids)},
    )
    return {row[0] for row in rows}


def places_of_posts(store: Store, post_ids: Sequence[str]) -> dict[str, list[tuple[str, Membership]]]:
    """(case, membership) by post; posts that stand in no case are left out."""
    rows = store.conn.execute(
        "SELECT c.case_id, c.post_id, c.role, c.found_by, c.score FROM json_each(?) s"
        " CROSS JOIN case_posts c ON c.post_id = s.value ORDER BY c.post_id, c.case_id",
        (json.dumps(list(post_ids)),),
    )
    found: dict[str, list[tuple[str, Membership]]] = {}
    for case_id, *membership in rows:
        found.setdefault(membership[0], []).append((case_id, Membership(*membership)))
    return found


def joinable_cases(store: Store, case_ids: Iterable[str]) -> dict[str, JoinableCase]:
    """Those of the cases that can be joined, by id."""
    asked = (json.dumps(sorted(case_ids)),)
    voices = _gather(store, "SELECT case_id, post_id FROM case_voices", asked)
    claims = _gather(store, "SELECT case_id, doc_id FROM case_claims", asked)
    rows = store.conn.execute(
        "SELECT case_id, origin_post_id, origin_certainty, author_id, opened_at, last_seen_at, last_verified_at,"
        " status, status_since,"
        " status_update_id, category, district, plea_observation_id, category_told_at, district_told_at"
        " FROM heard_cases JOIN cases USING (case_id)"
        " WHERE is_joinable = 1 AND case_id IN (SELECT value FROM json_each(?))",
        asked,
    )
    return {
        row["case_id"]: JoinableCase(
            case_id=row["case_id"],
            origin_post_id=row["origin_post_id"],
            origin_certainty=row["origin_certainty"],
            author_id=row["author_id"],
            opened_at=from_text(row["opened_at"]),
            last_seen_at=from_text_or_none(row["last_seen_at"]),
            last_verified_at=from_text_or_none(row["last_verified_at"]),
            status=row["status"],
            status_since=from_text_or_none(row["status_since"]),
            status_update_id=row["status_update_id"],
            category=row["category"],
            district=row["district"],
            heard=Heard(
                plea_observation_id=row["plea_observation_id"],
                voices=tuple(voices.get(row["case_id"], ())),
                claims=tuple(claims.get(row["case_id"], ())),
                category_told_at=from_text_or_none(row["category_told_at"]),
                district_told_at=from_text_or_none(row["district_told_at"]),
            ),
        )
        for row in rows
    }


def quiet_members(store: Store, pleas: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By case the stored members, not changed since, whose words were heard and can matter to nothing; `pleas` are the
    observations that cases (by id) begin with, and were heard to begin with."""
    voices = _gather(store, "SELECT case_id, post_id FROM case_voices", (json.dumps(list(pleas)),))
    rows = store.conn.execute(
        "SELECT c.case_id, c.post_id FROM json_each(?) s CROSS JOIN heard_cases h"
        " ON h.case_id = json_extract(s.value, '$[0]') AND h.plea_observation_id = json_extract(s.value, '$[1]')"
        " CROSS JOIN case_posts c ON c.case_id = h.case_id CROSS JOIN posts p ON p.post_id = c.post_id"
        " WHERE p.is_dirty = 0 AND c.role IN ('copy', 'repost', 'comment')",
        (json.dumps(list(pleas.items())),),
    )
    found: dict[str, set[str]] = {}
    for case_id, post_id in rows:
        found.setdefault(case_id, set()).add(post_id)
    return {case_id: frozenset(members.difference(voices.get(case_id, ()))) for case_id, members in found.items()}


def _gather(store: Store, query: str, asked: tuple[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    rows = store.conn.execute(f"{query} WHERE case_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2", asked)  # noqa: S608 ours
    for case_id, value in rows:
        found.setdefault(case_id, []).append(value)
    return found
