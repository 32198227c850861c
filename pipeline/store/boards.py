"""The public lists: hot, featured and newest cases, what an editor put on top, and what many people ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from pipeline.store.database import Store

BoardName = Literal["hot", "featured", "newest"]
# More than one family asks for it.
_LEAST_CASES = 2
_MOST_WORDS = 8
_MOST_ANSWERS = 2

_CASE = "b.case_id, b.opened_at, b.status, b.needs_review, b.category, b.district, b.post_count, b.stale_count"
_COLUMNS = f"{_CASE}, b.url, b.text"
_LISTS = {
    "hot": f"SELECT {_COLUMNS}, b.posts_in_day, b.accounts_in_day FROM hot_cases b",  # noqa: S608 our own columns
    "featured": f"SELECT {_COLUMNS}, NULL, NULL FROM featured_cases b",  # noqa: S608 as above
    "newest": f"SELECT {_COLUMNS}, NULL, NULL FROM newest_cases b",  # noqa: S608 as above
}
_TOP = f"""
SELECT {_CASE}, p.url, p.text, NULL, NULL
FROM pinned_cases k JOIN cases b ON b.case_id = k.case_id JOIN posts p ON p.post_id = b.origin_post_id
WHERE k.is_top = 1 ORDER BY k.pinned_at DESC, k.case_id LIMIT 20
"""  # noqa: S608 as above
_QUESTIONS = """
SELECT category, word, cases, waiting, answered, done, cases_in_day, posts FROM common_questions
ORDER BY category, cases DESC, word
"""
_DISTRICTS = """
SELECT district, COUNT(*) AS cases FROM cases WHERE category = ? AND district IS NOT NULL
GROUP BY district ORDER BY cases DESC, district LIMIT 5
"""
_ANSWERS = """
SELECT c.case_id, p.author_name, p.posted_at, p.url, p.text
FROM case_posts cp INDEXED BY case_posts_official JOIN posts p ON p.post_id = cp.post_id
JOIN cases c ON c.case_id = cp.case_id
WHERE cp.role = 'official_reply' AND c.category = ? AND p.text IS NOT NULL AND p.availability = 'visible'
ORDER BY p.posted_at DESC, p.post_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class BoardCase:
    """A case in a public list; times as stored text, the plea masked. Counts of the last day are the hot list's."""

    case_id: str
    opened_at: str | None
    status: str
    needs_review: bool
    category: str | None
    district: str | None
    post_count: int
    stale_count: int
    url: str | None
    text: str | None
    posts_in_day: int | None
    accounts_in_day: int | None


@dataclass(frozen=True, slots=True)
class OfficialAnswer:
    """What an office answered in public to one of the cases."""

    case_id: str
    author_name: str | None
    posted_at: str | None
    url: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A need that several cases share: how many, in which words (word, cases) and where (district, cases), and the
    latest public answers of offices."""

    category: str
    cases: int
    waiting: int
    answered: int
    done: int
    cases_in_day: int
    posts: int
    words: tuple[tuple[str, int], ...]
    districts: tuple[tuple[str, int], ...]
    answers: tuple[OfficialAnswer, ...]


def read_board_list(store: Store, name: BoardName, limit: int = 50) -> list[BoardCase]:
    """A list in its order, at most `limit` (to 200) of it."""
    rows = store.conn.execute(f"{_LISTS[name]} ORDER BY b.place LIMIT ?", (limit,))
    return [_board_case(row) for row in rows]


def read_top_cases(store: Store) -> list[BoardCase]:
    """What an editor holds above every list, the latest first."""
    return [_board_case(row) for row in store.conn.execute(_TOP)]


def pinned_kinds(store: Store, case_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """How those of the cases are pinned that are: `top`, `featured`."""
    rows = store.conn.execute(
        "SELECT case_id, is_top, is_featured FROM pinned_cases WHERE case_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(case_ids)),),
    )
    return {row[0]: tuple(kind for kind, held in (("top", row[1]), ("featured", row[2])) if held) for row in rows}


def read_questions(store: Store) -> list[Question]:
    """The digest of what many people ask, most cases first."""
    rows = store.conn.execute(_QUESTIONS).fetchall()
    found = [
        _question(store, category, [tuple(row)[1:] for row in group])
        for category, group in groupby(rows, key=lambda row: str(row["category"]))
    ]
    many = [one for one in found if one.cases >= _LEAST_CASES]
    return sorted(many, key=lambda one: (-one.cases, one.category))


def _question(store: Store, category: str, words: Sequence[tuple[str, int, int, int, int, int, int]]) -> Question:
    cases, waiting, answered, done, in_day, posts = (sum(row[at] for row in words) for at in range(1, 7))  # type: ignore[misc]
    return Question(
        category=category,
        cases=cases,
        waiting=waiting,
        answered=answered,
        done=done,
        cases_in_day=in_day,
        posts=posts,
        words=tuple((row[0], row[1]) for row in words if row[0])[:_MOST_WORDS],
        districts=tuple((row[0], row[1]) for row in store.conn.execute(_DISTRICTS, (category,))),
        answers=tuple(OfficialAnswer(*row) for row in store.conn.execute(_ANSWERS, (category, _MOST_ANSWERS))),
    )


def _board_case(row: Sequence[object]) -> BoardCase:
    values = list(row)
    values[3] = bool(values[3])
    return BoardCase(*values)  # type: ignore[arg-type]  # the columns stand in the order of the fields
