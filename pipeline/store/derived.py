"""What can be made again, and its removal."""

from __future__ import annotations

from pipeline.store.database import Store

# In an order that foreign keys allow.
# Documents of the index stay: those of deleted posts cannot be made again.
_DERIVED_TABLES = ("heard_cases", "case_links", "status_updates", "case_posts", "cases", "link_pages")
_GONE = "SELECT post_id FROM posts WHERE text IS NULL"


def all_post_ids(store: Store) -> list[str]:
    """Every post, in order of id."""
    return [row[0] for row in store.conn.execute("SELECT post_id FROM posts ORDER BY post_id")]


def clear_derived(store: Store) -> None:
    """Empty the derived tables and mark everything as waiting; in the caller's transaction.

    Aliases of old case ids stay: a link that somebody noted down must still lead somewhere.
    """
    for table in _DERIVED_TABLES:
        store.conn.execute(f"DELETE FROM {table}")  # noqa: S608 the names above
    for table in ("matches", "conflicts"):
        # What a deleted text was found to match cannot be found again.
        store.conn.execute(
            f"DELETE FROM {table} WHERE left_post_id NOT IN ({_GONE}) AND right_post_id NOT IN ({_GONE})"  # noqa: S608
        )
    store.conn.execute("DELETE FROM state WHERE name IN ('judgements_seen', 'verdicts_seen')")
    store.conn.execute("UPDATE observations SET is_linked = 0")
    store.conn.execute("UPDATE posts SET is_dirty = 1")
