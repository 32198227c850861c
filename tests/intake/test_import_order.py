"""The order in which observations arrive, and how they are spread over files and runs, makes no difference."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.dumps import Tables, read_tables
from tests.process.home import PLEA, Home, observed, seen_again
from tests.process.scenes import ORIGIN, STORY

LINES = (
    *STORY,
    seen_again(ORIGIN, "07-08T23:30", text=PLEA[:50] + "...全文"),
    seen_again(ORIGIN, "07-11T02:00", availability="blocked", text=None, author_id=None),
    seen_again(ORIGIN, "07-10T02:00", counts={"likes": 3}),
    observed("a1", PLEA, "07-08T22:00", author_name="换了名字", counts={"likes": 1}),
)
HIDDEN = ("seq", "run_id")


def _posts(folder: Path) -> Tables:
    tables = read_tables(folder / "houxu.db", (), HIDDEN)
    return {name: tables[name] for name in ("posts", "observations", "mentions")}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a key and nothing else: ids are keyed, so all must share it."""
    home = Home(tmp_path_factory.mktemp("empty"))
    home.take()
    return home.folder


@pytest.fixture(scope="module")
def in_order(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What one file in order of time gives."""
    folder = tmp_path_factory.mktemp("order") / "home"
    shutil.copytree(empty, folder)
    assert Home(folder).take(*LINES).code == 0
    return _posts(folder)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(LINES), cuts=st.sets(st.integers(1, len(LINES) - 1), max_size=3))
def test_any_order_and_any_split_gives_the_same_posts(empty: Path, in_order: Tables, order: list, cuts: set) -> None:
    """A spool read in another order would give another author, another text, another first sighting."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "home"
        shutil.copytree(empty, folder)
        home = Home(folder)
        bounds = [0, *sorted(cuts), len(order)]
        for start, end in pairwise(bounds):
            assert home.take(*order[start:end]).code == 0
        assert _posts(folder) == in_order
