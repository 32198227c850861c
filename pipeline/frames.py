"""The store as typed pandas frames: `from pipeline.frames import cases, posts` and `cases("houxu.db")`.

Times are aware UTC, flags are booleans, closed vocabularies are categoricals with all their words (so that a count
shows zeros too), counts are integers that may be missing. Texts are masked. Column meanings: docs/data-format.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from pipeline.store.database import read_store
from pipeline.store.export import read_rows
from pipeline.words import AVAILABILITY_ZH, ROLE_ZH, SOURCE_ZH, STATUS_ZH, UPDATE_ZH

# A column name means the same in every table (STYLE), so its type hangs on the name alone.
_VOCABULARIES: dict[str, Sequence[str]] = {
    "status": tuple(STATUS_ZH),
    "role": tuple(ROLE_ZH),
    "kind": tuple(UPDATE_ZH),
    "update_kind": tuple(UPDATE_ZH),
    "source": tuple(SOURCE_ZH),
    "update_source": tuple(SOURCE_ZH),
    "availability": tuple(AVAILABILITY_ZH),
    "author_kind": ("person", "official", "media", "platform"),
    "origin_certainty": ("certain", "earliest_seen"),
    "event": ("post", "status", "availability"),
}
_OPEN_VOCABULARIES = frozenset({"platform", "category", "province", "city", "district", "label", "rule", "found_by"})
_FLAGS = frozenset({"needs_review", "in_force"})
_COUNTS = frozenset(
    [
        "post_count",
        "stale_count",
        "lag_seconds",
        "answer_seconds",
        "done_seconds",
        "reposts",
        "comments",
        "likes",
        "cases",
        "waiting",
        "answered",
        "done",
        "districts",
        "cases_in_day",
        "posts",
        "replies",
        "handed_over",
        "fastest_seconds",
        "answered_3_h",
        "answered_8_h",
        "due",
    ]
)
_NUMBERS = frozenset({"score", "label_score", "confidence", "answer_rate"})


def cases(db: str | Path) -> pd.DataFrame:
    """A row a case, with its origin's text and the words that its status rests on."""
    return read_frame(db, "cases")


def posts(db: str | Path) -> pd.DataFrame:
    """A row a post, without screen names."""
    return read_frame(db, "posts")


def case_posts(db: str | Path) -> pd.DataFrame:
    """A row a post's membership in a case: role, stale, late."""
    return read_frame(db, "case_posts")


def status_updates(db: str | Path) -> pd.DataFrame:
    """A row a status update, with the link to the post that says it."""
    return read_frame(db, "updates")


def case_clocks(db: str | Path) -> pd.DataFrame:
    """A row a case with a time: received, answered, handed over, done, and the seconds between."""
    return read_frame(db, "clocks")


def departments(db: str | Path) -> pd.DataFrame:
    """A row an official account: how many cases it answered, within 3 and 8 hours, of how many that were due."""
    return read_frame(db, "departments")


def common_questions(db: str | Path) -> pd.DataFrame:
    """A row a need and the word by which pleas call it: how many cases ask, wait, were answered."""
    return read_frame(db, "questions")


def observations(db: str | Path) -> pd.DataFrame:
    """A row a sighting of a post, in the order in which they were taken in."""
    return read_frame(db, "observations")


def read_frame(db: str | Path, name: str) -> pd.DataFrame:
    """One of the lists of pipeline/store/export.py, typed.

    Raises:
        UserError: there is no such database.
    """
    store = read_store(Path(db))
    try:
        columns, rows = read_rows(store, name)
        return typed_frame(columns, rows)
    finally:
        store.close()


def typed_frame(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> pd.DataFrame:
    """Rows of SQLite as a frame whose types follow from the column names."""
    raw = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(columns))
    return pd.DataFrame({name: _typed(raw[name], name) for name in columns}, columns=list(columns))


def _typed(values: pd.Series, name: str) -> pd.Series:
    if name.endswith(("_at", "_since")) or name == "at":
        moments: pd.Series = pd.to_datetime(values, utc=True, format="ISO8601").dt.as_unit("s")
        return moments
    if name in _VOCABULARIES:
        return values.astype(pd.CategoricalDtype(list(_VOCABULARIES[name])))
    typed: pd.Series = values.astype(pd.api.types.pandas_dtype(_dtype_name(name)))
    return typed


def _dtype_name(name: str) -> str:
    if name in _OPEN_VOCABULARIES:
        return "category"
    if name in _FLAGS or name.startswith(("is_", "was_")):
        return "bool"
    if name in _COUNTS:
        return "Int64"
    return "float64" if name in _NUMBERS else "string"
