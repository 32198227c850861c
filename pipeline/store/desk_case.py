"""What the desk shows of a case beyond its view: why posts were linked, pictures, counters, and what was not seen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a post was linked to another of its case."""

    post_id: str
    other_post_id: str
    found_by: str
    score: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post and what is legible in it, masked: as a text, and line by line with boxes as JSON; both are
    None where it was not read. `kind` is its format."""

    post_id: str
    image_id: str
    kind: str | None
    width: int | None
    height: int | None
    ocr_text: str | None
    lines: str | None


@dataclass(frozen=True, slots=True)
class Hole:
    """A search or re-check of the last night that was not seen to its end."""

    source: str
    query: str
    refused: int
    note: str | None


def grounds_of(store: Store, origin_post_id: str, post_ids: Sequence[str]) -> dict[str, Grounds]:
    """For each of the posts its best match: with the origin where there is one, else the strongest of all."""
    rows = store.conn.execute(
        "SELECT a.value AS post_id, m.* FROM json_each(:ids) a JOIN matches m ON m.left_post_id = a.value"
        " UNION ALL SELECT a.value, m.* FROM json_each(:ids) a JOIN matches m ON m.right_post_id = a.value",
        {"ids": json.dumps(list(post_ids))},
    )
    best: dict[str, Grounds] = {}
    for row in rows:
        other = row["right_post_id"] if row["post_id"] == row["left_post_id"] else row["left_post_id"]
        one = Grounds(row["post_id"], other, row["found_by"], row["score"], row["evidence"])
        known = best.get(one.post_id)
        if known is None or _rank(one, origin_post_id) > _rank(known, origin_post_id):
            best[one.post_id] = one
    return best


def _rank(grounds: Grounds, origin_post_id: str) -> tuple[bool, float, str]:
    return (grounds.other_post_id == origin_post_id, grounds.score, grounds.other_post_id)


def pictures_of(store: Store, post_ids: Sequence[str]) -> list[Picture]:
    """The pictures of posts, in their order."""
    rows = store.conn.execute(
        "SELECT pi.post_id, i.image_id, i.kind, i.width, i.height, i.ocr_text, i.lines FROM post_images pi"
        " JOIN images i USING (image_id) WHERE pi.post_id IN (SELECT value FROM json_each(?))"
        " ORDER BY pi.post_id, pi.position",
        (json.dumps(list(post_ids)),),
    )
    return [Picture(*row) for row in rows]


def reach_of(store: Store, post_ids: Sequence[str]) -> dict[str, int]:
    """Reposts, comments and likes of each post together, as last seen."""
    rows = store.conn.execute(
        "SELECT a.value AS post_id, (SELECT COALESCE(o.reposts, 0) + COALESCE(o.comments, 0) + COALESCE(o.likes, 0)"
        " FROM observations o WHERE o.post_id = a.value AND o.reposts IS NOT NULL ORDER BY o.observed_at DESC LIMIT 1)"
        " AS reach FROM json_each(?) a",
        (json.dumps(list(post_ids)),),
    )
    return {row["post_id"]: row["reach"] for row in rows if row["reach"] is not None}


def place_of_case(store: Store, origin_post_id: str) -> sqlite3.Row | None:
    """Province, city and district of the first post."""
    row: sqlite3.Row | None = store.conn.execute(
        "SELECT province, city, district FROM posts WHERE post_id = ?", (origin_post_id,)
    ).fetchone()
    return row


def holes_of_last_night(store: Store) -> list[Hole]:
    """What the last night could not see."""
    rows = store.conn.execute(
        "SELECT source, query, refused, note FROM run_sources WHERE complete = 0 AND run_id ="
        " (SELECT run_id FROM runs WHERE kind = 'nightly' ORDER BY started_at DESC, run_id DESC LIMIT 1)"
        " ORDER BY source, query"
    )
    return [Hole(*row) for row in rows]


def has_had_a_night(store: Store) -> bool:
    """Whether any night has looked at a source; a store that was only imported into has seen what its files held."""
    night = "SELECT 1 FROM run_sources JOIN runs USING (run_id) WHERE kind = 'nightly' LIMIT 1"
    return store.conn.execute(night).fetchone() is not None


def verdict_on(store: Store, origin_post_id: str) -> sqlite3.Row | None:
    """The desk's newest verdict on the case of a first post, unless it was taken back."""
    row: sqlite3.Row | None = store.conn.execute(
        'SELECT status, "by", "at", note FROM verdicts WHERE origin_post_id = ?'
        " AND verdict_id NOT IN (SELECT verdict_id FROM undone_verdicts) ORDER BY verdict_id DESC LIMIT 1",
        (origin_post_id,),
    ).fetchone()
    return row


def first_text_of(store: Store, post_id: str) -> str | None:
    """The words of a post as first seen: its author may have put thanks in their place."""
    row = store.conn.execute(
        "SELECT text FROM observations WHERE post_id = ? AND text IS NOT NULL ORDER BY observed_at, seq LIMIT 1",
        (post_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def names_of_case(store: Store, case_id: str) -> list[str]:
    """A case's id and the ids that it had before it was joined: what was done on them was done on it."""
    rows = store.conn.execute("SELECT old_case_id FROM case_aliases WHERE case_id = ? ORDER BY 1", (case_id,))
    return [case_id, *(row[0] for row in rows)]
