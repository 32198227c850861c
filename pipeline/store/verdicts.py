"""The desk's verdicts: append-only, the latest wins, and each hangs on the post that its case began with."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.status.model import Verdict
from pipeline.store.database import Store
from pipeline.times import from_text


def load_verdicts(store: Store, post_ids: Sequence[str]) -> dict[str, list[Verdict]]:
    """Verdicts by the origin post of the case they were given on, oldest first."""
    rows = store.conn.execute(
        'SELECT origin_post_id, status, "at", "by", note FROM verdicts'
        " WHERE origin_post_id IN (SELECT value FROM json_each(?))"
        " AND verdict_id NOT IN (SELECT verdict_id FROM undone_verdicts) ORDER BY verdict_id",
        (json.dumps(list(post_ids)),),
    )
    found: dict[str, list[Verdict]] = {}
    for row in rows:
        verdict = Verdict(row["status"], from_text(row["at"]), row["by"], row["note"] or "")
        found.setdefault(row["origin_post_id"], []).append(verdict)
    return found


def apply_verdicts(store: Store) -> None:
    """Have the cases of verdicts that arrived since the last time decided again."""
    with store.writing() as conn:
        seen = conn.execute("SELECT value FROM state WHERE name = 'verdicts_seen'").fetchone()
        rows = conn.execute(
            "SELECT verdict_id, origin_post_id FROM verdicts WHERE verdict_id > ? ORDER BY verdict_id",
            (int(seen[0]) if seen else 0,),
        ).fetchall()
        if rows:
            conn.executemany("UPDATE posts SET is_dirty = 1 WHERE post_id = ?", [(row[1],) for row in rows])
            conn.execute("INSERT OR REPLACE INTO state VALUES ('verdicts_seen', ?)", (str(rows[-1][0]),))
