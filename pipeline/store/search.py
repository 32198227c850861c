"""Finds posts by the words in their latest text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import UserError
from pipeline.store.database import Store
from pipeline.store.wordindex import spell

_COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM post_words WHERE post_words MATCH ? LIMIT ?)"
_HITS = """
SELECT p.post_id, p.posted_at, p.author_name, p.url, p.text, p.is_plea, cp.case_id, cp.role, cp.is_stale, c.status
FROM (SELECT rowid AS doc_id FROM post_words WHERE post_words MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?) hits
JOIN worded_posts w ON w.doc_id = hits.doc_id
JOIN posts p ON p.post_id = w.post_id
LEFT JOIN case_posts cp ON cp.post_id = p.post_id
     AND cp.case_id = (SELECT MIN(case_id) FROM case_posts WHERE post_id = p.post_id)
LEFT JOIN cases c ON c.case_id = cp.case_id
ORDER BY hits.doc_id DESC
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A post that holds the words; `posted_at` is stored text, of several cases the first is told."""

    post_id: str
    posted_at: str | None
    author_name: str | None
    url: str | None
    text: str
    is_plea: bool
    case_id: str | None
    role: str | None
    is_stale: bool
    status: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    """How many posts hold the words, and those that were taken in last. `is_more`: counting stopped at `count`."""

    count: int
    listed: tuple[Hit, ...]
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the hits: `limit` of them behind the first `offset`; counting them ends at `counted` (None: never)."""

    limit: int
    offset: int = 0
    counted: int | None = None


def match_expression(words: Sequence[str]) -> str:
    """The FTS5 query for posts that hold each of the words, in any order; a word may be a whole phrase.

    Raises:
        UserError: nothing to look for.
    """
    phrases = [spell(word.strip()) for word in words]
    if not any(phrases):
        raise UserError("要找什么？/ no words to look for")
    return " AND ".join(f'"{phrase}"' for phrase in phrases if phrase)


def find_posts(store: Store, words: Sequence[str], page: Page) -> Hits:
    """Posts that hold all of the words in their latest text, the last taken in first, one page of them.

    Raises:
        UserError: nothing to look for.
    """
    expression = match_expression(words)
    most = -1 if page.counted is None else page.counted + 1
    count = int(store.conn.execute(_COUNT, (expression, most)).fetchone()[0])
    listed = tuple(_hit(dict(row)) for row in store.conn.execute(_HITS, (expression, page.limit, page.offset)))
    is_more = page.counted is not None and count > page.counted
    return Hits(page.counted if is_more and page.counted else count, listed, is_more)


def _hit(row: dict[str, object]) -> Hit:
    return Hit(**{**row, "is_plea": bool(row["is_plea"]), "is_stale": bool(row["is_stale"])})  # type: ignore[arg-type]
