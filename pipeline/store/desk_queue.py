"""The four lists of the desk's queue. Each walks an index of cases or of the little table `case_spread`, newest or
longest first, and stops when the page is full: none reads all posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pipeline.store.database import Store
from pipeline.times import to_text

# Of the cases that spread, so many of the latest are ranked by speed.
_RANKED = 300
# The reach of a case is that of so many of its latest copies.
_REACHING = 50
# Counting goes this far: beyond it a reader needs filters, not a number.
_COUNTED = 199

_CASE = (
    "c.case_id, c.status, c.status_since, c.category, c.district, c.opened_at, c.post_count, c.stale_count,"
    " c.needs_review, c.review_reason, c.last_verified_at, c.origin_post_id, p.text, p.author_name, p.availability"
)
# An answer is what an official said or posted, or what the author told of progress (as the view case_clocks has it).
_ANSWERED = (
    "(EXISTS (SELECT 1 FROM status_updates u WHERE u.case_id = c.case_id AND (u.source = 'official'"
    " OR (u.source IN ('author', 'desk') AND u.kind IN ('progress', 'resolved'))))"
    " OR EXISTS (SELECT 1 FROM case_posts r WHERE r.case_id = c.case_id AND r.role = 'official_reply'))"
)
# Reposts, comments and likes, last seen, of the latest stale posts of {case_id} after the answer.
_REACH = f"""(
    SELECT SUM((SELECT COALESCE(o.reposts, 0) + COALESCE(o.comments, 0) + COALESCE(o.likes, 0)
                FROM observations o WHERE o.post_id = l.post_id AND o.reposts IS NOT NULL
                ORDER BY o.observed_at DESC LIMIT 1))
    FROM (SELECT post_id FROM late_copies
          WHERE case_id = {{case_id}} ORDER BY posted_at DESC LIMIT {_REACHING}) l
)"""  # noqa: S608 our own text
# {filters} are conditions on the case: only those that are asked for, so that an index on them is walked.
_SPREADING = f"""
SELECT {_CASE}, s.late_count, s.last_late_at, u.quote, u.said_at, u.source,
       (SELECT COUNT(*) FROM late_copies l
        WHERE l.case_id = s.case_id AND l.posted_at > :day_ago AND l.posted_at <= :now) AS late_in_day{{reach}}
FROM (SELECT s.* FROM case_spread s JOIN cases c ON c.case_id = s.case_id
      WHERE s.last_late_at > :since AND s.last_late_at <= :now {{filters}}
      ORDER BY s.last_late_at DESC LIMIT {_RANKED}) s
