"""Hashes of deleted texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Touch:
    """A deleted text that shares hashes with another: how many, and how many it has."""

    doc_id: int
    post_id: str
    shared: int
    total: int


def fingerprints_exist(store: Store) -> bool:
    """Whether any text was ever deleted."""
    return store.conn.execute("SELECT 1 FROM fingerprints LIMIT 1").fetchone() is not None


def write_fingerprints(store: Store, doc_id: int, keys: Sequence[int]) -> None:
    """Keep the hashes of a text; in the caller's transaction."""
    store.conn.executemany("INSERT OR IGNORE INTO fingerprints VALUES (?, ?)", [(key, doc_id) for key in keys])


def documents_of_posts(store: Store, post_ids: Sequence[str]) -> list[int]:
    """The documents that posts may have in the index."""
    rows = store.conn.execute(
        "SELECT seq FROM observations WHERE post_id IN (SELECT value FROM json_each(:ids)) UNION ALL"
        " SELECT doc_id FROM shown_documents WHERE post_id IN (SELECT value FROM json_each(:ids)) ORDER BY 1",
        {"ids": json.dumps(list(post_ids))},
    )
    return [row[0] for row in rows]


def shared_fingerprints(store: Store, keys: Sequence[int]) -> list[Touch]:
    """Deleted texts that share any of these hashes, most shared first."""
    rows = store.conn.execute(
        "SELECT f.doc_id, o.post_id, COUNT(*), (SELECT COUNT(*) FROM fingerprints a WHERE a.doc_id = f.doc_id)"
        " FROM fingerprints f JOIN (SELECT seq, post_id FROM observations"
        "  UNION ALL SELECT doc_id, post_id FROM shown_documents) o ON o.seq = f.doc_id"
        " WHERE f.key IN (SELECT value FROM json_each(?)) GROUP BY f.doc_id ORDER BY COUNT(*) DESC, o.post_id",
        (json.dumps(list(keys)),),
    )
    return [Touch(*row) for row in rows]


def phones_of_documents(store: Store, doc_ids: Sequence[int]) -> dict[int, set[str]]:
    """Digests of the phones in each document."""
    rows = store.conn.execute(
        "SELECT o.seq, m.hmac FROM observations o JOIN mentions m USING (observation_id)"
        " WHERE m.kind = 'phone' AND m.hmac IS NOT NULL AND o.seq IN (SELECT value FROM json_each(?))",
        (json.dumps(list(doc_ids)),),
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row[0], set()).add(row[1])
    return found
