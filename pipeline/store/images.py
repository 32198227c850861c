"""Pictures: which posts carry them, what they show, and the documents by which they are linked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.linking.documents import Document
from pipeline.models import Mention
from pipeline.store.database import Store
from pipeline.store.graph import mark_dirty

FIRST_DOCUMENT = 1 << 40
"""Documents of pictures are numbered above it, those of observations never get there."""


@dataclass(frozen=True, slots=True)
class PostPicture:
    """A picture of a post as it came in: `position` is its place among the post's pictures, `phash` its perceptual
    hash as bytes."""

    post_id: str
    image_id: str
    position: int
    kind: str
    width: int
    height: int
    phash: bytes


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A post that a picture shows, masked."""

    author_name: str | None
    shown_at: str | None
    source: str | None
    text: str
    label: str
    characters: int
    is_masked: bool
    is_cut: bool
    box: tuple[int, int, int, int]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What a picture says, masked: `lines` is JSON, `reader` names who read it."""

    image_id: str
    reader: str
    platform: str | None
    ocr_text: str
    lines: str
    posts: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class PictureText:
    """A shown post as a document of a post that carries its picture."""

    doc_id: int
    post_id: str
    document: Document


def enter_pictures(store: Store, pictures: Iterable[PostPicture]) -> None:
    """Enter pictures and whose they are; known ones stay as they are. In the caller's transaction."""
    rows = list(pictures)
    store.conn.executemany(
        "INSERT OR IGNORE INTO images (image_id, width, height, kind, phash) VALUES (?, ?, ?, ?, ?)",
        [(one.image_id, one.width, one.height, one.kind, one.phash) for one in rows],
    )
    store.conn.executemany(
        "INSERT OR IGNORE INTO post_images (post_id, image_id, position) VALUES (?, ?, ?)",
        [(one.post_id, one.image_id, one.position) for one in rows],
    )


def known_picture(store: Store, image_id: str) -> tuple[str, int, int, bytes] | None:
    """(kind, width, height, perceptual hash) of a picture that is stored, or None."""
    row = store.conn.execute(
        "SELECT kind, width, height, phash FROM images WHERE image_id = ? AND phash IS NOT NULL", (image_id,)
    ).fetchone()
    return (row[0], row[1], row[2], row[3]) if row else None


def count_unread(store: Store) -> int:
    """How many pictures nobody has read."""
    return int(store.conn.execute("SELECT COUNT(*) FROM images WHERE reader IS NULL").fetchone()[0])


def unread_pictures(store: Store, after: str, limit: int) -> list[str]:
    """The next pictures that nobody has read, in order of id, from behind `after`."""
    rows = store.conn.execute(
        "SELECT image_id FROM images WHERE reader IS NULL AND image_id > ? ORDER BY image_id LIMIT ?", (after, limit)
    )
    return [row[0] for row in rows]


def write_readings(store: Store, readings: Sequence[PictureReading]) -> None:
    """Keep what pictures say; their posts are put into cases again. In the caller's transaction."""
    conn = store.conn
    for one in readings:
        conn.execute(
            "UPDATE images SET ocr_text = ?, lines = ?, platform = ?, reader = ? WHERE image_id = ?",
            (one.ocr_text, one.lines, one.platform, one.reader, one.image_id),
        )
        for position, shown in enumerate(one.posts):
            _write_shown(store, one.image_id, position, shown)
    ids = json.dumps([one.image_id for one in readings])
    carriers = conn.execute(
        "SELECT DISTINCT post_id FROM post_images WHERE image_id IN (SELECT value FROM json_each(?))", (ids,)
    )
    mark_dirty(store, [row[0] for row in carriers.fetchall()])


def _write_shown(store: Store, image_id: str, position: int, shown: ShownRow) -> None:
    store.conn.execute(
        "INSERT INTO shown_posts (image_id, position, author_name, shown_at, source, text, label, characters,"
        ' is_masked, is_cut, "left", top, "right", bottom) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        (
            image_id,
            position,
            shown.author_name,
            shown.shown_at,
            shown.source,
            shown.text,
            shown.label,
            shown.characters,
            shown.is_masked,
            shown.is_cut,
            *shown.box,
        ),
    )
    store.conn.executemany(
        'INSERT INTO shown_mentions (image_id, position, kind, masked, hmac, start, "end", rule)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(image_id, position, m.kind, m.masked, m.hmac, m.start, m.end, m.rule) for m in shown.mentions],
    )


def number_documents(store: Store, least_characters: int) -> None:
    """Give each shown post that says enough a document for each post that carries it; in the caller's transaction."""
    store.conn.execute(
        "INSERT INTO shown_documents (doc_id, post_id, image_id, position)"
        " SELECT (SELECT COALESCE(MAX(doc_id), ?) FROM shown_documents)"
        "  + ROW_NUMBER() OVER (ORDER BY pi.post_id, pi.position, s.position), pi.post_id, s.image_id, s.position"
        " FROM shown_posts s JOIN post_images pi USING (image_id) WHERE s.characters >= ? AND NOT EXISTS (SELECT 1 FROM"
        " shown_documents d WHERE d.post_id = pi.post_id AND d.image_id = s.image_id AND d.position = s.position)",
        (FIRST_DOCUMENT, least_characters),
    )


def unlinked_documents(store: Store, limit: int) -> list[int]:
    """The next documents of pictures that no linking has seen."""
    rows = store.conn.execute(
        "SELECT doc_id FROM shown_documents WHERE is_linked = 0 ORDER BY doc_id LIMIT ?", (limit,)
    )
    return [row[0] for row in rows]


