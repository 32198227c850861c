"""Pages of the link index beside the posts: bytes by space and bucket."""

from __future__ import annotations

from pipeline.store.database import Store


def read_blob(store: Store, space: str, bucket: int) -> bytes | None:
    """One page, or None."""
    row = store.conn.execute("SELECT blob FROM link_blobs WHERE space = ? AND bucket = ?", (space, bucket)).fetchone()
    return None if row is None else bytes(row[0])


def write_blob(store: Store, space: str, bucket: int, blob: bytes) -> None:
    """Write one page, in the caller's transaction."""
    store.conn.execute("INSERT OR REPLACE INTO link_blobs (space, bucket, blob) VALUES (?, ?, ?)", (space, bucket, blob))
