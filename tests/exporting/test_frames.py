"""Typed frames: what an analyst gets is what the store holds, with types that keep mistakes away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from pipeline import frames
from pipeline.errors import UserError
from pipeline.store import database
from tests.process.home import Home, observed

READERS = {
    "cases": frames.cases,
    "posts": frames.posts,
    "case_posts": frames.case_posts,
    "status_updates": frames.status_updates,
    "case_clocks": frames.case_clocks,
    "observations": frames.observations,
    "clocks_by_official": frames.departments,
    "common_questions": frames.common_questions,
}


@pytest.mark.parametrize("table", READERS)
def test_a_frame_has_every_row_in_types(told: Home, table: str) -> None:
    """Times without a zone, flags as numbers and missing counts as 0.0 make wrong sums."""
    frame = READERS[table](told.db)
    assert len(frame) == told.values(f"SELECT COUNT(*) FROM {table}")[0] > 0  # noqa: S608 the names above
    for name in frame.columns:
        kind = str(frame[name].dtype)
        if name.endswith(("_at", "_since")):
            assert kind.endswith(", UTC]"), name
        elif name.startswith(("is_", "was_")) or name in ("needs_review", "in_force"):
            assert kind == "bool", name
        else:
            assert kind in ("category", "Int64", "float64") or kind.startswith("string"), (name, kind)


def test_times_are_the_same_moments(told: Home) -> None:
    """Eight hours would be lost between the file and the frame."""
    opened = frames.posts(told.db).set_index("post_id")["posted_at"]
    assert opened["weibo:a1"] == pd.Timestamp("2024-07-08T22:00:00+08:00")


def test_a_count_by_status_shows_the_zeros(told: Home) -> None:
    """A status that no case has would be missing from a table, and read as not measured."""
    counts = frames.cases(told.db)["status"].value_counts()
    assert list(counts.sort_index().index) == ["open", "in_progress", "resolved", "withdrawn", "closed"]
    assert counts["closed"] == 0


def test_no_word_is_lost_to_a_closed_vocabulary(told: Home) -> None:
    """A word that the frame does not know would silently become missing."""
    for table, read in READERS.items():
        frame = read(told.db)
        for name in frame.select_dtypes("category").columns:
            if not name.startswith("update_"):
                stored = told.values(f"SELECT COUNT({name}) FROM {table}")[0]  # noqa: S608 our own names
                assert frame[name].notna().sum() == stored, (table, name)


@pytest.mark.parametrize(("column", "of"), [("status", "cases"), ("role", "case_posts"), ("source", "status_updates")])
def test_vocabularies_are_those_of_the_schema(column: str, of: str) -> None:
    """A word added to the schema would be dropped by the frames."""
    schema = (database.Path(database.__file__).parent / "migrations" / "0001_base.sql").read_text(encoding="utf-8")
    table = schema[schema.index(f"CREATE TABLE {of} (") :]
    words = re.search(rf"CHECK \({column} IN \(([^)]*)\)", table)
    assert words is not None
    assert set(re.findall(r"'(\w+)'", words[1])) == set(frames._VOCABULARIES[column])


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_an_empty_store_gives_empty_typed_frames(home: Home, read: Callable[..., pd.DataFrame]) -> None:
    """A notebook would break on the first evening."""
    database.open_store(home.db).close()
    frame = read(home.db)
    assert len(frame) == 0
    home.settle(observed("a1", "今天的云很好看"))
    filled = read(str(home.db))
    assert list(filled.columns) == list(frame.columns)
    times = [name for name in frame.columns if name.endswith("_at")]
    assert frame[times].dtypes.equals(filled[times].dtypes)


def test_no_database_is_one_clear_line(home: Home) -> None:
    """A typing error would make an empty database and a chart of nothing."""
    with pytest.raises(UserError, match="no such database"):
        frames.cases(home.db)
