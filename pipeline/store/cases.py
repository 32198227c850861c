"""Writes cases with their members, updates and links, and reads them again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.linking.model import Membership
from pipeline.store.database import Store
from pipeline.store.graph import LOOSE, OWN_WORDS
from pipeline.store.joining import Heard, write_heard
from pipeline.times import to_text, to_text_or_none

# An author with more cases than this is a relay, and being relayed by the same hand says nothing.
_MAX_CASES_OF_ONE_AUTHOR = 8


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of `cases`."""

    case_id: str
    origin_post_id: str
    origin_certainty: str
    author_id: str | None
    opened_at: datetime
    last_seen_at: datetime | None
    status: str
    status_since: datetime | None
    status_update_id: str | None
    review_reason: str | None
    category: str | None
    district: str | None
    post_count: int
    stale_count: int
    last_verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePostRow:
    """A row of `case_posts`."""

    post_id: str
    role: str
    found_by: str | None
    score: float | None
    stale_reason: str | None
    is_late: bool
    lag_seconds: int | None


@dataclass(frozen=True, slots=True)
class StatusUpdateRow:
    """A row of `status_updates`."""

    update_id: str
    post_id: str | None
    kind: str
    source: str
    said_at: datetime
    observed_at: datetime
    quote: str
    rule: str
    confidence: float
    in_force: bool


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Everything that is written of one case; `heard` is None where it cannot be kept."""

    case: CaseRow
    posts: tuple[CasePostRow, ...]
    updates: tuple[StatusUpdateRow, ...]
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """How some cases stood: their ids, their authors, and the posts that began them or stood in them by themselves."""

    case_ids: tuple[str, ...]
    author_ids: frozenset[str]
    places: frozenset[tuple[str, bool]]


def cases_of_posts(store: Store, post_ids: Sequence[str]) -> Stood:
    """The stored cases in which any of the posts stands with words of its own."""
    rows = store.conn.execute(
        "SELECT case_id, author_id FROM cases WHERE case_id IN (SELECT case_id FROM case_posts"  # noqa: S608 ours
        f" WHERE post_id IN (SELECT value FROM json_each(?)) AND {OWN_WORDS}) ORDER BY case_id",
        (json.dumps(post_ids),),
    ).fetchall()
    case_ids = tuple(row[0] for row in rows)
    places = store.conn.execute(
        "SELECT post_id, role = 'origin' FROM case_posts"  # noqa: S608 our own clause
        f" WHERE case_id IN (SELECT value FROM json_each(?)) AND NOT {LOOSE}",
        (json.dumps(case_ids),),
    )
    authors = frozenset(row[1] for row in rows if row[1] is not None)
    return Stood(case_ids, authors, frozenset((row[0], bool(row[1])) for row in places))


def stand_of(records: Sequence[CaseRecord]) -> Stood:
    """How new records stand."""
    return Stood(
        tuple(record.case.case_id for record in records),
        frozenset(record.case.author_id for record in records if record.case.author_id is not None),
        frozenset(
            (post.post_id, post.role == "origin") for record in records for post in record.posts if not is_loose(post)
        ),
    )


def is_loose(post: CasePostRow | Membership) -> bool:
    """Whether a membership is by words of the author that stand in no case by themselves (`graph.LOOSE`)."""
    return post.role in ("author_post", "author_update") and post.found_by == "native" and post.score is None


def replace_cases(store: Store, old_case_ids: Sequence[str], records: Sequence[CaseRecord]) -> None:
    """Put new cases in the place of old ones, in the caller's transaction.

    An old id that is gone stays findable: it becomes an alias of the case that holds its origin now.
    """
    conn = store.conn
    new_case_ids = {record.case.case_id for record in records}
    gone = set(old_case_ids) - new_case_ids
    old_origins = conn.execute(
        "SELECT case_id, origin_post_id FROM cases WHERE case_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(gone)),),
    ).fetchall()
    marks = [(case_id,) for case_id in sorted(new_case_ids.union(old_case_ids))]
    conn.executemany("DELETE FROM case_links WHERE left_case_id = ?", marks)
    conn.executemany("DELETE FROM case_links WHERE right_case_id = ?", marks)
    conn.executemany("DELETE FROM status_updates WHERE case_id = ?", marks)
    conn.executemany("DELETE FROM case_posts WHERE case_id = ?", marks)
    conn.executemany("DELETE FROM cases WHERE case_id = ?", marks)
    _insert_records(store, records)
    holder = {post.post_id: record.case.case_id for record in records for post in record.posts}
    aliases = [(row[0], holder[row[1]]) for row in old_origins if row[1] in holder]
    conn.executemany("INSERT OR REPLACE INTO case_aliases VALUES (?, ?)", aliases)
    conn.executemany("UPDATE case_aliases SET case_id = ? WHERE case_id = ?", [(new, old) for old, new in aliases])


def _insert_records(store: Store, records: Sequence[CaseRecord]) -> None:
    conn = store.conn
    conn.executemany(
        "INSERT INTO cases (case_id, origin_post_id, origin_certainty, author_id, opened_at, last_seen_at, status,"
        " status_since, status_update_id, needs_review, review_reason, category, district, post_count, stale_count,"
        " last_verified_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_case_values(record.case) for record in records],
    )
    insert_members(conn, ((record.case.case_id, post) for record in records for post in record.posts))
    insert_updates(conn, ((record.case.case_id, update) for record in records for update in record.updates))
    write_heard(conn, {record.case.case_id: record.heard for record in records if record.heard is not None})


def insert_members(conn: sqlite3.Connection, members: Iterable[tuple[str, CasePostRow]]) -> None:
    """Enter (case, member) pairs, in the caller's transaction."""
    conn.executemany(
        "INSERT INTO case_posts (case_id, post_id, role, is_stale, stale_reason, is_late, lag_seconds, found_by,"
        " score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                case_id,
                post.post_id,
                post.role,
                int(post.stale_reason is not None),
                post.stale_reason,
                int(post.is_late),
                post.lag_seconds,
                post.found_by,
                post.score,
            )
            for case_id, post in members
        ],
    )


