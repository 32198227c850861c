"""What leaves the store for other programs: whole tables, ready lists, claims and work orders. Masked forms only.

Screen names are left out but where a person must be answered (stale posts, timelines); digests never leave.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.store.database import Store

_POST_COLUMNS = (
    "post_id, platform, native_id, url, author_id, author_kind, posted_at, first_seen_at, last_seen_at,"
    " last_checked_at, availability, repost_of, reply_to, text, is_edited, is_plea, was_plea, label, label_score,"
    " category, province, city, district"
)

# Each list in an order that the same store always gives.
QUERIES = {
    "cases": (
        "SELECT c.*, p.url AS origin_url, p.text AS origin_text, u.kind AS update_kind, u.source AS update_source,"
        " u.said_at AS update_said_at, u.quote AS update_quote, w.url AS update_url"
        " FROM cases c JOIN posts p ON p.post_id = c.origin_post_id"
        " LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id"
        " LEFT JOIN posts w ON w.post_id = u.post_id ORDER BY c.opened_at, c.case_id"
    ),
    "posts": f"SELECT {_POST_COLUMNS} FROM posts ORDER BY posted_at, post_id",  # noqa: S608 our own column list
    "stale": "SELECT * FROM stale_reposts ORDER BY author_said_at, case_id, posted_at, post_id",
    "timeline": "SELECT * FROM case_timeline ORDER BY case_id, at, event, post_id, what",
    "updates": (
        "SELECT u.*, p.url FROM status_updates u LEFT JOIN posts p ON p.post_id = u.post_id"
        " ORDER BY u.case_id, u.said_at, u.update_id"
    ),
    "clocks": "SELECT * FROM case_clocks ORDER BY received_at, case_id",
    "departments": "SELECT * FROM clocks_by_official ORDER BY cases DESC, author_id",
    "questions": "SELECT * FROM common_questions ORDER BY cases DESC, category, word",
    "case_posts": "SELECT * FROM case_posts ORDER BY case_id, post_id",
    "observations": (
        "SELECT observation_id, post_id, observed_at, availability, text, edited_at, reposts, comments, likes, url,"
        " author_id, author_kind, posted_at, repost_of, reply_to, is_purged, run_id FROM observations ORDER BY seq"
    ),
}

# A review is what a person signs: the newest verdict, as long as the status is still the one that it gave and nothing
# has come up since that a person must look at.
_CLAIMS = """
SELECT c.case_id, c.status, c.category, c.district, c.opened_at, v."at" AS reviewed_at,
       said.url AS said_url, origin.url AS origin_url, origin.availability AS origin_availability
FROM cases c
JOIN verdicts v ON v.verdict_id = (
    SELECT MAX(verdict_id) FROM verdicts
    WHERE origin_post_id = c.origin_post_id AND verdict_id NOT IN (SELECT verdict_id FROM undone_verdicts))
JOIN posts origin ON origin.post_id = c.origin_post_id
LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id
LEFT JOIN posts said ON said.post_id = u.post_id AND said.availability = 'visible'
WHERE c.opened_at IS NOT NULL AND (:case_id IS NULL OR c.case_id = :case_id)
  AND v.status = c.status AND c.needs_review = 0
ORDER BY c.opened_at, c.case_id
"""

_APPEARANCES = """
SELECT p.url FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
WHERE cp.case_id = ? AND cp.role IN ('origin', 'repost', 'copy', 'screenshot') AND p.availability = 'visible'
  AND p.url IS NOT NULL
ORDER BY p.posted_at, p.post_id
"""

_OPEN = """
SELECT c.case_id, c.status, c.category, c.district, c.opened_at, c.url, c.review_reason,
       (SELECT COUNT(*) FROM case_posts cp
        WHERE cp.case_id = c.case_id AND cp.role IN ('repost', 'copy', 'screenshot')) AS copy_count,
       (SELECT group_concat(masked, ' ') FROM (
            SELECT DISTINCT m.masked FROM mentions m
            WHERE m.post_id = c.origin_post_id AND m.kind = 'phone' AND m.masked <> '' ORDER BY m.masked)) AS contacts,
       k.answered_at
