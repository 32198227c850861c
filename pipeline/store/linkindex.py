"""The link index on SQLite: dedupe's pages and documents as rows beside the posts they describe."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from pipeline.store.database import Store


class SqliteBuckets:
    """A `dedupe.store.BucketStore`; writes belong to the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._conn = store.conn

    def read(self, pages: Sequence[int]) -> dict[int, bytes]:
        """The pages that exist."""
        return self._read("SELECT page, data FROM link_pages WHERE page IN (SELECT value FROM json_each(?))", pages)

    def write(self, pages: Mapping[int, bytes]) -> None:
        """Replace pages; an empty one is removed."""
        self._conn.executemany(
            "INSERT OR REPLACE INTO link_pages (page, data) VALUES (?, ?)",
            [(page, data) for page, data in pages.items() if data],
        )
        self._conn.executemany("DELETE FROM link_pages WHERE page = ?", [(p,) for p, data in pages.items() if not data])

    def read_documents(self, doc_ids: Sequence[int]) -> dict[int, bytes]:
        """The documents that exist."""
        return self._read(
            "SELECT doc_id, data FROM link_documents WHERE doc_id IN (SELECT value FROM json_each(?))", doc_ids
        )

    def write_documents(self, documents: Mapping[int, bytes]) -> None:
        """Replace documents."""
        self._conn.executemany(
            "INSERT OR REPLACE INTO link_documents (doc_id, data) VALUES (?, ?)", list(documents.items())
        )

    def delete_documents(self, doc_ids: Iterable[int]) -> None:
        """Delete documents; those that do not exist are no error."""
        self._conn.executemany("DELETE FROM link_documents WHERE doc_id = ?", [(doc_id,) for doc_id in doc_ids])

    def _read(self, query: str, numbers: Sequence[int]) -> dict[int, bytes]:
        return {row[0]: row[1] for row in self._conn.execute(query, (json.dumps(list(numbers)),))}


def count_texts(store: Store) -> int:
    """Observations with a text: an upper bound of what is linked."""
    return int(store.conn.execute("SELECT COUNT(*) FROM observations WHERE text IS NOT NULL").fetchone()[0])


def clear_pages(store: Store) -> None:
    """Take the index away and keep its documents; in the caller's transaction."""
    store.conn.execute("DELETE FROM link_pages")


def first_documents(store: Store, post_ids: Sequence[str]) -> dict[str, int]:
    """The document of the first text of each post: what it pleaded with, so that a later update does not part it
    from its copies."""
    return {row["post_id"]: row["seq"] for row in _first_texts(store, post_ids)}


def first_observations(store: Store, post_ids: Sequence[str]) -> dict[str, str]:
    """The observation that shows the first text of each post."""
    return {row["post_id"]: row["observation_id"] for row in _first_texts(store, post_ids)}


def _first_texts(store: Store, post_ids: Sequence[str]) -> sqlite3.Cursor:
    """Texts of posts, the first one of each last."""
    return store.conn.execute(
        "SELECT post_id, seq, observation_id FROM observations WHERE post_id IN (SELECT value FROM json_each(?))"
        " AND (text IS NOT NULL OR is_purged = 1) ORDER BY observed_at DESC, observation_id DESC",
        (json.dumps(list(post_ids)),),
    )


def posts_of_documents(store: Store, doc_ids: Sequence[int]) -> dict[int, str]:
    """Post ids by document."""
    rows = store.conn.execute(
        "SELECT seq, post_id FROM observations WHERE seq IN (SELECT value FROM json_each(:ids))"
        " UNION ALL SELECT doc_id, post_id FROM shown_documents WHERE doc_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(doc_ids))},
    )
    return {row[0]: row[1] for row in rows}