def insert_updates(conn: sqlite3.Connection, updates: Iterable[tuple[str, StatusUpdateRow]]) -> None:
    """Enter (case, update) pairs, in the caller's transaction."""
    conn.executemany(
        "INSERT INTO status_updates (update_id, case_id, post_id, kind, source, said_at, observed_at, quote, rule,"
        " confidence, in_force) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_update_values(case_id, update) for case_id, update in updates],
    )


def _case_values(case: CaseRow) -> tuple[object, ...]:
    return (
        case.case_id,
        case.origin_post_id,
        case.origin_certainty,
        case.author_id,
        to_text(case.opened_at),
        to_text_or_none(case.last_seen_at),
        case.status,
        to_text_or_none(case.status_since),
        case.status_update_id,
        int(case.review_reason is not None),
        case.review_reason,
        case.category,
        case.district,
        case.post_count,
        case.stale_count,
        to_text_or_none(case.last_verified_at),
    )


def _update_values(case_id: str, update: StatusUpdateRow) -> tuple[object, ...]:
    return (
        update.update_id,
        case_id,
        update.post_id,
        update.kind,
        update.source,
        to_text(update.said_at),
        to_text(update.observed_at),
        update.quote,
        update.rule,
        update.confidence,
        int(update.in_force),
    )


def link_cases_of_authors(store: Store, author_ids: Iterable[str]) -> None:
    """Link the cases of each of these authors with one another, in the caller's transaction."""
    mark = {"authors": json.dumps(sorted(author_ids)), "most": _MAX_CASES_OF_ONE_AUTHOR}
    store.conn.execute(
        "DELETE FROM case_links WHERE relation = 'same_author' AND left_case_id IN"
        " (SELECT case_id FROM cases WHERE author_id IN (SELECT value FROM json_each(:authors)))",
        mark,
    )
    store.conn.execute(
        "INSERT OR IGNORE INTO case_links (left_case_id, right_case_id, relation)"
        " SELECT a.case_id, b.case_id, 'same_author' FROM (SELECT author_id FROM cases"
        "  WHERE author_id IN (SELECT value FROM json_each(:authors))"
        "  GROUP BY author_id HAVING COUNT(*) BETWEEN 2 AND :most) n"
        " JOIN cases a ON a.author_id = n.author_id"
        " JOIN cases b ON b.author_id = n.author_id AND a.case_id < b.case_id",
        mark,
    )


# A pair kept apart that names no contradiction (`dedupe.links.Links.explain`): too short a text without any fact.
_IS_UNSURE = "c.evidence NOT LIKE '%矛盾%'"


def link_conflicting_cases(store: Store, post_ids: Sequence[str]) -> None:
    """Link the cases of one household, and those that only a missing fact keeps apart, in the caller's transaction."""
    for side in ("left_post_id", "right_post_id"):
        store.conn.execute(
            "INSERT OR IGNORE INTO case_links (left_case_id, right_case_id, relation)"  # noqa: S608 the two names above
            " SELECT DISTINCT MIN(a.case_id, b.case_id), MAX(a.case_id, b.case_id),"
            " CASE WHEN c.is_household = 1 THEN 'same_household' ELSE 'possible_duplicate' END"
            " FROM conflicts c"
            " JOIN case_posts a ON a.post_id = c.left_post_id AND a.role <> 'round_up'"
            " JOIN case_posts b ON b.post_id = c.right_post_id AND b.role <> 'round_up'"
            f" WHERE (c.is_household = 1 OR {_IS_UNSURE}) AND a.case_id <> b.case_id"
            f" AND c.{side} IN (SELECT value FROM json_each(?))",
            (json.dumps(post_ids),),
        )