JOIN cases c ON c.case_id = s.case_id
JOIN posts p ON p.post_id = c.origin_post_id
LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id
ORDER BY {{order}}late_in_day DESC, s.late_count DESC, s.last_late_at DESC, s.case_id
LIMIT :limit OFFSET :offset
"""  # noqa: S608 our own text
_SPREADING_COUNTED = """
FROM case_spread s JOIN cases c ON c.case_id = s.case_id
WHERE s.last_late_at > :since AND s.last_late_at <= :now {filters}
"""
_CASES = "FROM cases c JOIN posts p ON p.post_id = c.origin_post_id"
_WAITING_WHERE = f"""
WHERE c.status = 'open' AND c.opened_at > :since AND c.opened_at <= :now {{filters}} AND NOT {_ANSWERED}
"""
_WAITING = f"SELECT {_CASE} {_CASES} {_WAITING_WHERE} ORDER BY c.opened_at, c.case_id LIMIT :limit OFFSET :offset"
_REVIEW_WHERE = "WHERE c.needs_review = 1 AND c.opened_at > :since AND c.opened_at <= :now {filters}"
_REVIEW = f"SELECT {_CASE} {_CASES} {_REVIEW_WHERE} ORDER BY c.opened_at DESC, c.case_id LIMIT :limit OFFSET :offset"
_GONE_FROM = """
FROM posts p INDEXED BY posts_gone CROSS JOIN cases c ON c.origin_post_id = p.post_id
WHERE p.availability NOT IN ('visible', 'blocked') AND p.last_checked_at > :since
AND c.status IN ('open', 'in_progress', 'withdrawn') {filters}
"""
_GONE = f"""
SELECT {_CASE}, p.last_checked_at {_GONE_FROM}
ORDER BY p.last_checked_at DESC, c.case_id LIMIT :limit OFFSET :offset
"""
LISTS = {
    "spreading": (_SPREADING, _SPREADING_COUNTED),
    "waiting": (_WAITING, f"FROM cases c {_WAITING_WHERE}"),
    "review": (_REVIEW, f"FROM cases c {_REVIEW_WHERE}"),
    "gone": (_GONE, _GONE_FROM),
}
"""The lists by name, each with the query that reads a page of it and what is counted for its length."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What part of a list is asked for: `since` bounds the list's own time, `now` is the end of it."""

    now: datetime
    since: datetime
    district: str | None = None
    category: str | None = None
    limit: int = 50
    offset: int = 0
    order: Literal["speed", "reach"] = "speed"

    @property
    def filters(self) -> str:
        """Conditions on the case `c`, for SQL."""
        asked = (("district", self.district), ("category", self.category))
        return " ".join(f"AND c.{name} = :{name}" for name, value in asked if value is not None)

    def as_parameters(self) -> dict[str, object]:
        """For SQL."""
        return {
            "now": to_text(self.now),
            "since": to_text(self.since),
            "day_ago": to_text(self.now - timedelta(days=1)),
            "district": self.district,
            "category": self.category,
            "limit": self.limit,
            "offset": self.offset,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list; `count` stops at 200, where there may be more."""

    rows: tuple[sqlite3.Row, ...]
    count: int

    @property
    def is_more(self) -> bool:
        """Whether counting stopped."""
        return self.count > _COUNTED


def read_list(store: Store, name: str, wanted: Wanted) -> Listed:
    """A page of one of LISTS.

    spreading: stale posts still spreading, by copies of the last day, then by all copies since the answer; with
    `order` "reach" by what these copies reached first.
    waiting: open cases without any answer, longest waiting first. review: cases that ask for a person, latest first.
    gone: cases whose first post is not to be seen any more, the latest looked at first.
    """
    rows = store.conn.execute(page_query(name, wanted), wanted.as_parameters()).fetchall()
    return Listed(tuple(rows), count_list(store, name, wanted))


def count_list(store: Store, name: str, wanted: Wanted) -> int:
    """How long one of LISTS is; counting stops at 200."""
    return int(store.conn.execute(count_query(name, wanted), wanted.as_parameters()).fetchone()[0])


def page_query(name: str, wanted: Wanted) -> str:
    """The query for a page of one of LISTS."""
    is_by_reach = wanted.order == "reach"
    return LISTS[name][0].format(
        filters=wanted.filters,
        reach=f", {_REACH.format(case_id='s.case_id')} AS reach" if is_by_reach else "",
        order="reach DESC, " if is_by_reach else "",
    )


def count_query(name: str, wanted: Wanted) -> str:
    """The query that counts one of LISTS, as far as it is counted."""
    counted = LISTS[name][1].format(filters=wanted.filters)
    return f"SELECT COUNT(*) FROM (SELECT 1 {counted} LIMIT {_COUNTED + 1})"  # noqa: S608 our own text


def known_districts(store: Store) -> list[str]:
    """The districts that cases are in, one step of the index each."""
    rows = store.conn.execute(
        "WITH RECURSIVE d (name) AS (SELECT MIN(district) FROM cases UNION ALL"
        " SELECT (SELECT MIN(district) FROM cases WHERE district > d.name) FROM d WHERE d.name IS NOT NULL)"
        " SELECT name FROM d WHERE name IS NOT NULL"
    )
    return [row[0] for row in rows]


def reach_of_late(store: Store, case_ids: Sequence[str]) -> dict[str, int]:
    """Reposts, comments and likes, last seen, of the stale posts after the answer; of the latest 50 a case."""
    reach = {}
    for case_id in case_ids:
        row = store.conn.execute(f"SELECT {_REACH.format(case_id='?')}", (case_id,)).fetchone()
        if row[0] is not None:
            reach[case_id] = int(row[0])
    return reach
