"""Keeps the full-text index equal to the latest texts: one token a character, each character as its code point.

A tokenizer that knows words finds what it cuts, and its index misses the rest; one that skips signs cannot find them.
With a token for every character a phrase query is the same question as `text LIKE '%…%'`, for digits, blanks and signs
too, and ASCII letters are found in either case as with LIKE. Contentless tables of SQLite before 3.43 forget a document
only when told its words again: those stand in the observation that the document was made from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

_POSTS_AT_ONCE = 5_000
_ADD = "INSERT INTO post_words (rowid, words) VALUES (?, ?)"
_TAKE_OUT = "INSERT INTO post_words (post_words, rowid, words) VALUES ('delete', ?, ?)"


class _Codes(dict[str, str]):
    def __missing__(self, char: str) -> str:
        code = self[char] = format(ord(char.lower() if char.isascii() else char), "x")
        return code


_CODES = _Codes()


def spell(text: str) -> str:
    """The tokens of a text: `6c27 6c14` for 氧气."""
    return " ".join([_CODES[char] for char in text])


def index_words(conn: sqlite3.Connection, texts: Iterable[tuple[str, str | None, str | None]]) -> None:
    """Bring the index in step with (post id, text, id of the observation with that text); in the caller's transaction.

    Posts that are indexed with the same text stay untouched.
    """
    wanted = {post_id: (text, observation_id) for post_id, text, observation_id in texts}
    known = _indexed(conn, list(wanted))
    changed = [post_id for post_id, (_, text) in known.items() if wanted[post_id][0] != text]
    _take_out(conn, [known[post_id] for post_id in changed])
    fresh = [
        (post_id, observation_id, text)
        for post_id, (text, observation_id) in wanted.items()
        if text and observation_id and (post_id not in known or known[post_id][1] != text)
    ]
    first = conn.execute("SELECT COALESCE(MAX(doc_id), 0) + 1 FROM worded_posts").fetchone()[0]
    conn.executemany(
        "INSERT INTO worded_posts (doc_id, post_id, observation_id) VALUES (?, ?, ?)",
        [(doc_id, post_id, observation_id) for doc_id, (post_id, observation_id, _) in enumerate(fresh, first)],
    )
    conn.executemany(_ADD, [(doc_id, spell(text)) for doc_id, (_, _, text) in enumerate(fresh, first)])


def forget_words(conn: sqlite3.Connection, post_ids: Sequence[str]) -> None:
    """Take posts out of the index so that nothing of their words stays; in the caller's transaction.

    To be called while the observations still hold the texts.
    """
    known = _indexed(conn, post_ids)
    if not known:
        return
    _take_out(conn, list(known.values()))
    # Until its segments are merged, the index keeps the postings of a document beside the note that it is gone.
    conn.execute("INSERT INTO post_words (post_words) VALUES ('optimize')")


def index_all_words(conn: sqlite3.Connection) -> None:
    """Index every post that is not indexed yet, for a store that was made before there was an index."""
    last = ""
    while rows := conn.execute(
        "SELECT post_id, text, text_observation_id FROM posts WHERE post_id > ? AND text IS NOT NULL"
        " ORDER BY post_id LIMIT ?",
        (last, _POSTS_AT_ONCE),
    ).fetchall():
        index_words(conn, [(row[0], row[1], row[2]) for row in rows])
        last = rows[-1][0]


def _indexed(conn: sqlite3.Connection, post_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """(document, its text) of those of the posts that are indexed."""
    rows = conn.execute(
        "SELECT w.post_id, w.doc_id, o.text FROM worded_posts w JOIN observations o USING (observation_id)"
        " WHERE w.post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _take_out(conn: sqlite3.Connection, documents: Sequence[tuple[int, str]]) -> None:
    conn.executemany(_TAKE_OUT, [(doc_id, spell(text)) for doc_id, text in documents])
    conn.executemany("DELETE FROM worded_posts WHERE doc_id = ?", [(doc_id,) for doc_id, _ in documents])
