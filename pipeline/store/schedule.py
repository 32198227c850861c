"""What the scheduler knows, and what became of its orders, in SQL: facts of cases, orders, heads of lists."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.scheduling.facts import CaseFacts, GoneSince, Order
from pipeline.scheduling.watchers import Watcher
from pipeline.store.database import Store
from pipeline.times import from_text, from_text_or_none, to_text, to_text_or_none

_ONE_DAY = timedelta(days=1)
_LONG_CHARACTERS = 100  # lists cut at about 140; what is masked here may be shorter than what they count
_ENDED = ("resolved", "withdrawn", "closed")
# What a site says of a post that is not to be seen any more; age_limited is not among them, it is asked again.
_GONE = frozenset({"deleted_by_author", "removed_by_platform", "not_found", "account_gone", "hidden_by_author"})

# Who is watched of a case: its origin, and for every telephone that its pleas name the first of them that names it. A
# second household, or one that was taken for the first, has its own author, and nobody else would say how it went on.
# And the first plea on each platform: where a letter on a board came first, its author writes on Weibo too, and the
# office answers on the board.
_VOICES = """
SELECT c.case_id, c.origin_post_id AS post_id FROM cases c
UNION
SELECT case_id, post_id FROM (
    SELECT cp.case_id, p.post_id,
           ROW_NUMBER() OVER (PARTITION BY cp.case_id, m.hmac ORDER BY p.posted_at, p.post_id) AS n
    FROM case_posts cp
    JOIN posts p ON p.post_id = cp.post_id
    JOIN mentions m ON m.post_id = p.post_id AND m.kind = 'phone' AND m.hmac IS NOT NULL
    WHERE cp.role IN ('origin', 'copy') AND p.was_plea = 1 AND p.repost_of IS NULL
) WHERE n = 1
UNION
SELECT case_id, post_id FROM (
    SELECT cp.case_id, p.post_id,
           ROW_NUMBER() OVER (PARTITION BY cp.case_id, p.platform ORDER BY p.posted_at, p.post_id) AS n
    FROM case_posts cp
    JOIN posts p ON p.post_id = cp.post_id
    WHERE cp.role IN ('origin', 'copy') AND p.was_plea = 1 AND p.repost_of IS NULL
) WHERE n = 1
"""

_CASES = f"""
SELECT c.case_id, c.status, p.post_id, p.author_id, p.posted_at, p.first_seen_at, p.last_checked_at,
       (SELECT MAX(m.posted_at) FROM case_posts cp JOIN posts m ON m.post_id = cp.post_id
        WHERE cp.case_id = c.case_id AND cp.role <> 'round_up' AND m.posted_at <= :now) AS moved_at,
       (SELECT COUNT(*) FROM case_posts cp JOIN posts m ON m.post_id = cp.post_id
        WHERE cp.case_id = c.case_id AND cp.role IN ('repost', 'copy', 'screenshot') AND m.post_id <> p.post_id
          AND m.posted_at BETWEEN :yesterday AND :now) AS carried,
       t.read_at, t.from_at, k.total AS comments_total, k.newest_id AS comments_newest_id,
       (SELECT MAX(r.started_at) FROM recheck_orders o JOIN runs r ON r.run_id = o.run_id
        WHERE o.post_id = p.post_id AND o.spider = :spider AND o.outcome = 'read') AS ordered_at
FROM ({_VOICES}) v
JOIN cases c ON c.case_id = v.case_id
JOIN posts p ON p.post_id = v.post_id
LEFT JOIN list_heads t ON t.kind = 'timeline' AND t.subject = p.author_id
LEFT JOIN list_heads k ON k.kind = 'comments' AND k.subject = p.post_id
WHERE p.platform IN (SELECT value FROM json_each(:platforms))
  AND MAX(COALESCE(c.last_seen_at, ''), COALESCE(c.opened_at, ''), p.first_seen_at) >= :since
ORDER BY c.case_id, p.post_id
"""  # noqa: S608 our own sub-query

_SIGHTINGS = """
SELECT o.post_id, o.observed_at, o.availability, o.reposts, o.edited_at
FROM observations o
WHERE o.availability <> 'blocked' AND o.post_id IN (SELECT value FROM json_each(?))
ORDER BY o.post_id, o.observed_at, o.observation_id
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look at an origin showed that the scheduler needs."""

    at: datetime
    availability: str
    reposts: int | None
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListHead:
    """How far a list of the site is known: an author's page (`timeline`) or the comments under a post.

    `total` is None where the comments were not read to the end; `from_at` is how far back a timeline was read.
    """

    kind: str
    subject: str
    read_at: datetime
    from_at: datetime | None = None
    newest_id: str | None = None
    total: int | None = None


def read_facts(store: Store, watcher: Watcher, now: datetime, days: float) -> list[CaseFacts]:
    """The voices (above) of the cases that were seen in the last days, on a watcher's platforms, by case and post."""
    wanted = {
        "spider": watcher.spider,
        "platforms": json.dumps(watcher.platforms),
        "since": to_text(now - timedelta(days=days)),
        "now": to_text(now),
        "yesterday": to_text(now - _ONE_DAY),
    }
    rows = store.conn.execute(_CASES, wanted).fetchall()
    sightings = _read_sightings(store, [row["post_id"] for row in rows])
    facts = []
    for row in rows:
        seen_of = sightings.get(row["post_id"], [])
        first_seen_at = from_text(row["first_seen_at"])
        author_id = row["author_id"] if watcher.reads_authors else None
        facts.append(
            CaseFacts(
                case_id=row["case_id"],
                post_id=row["post_id"],
                author_id=author_id,
                posted_at=from_text_or_none(row["posted_at"]),
                moved_at=from_text_or_none(row["moved_at"]) or first_seen_at,
                spread=max(row["carried"], count_growth(seen_of, now - _ONE_DAY)),
                is_ended=row["status"] in _ENDED,
                looked_at=_read_author_at(row) if author_id else from_text_or_none(row["ordered_at"]),
                gone=find_gone(seen_of),
                edited_at=next((one.edited_at for one in reversed(seen_of) if one.edited_at), None),
                comments_total=row["comments_total"],
                comments_newest_id=row["comments_newest_id"],
            )
        )
    return facts


