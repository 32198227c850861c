"""Who wrote what, and whom pictures name: what tells two posts of one form apart."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.images.bylines import Byline, Head, Page
from pipeline.store.database import Store
from pipeline.times import from_text_or_none


def bylines_of(store: Store, post_ids: Sequence[str]) -> dict[str, Byline]:
    """Author, time and platform of posts, by id."""
    rows = store.conn.execute(
        "SELECT post_id, author_name, posted_at, platform FROM posts WHERE post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    return {row[0]: Byline(row[1], from_text_or_none(row[2]), row[3]) for row in rows}


def words_of(store: Store, post_ids: Sequence[str]) -> dict[str, str]:
    """The texts of posts that have one, by id."""
    rows = store.conn.execute(
        "SELECT post_id, text FROM posts WHERE text IS NOT NULL AND post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    return {row[0]: row[1] for row in rows}


def head_of_document(store: Store, doc_id: int) -> tuple[Head, Page]:
    """What stands over the post that a picture's document shows, and what the whole picture says of authors.

    Raises:
        KeyError: no such document.
    """
    rows = store.conn.execute(
        "SELECT s.position = d.position, s.author_name, s.shown_at, s.text, i.platform FROM shown_documents d"
        " JOIN shown_posts s USING (image_id) JOIN images i USING (image_id) WHERE d.doc_id = ? ORDER BY s.position",
        (doc_id,),
    ).fetchall()
    if not rows:
        raise KeyError(doc_id)
    heads = tuple(Head(row[1], row[2]) for row in rows)
    own = next(head for head, row in zip(heads, rows, strict=True) if row[0])
    return own, Page(rows[0][4], heads, tuple(line for row in rows for line in row[3].splitlines()))