def count_unlinked_documents(store: Store) -> int:
    """How many documents of pictures no linking has seen."""
    return int(store.conn.execute("SELECT COUNT(*) FROM shown_documents WHERE is_linked = 0").fetchone()[0])


def mark_documents_linked(store: Store) -> None:
    """Every document of a picture has been seen by linking; in the caller's transaction."""
    store.conn.execute("UPDATE shown_documents SET is_linked = 1 WHERE is_linked = 0")


# A picture with several pleas, and a post with several pictures of pleas, is a round-up: it must merge nothing.
_IS_ROUND_UP = (
    "(SELECT COUNT(DISTINCT o.text) FROM shown_documents e JOIN shown_posts o USING (image_id, position)"
    " WHERE e.post_id = d.post_id AND o.label IN ('plea', 'round_up')) > 1"
)


def picture_texts(store: Store, doc_ids: Sequence[int] | None = None) -> list[PictureText]:
    """The documents of pictures, all or some, in order of post and place."""
    which = "" if doc_ids is None else "AND d.doc_id IN (SELECT value FROM json_each(:ids))"
    rows = store.conn.execute(
        f"SELECT d.doc_id, d.post_id, d.image_id, d.position, s.text, {_IS_ROUND_UP} AS is_round_up"  # noqa: S608 our own clauses
        " FROM shown_documents d JOIN shown_posts s USING (image_id, position) JOIN posts p ON p.post_id = d.post_id"
        f" WHERE p.repost_of IS NULL {which} ORDER BY d.post_id, d.image_id, d.position",
        {"ids": json.dumps(list(doc_ids or ()))},
    ).fetchall()
    return [
        PictureText(
            row["doc_id"],
            row["post_id"],
            Document(row["text"], _mentions(store, row["image_id"], row["position"]), None, bool(row["is_round_up"])),
        )
        for row in rows
    ]


def _mentions(store: Store, image_id: str, position: int) -> tuple[Mention, ...]:
    rows = store.conn.execute(
        'SELECT kind, masked, hmac, start, "end", rule FROM shown_mentions WHERE image_id = ? AND position = ?'
        " ORDER BY start, kind",
        (image_id, position),
    )
    return tuple(Mention(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows)


def shown_documents_of(store: Store, post_ids: Sequence[str]) -> dict[str, int]:
    """The document of the longest plea that a post's pictures show, by post, where its own words are none: what a
    picture post pleads with."""
    rows = store.conn.execute(
        "SELECT d.post_id, d.doc_id FROM shown_documents d JOIN shown_posts s USING (image_id, position)"
        " JOIN posts p ON p.post_id = d.post_id WHERE d.is_linked = 1 AND p.was_plea = 0 AND p.repost_of IS NULL"
        " AND s.label = 'plea' AND d.post_id IN (SELECT value FROM json_each(?))"
        " ORDER BY s.characters, d.image_id DESC, d.position DESC",
        (json.dumps(list(post_ids)),),
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class ShownWords:
    """What a post's picture says, for whoever weighs words: never the poster's own."""

    image_id: str
    position: int
    author_name: str | None
    text: str


def shown_words(store: Store, post_ids: Sequence[str]) -> dict[str, list[ShownWords]]:
    """The shown posts of posts, in the order of their pictures."""
    rows = store.conn.execute(
        "SELECT pi.post_id, s.image_id, s.position, s.author_name, s.text FROM post_images pi"
        " JOIN shown_posts s USING (image_id) WHERE pi.post_id IN (SELECT value FROM json_each(?))"
        " ORDER BY pi.post_id, pi.position, s.position",
        (json.dumps(list(post_ids)),),
    )
    found: dict[str, list[ShownWords]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(ShownWords(row[1], row[2], row[3], row[4]))
    return found


def orphaned_by(store: Store, post_ids: Sequence[str]) -> list[str]:
    """Pictures that only these posts carry."""
    ids = json.dumps(list(post_ids))
    rows = store.conn.execute(
        "SELECT DISTINCT image_id FROM post_images WHERE post_id IN (SELECT value FROM json_each(:ids))"
        " AND image_id NOT IN (SELECT image_id FROM post_images"
        "  WHERE post_id NOT IN (SELECT value FROM json_each(:ids)))"
        " ORDER BY image_id",
        {"ids": ids},
    )
    return [row[0] for row in rows]


def all_hashes(store: Store) -> list[tuple[str, bytes]]:
    """(image id, perceptual hash) of every picture that was read."""
    rows = store.conn.execute(
        "SELECT image_id, phash FROM images WHERE phash IS NOT NULL AND reader IS NOT NULL ORDER BY image_id"
    )
    return [(row[0], row[1]) for row in rows]


def posts_showing_pleas(store: Store, post_ids: Sequence[str]) -> set[str]:
    """Those of the posts whose pictures show a plea."""
    rows = store.conn.execute(
        "SELECT DISTINCT d.post_id FROM shown_documents d JOIN shown_posts s USING (image_id, position)"
        " WHERE s.label = 'plea' AND d.post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    return {row[0] for row in rows}


def carriers_of(store: Store, image_id: str) -> list[str]:
    """The posts that carry a picture."""
    rows = store.conn.execute("SELECT post_id FROM post_images WHERE image_id = ? ORDER BY post_id", (image_id,))
    return [row[0] for row in rows]
