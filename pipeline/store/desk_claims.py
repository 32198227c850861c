"""Who is looking at what, so that two people don't do the same item twice; a claim runs out by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.desk_db import DeskDb
from pipeline.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody works on an item until `expires_at`."""

    item: str
    by: str
    at: datetime
    expires_at: datetime


def take_claim(desk: DeskDb, claim: Claim) -> Claim:
    """Enter a claim; where somebody else holds the item, theirs is given back and nothing changes."""
    with desk.writing() as conn:
        conn.execute("DELETE FROM claims WHERE expires_at <= ?", (to_text(claim.at),))
        conn.execute(
            'INSERT INTO claims (item, "by", "at", expires_at) VALUES (?, ?, ?, ?)'
            ' ON CONFLICT (item) DO UPDATE SET expires_at = excluded.expires_at WHERE "by" = excluded."by"',
            (claim.item, claim.by, to_text(claim.at), to_text(claim.expires_at)),
        )
        row = conn.execute("SELECT * FROM claims WHERE item = ?", (claim.item,)).fetchone()
    return Claim(row["item"], row["by"], from_text(row["at"]), from_text(row["expires_at"]))


def drop_claim(desk: DeskDb, item: str, by: str) -> None:
    """Give an item back; another's claim stays."""
    with desk.writing() as conn:
        conn.execute('DELETE FROM claims WHERE item = ? AND "by" = ?', (item, by))


def claims_on(desk: DeskDb, items: Sequence[str], now: datetime) -> dict[str, Claim]:
    """The claims in force on the items."""
    rows = desk.conn.execute(
        "SELECT * FROM claims WHERE item IN (SELECT value FROM json_each(?)) AND expires_at > ?",
        (json.dumps(list(items)), to_text(now)),
    )
    return {
        row["item"]: Claim(row["item"], row["by"], from_text(row["at"]), from_text(row["expires_at"])) for row in rows
    }