FROM open_cases c LEFT JOIN case_clocks k ON k.case_id = c.case_id
ORDER BY c.opened_at IS NULL, c.opened_at, c.case_id
"""

# An update tells the sentence that matters; without one, the author's latest post does.
_LAST_WORDS = """
SELECT at, words FROM (
    SELECT u.said_at AS at, u.quote AS words, 0 AS place FROM status_updates u
    WHERE u.case_id = :id AND u.source = 'author'
    UNION ALL
    SELECT p.posted_at, p.text, 1 FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
    WHERE cp.case_id = :id AND cp.role IN ('origin', 'author_update', 'author_post') AND p.text IS NOT NULL
) ORDER BY at DESC, place LIMIT 1
"""

_HOUSEHOLD = """
SELECT CASE l.left_case_id WHEN :id THEN l.right_case_id ELSE l.left_case_id END FROM case_links l
WHERE :id IN (l.left_case_id, l.right_case_id) AND l.relation = 'same_household' ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A case that may be published; times as stored text.

    `reviewed_at` is when the desk signed. `appearance_urls` are posts that are still visible, the first one first.
    """

    case_id: str
    status: str
    category: str | None
    district: str | None
    opened_at: str
    reviewed_at: str
    said_url: str | None
    origin_url: str | None
    appearance_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A case that waits, as an office needs it; times as stored text, contacts masked."""

    case_id: str
    status: str
    category: str | None
    district: str | None
    opened_at: str | None
    answered_at: str | None
    origin_url: str | None
    review_reason: str | None
    copy_count: int
    contacts: str
    last_words: str
    last_words_at: str | None
    household_case_ids: tuple[str, ...]


@contextmanager
def one_moment(store: Store) -> Iterator[None]:
    """Whatever is read inside is of one moment, even while a night writes."""
    store.conn.execute("BEGIN")
    try:
        yield
    finally:
        store.conn.execute("COMMIT")


def read_rows(store: Store, name: str) -> tuple[tuple[str, ...], Iterator[sqlite3.Row]]:
    """Column names and rows of one of QUERIES; the rows are read as they are asked for."""
    cursor = store.conn.execute(QUERIES[name])
    return tuple(column[0] for column in cursor.description), cursor


def read_claims(store: Store, case_id: str | None = None) -> Iterator[Claim]:
    """Cases that stand as the desk's verdict says, oldest first; or just the one named."""
    for row in store.conn.execute(_CLAIMS, {"case_id": case_id}).fetchall():
        yield Claim(
            case_id=row["case_id"],
            status=row["status"],
            category=row["category"],
            district=row["district"],
            opened_at=row["opened_at"],
            reviewed_at=row["reviewed_at"],
            said_url=row["said_url"],
            origin_url=row["origin_url"] if row["origin_availability"] == "visible" else None,
            appearance_urls=tuple(one[0] for one in store.conn.execute(_APPEARANCES, (row["case_id"],))),
        )


def read_open_needs(store: Store) -> Iterator[OpenNeed]:
    """Cases that wait, longest first."""
    for row in store.conn.execute(_OPEN).fetchall():
        of_case = {"id": row["case_id"]}
        last = store.conn.execute(_LAST_WORDS, of_case).fetchone()
        yield OpenNeed(
            case_id=row["case_id"],
            status=row["status"],
            category=row["category"],
            district=row["district"],
            opened_at=row["opened_at"],
            answered_at=row["answered_at"],
            origin_url=row["url"],
            review_reason=row["review_reason"],
            copy_count=row["copy_count"],
            contacts=row["contacts"] or "",
            last_words=last["words"] if last else "",
            last_words_at=last["at"] if last else None,
            household_case_ids=tuple(one[0] for one in store.conn.execute(_HOUSEHOLD, of_case)),
        )