def _read_sightings(store: Store, post_ids: Sequence[str]) -> dict[str, list[Sighting]]:
    sightings: dict[str, list[Sighting]] = {}
    for row in store.conn.execute(_SIGHTINGS, (json.dumps(post_ids),)):
        seen = Sighting(
            from_text(row["observed_at"]), row["availability"], row["reposts"], from_text_or_none(row["edited_at"])
        )
        sightings.setdefault(row["post_id"], []).append(seen)
    return sightings


def _read_author_at(row: sqlite3.Row) -> datetime | None:
    """When a plea's author was last read. A page that was not read back to the plea does not count."""
    read_at, from_at, posted_at = row["read_at"], row["from_at"], row["posted_at"]
    if read_at is None or (posted_at is not None and from_at is not None and from_at > posted_at):
        return None
    return from_text(read_at)


def count_growth(sightings: Sequence[Sighting], since: datetime) -> int:
    """By how much the repost counter has grown since the last look before a moment; 0 where nobody knows."""
    counted = [(one.at, one.reposts) for one in sightings if one.reposts is not None]
    before = [reposts for at, reposts in counted if at <= since]
    if not before or len(before) == len(counted):
        return 0
    return max(0, counted[-1][1] - before[-1])


def find_gone(sightings: Sequence[Sighting]) -> GoneSince | None:
    """Since when a post is gone without having been seen again; None where the last look saw it."""
    run: list[Sighting] = []
    for one in reversed(sightings):
        if one.availability not in _GONE:
            break
        run.append(one)
    return GoneSince(run[-1].at, run[0].at, run[0].availability) if run else None


def read_known_long(store: Store, since: datetime) -> list[tuple[str, datetime | None]]:
    """Posts seen since a moment that a list would cut and whose whole text is here: native id, time of last edit."""
    rows = store.conn.execute(
        "SELECT p.native_id, (SELECT MAX(o.edited_at) FROM observations o WHERE o.post_id = p.post_id) AS edited_at"
        " FROM posts p WHERE p.platform = 'weibo' AND p.last_seen_at >= ? AND p.availability = 'visible'"
        " AND LENGTH(p.text) >= ? AND p.text NOT LIKE '%全文' ORDER BY p.native_id",
        (to_text(since), _LONG_CHARACTERS),
    )
    return [(row["native_id"], from_text_or_none(row["edited_at"])) for row in rows]


def write_orders(store: Store, run_id: str, spider: str, orders: Sequence[Order]) -> None:
    """Enter a night's orders for a spider; entering them again replaces them."""
    with store.writing() as conn:
        conn.execute("DELETE FROM recheck_orders WHERE run_id = ? AND spider = ?", (run_id, spider))
        taken = conn.execute("SELECT MAX(position) FROM recheck_orders WHERE run_id = ?", (run_id,)).fetchone()[0]
        conn.executemany(
            "INSERT INTO recheck_orders (run_id, position, case_id, post_id, author_id, looks, reason, due_at, spider)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    run_id,
                    position,
                    order.case.case_id,
                    order.case.post_id,
                    order.case.author_id,
                    " ".join(order.looks),
                    order.reason,
                    to_text(order.due_at),
                    spider,
                )
                for position, order in enumerate(orders, (taken or 0) + 1)
            ],
        )


def write_heads(store: Store, heads: Iterable[ListHead]) -> None:
    """Remember how far lists are known. How far back a timeline was read is kept."""
    with store.writing() as conn:
        conn.executemany(
            "INSERT INTO list_heads (kind, subject, read_at, from_at, newest_id, total) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, subject) DO UPDATE SET read_at = excluded.read_at,"
            " from_at = MIN(COALESCE(from_at, excluded.from_at), COALESCE(excluded.from_at, from_at)),"
            " newest_id = COALESCE(excluded.newest_id, newest_id), total = excluded.total",
            [
                (
                    head.kind,
                    head.subject,
                    to_text(head.read_at),
                    to_text_or_none(head.from_at),
                    head.newest_id,
                    head.total,
                )
                for head in heads
            ],
        )


def write_outcomes(store: Store, run_id: str, spider: str, outcomes: Iterable[tuple[str, str]]) -> None:
    """Enter what became of a spider's orders of a night: (post id, `read` or `refused`)."""
    with store.writing() as conn:
        conn.executemany(
            "UPDATE recheck_orders SET outcome = ? WHERE run_id = ? AND spider = ? AND post_id = ?",
            [(outcome, run_id, spider, post_id) for post_id, outcome in outcomes],
        )


def count_outcomes(store: Store, run_id: str, spider: str = "") -> dict[str, int]:
    """How many orders of a night (for one spider, where it is named) were read, refused, and left without an answer."""
    rows = store.conn.execute(
        "SELECT COALESCE(outcome, 'left') AS outcome, COUNT(*) AS orders FROM recheck_orders"
        " WHERE run_id = ? AND ? IN ('', spider) GROUP BY 1",
        (run_id, spider),
    )
    return {"read": 0, "refused": 0, "left": 0} | {row["outcome"]: row["orders"] for row in rows}
