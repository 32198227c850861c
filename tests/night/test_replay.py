"""The spool of past nights, read again, gives the same database (A1: a night can be replayed after a fix)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.demo import night_at, run_nights
from tests.process.dumps import differences, read_tables
from tests.process.home import Home

pytestmark = pytest.mark.slow
NIGHTS = 2  # on the third an author deletes, and the words of a deleted post go from the spool as well
_CONTENT = ("observations", "mentions", "posts", "cases", "case_posts", "case_links", "status_updates", "matches")
_HIDDEN = ("seq", "run_id", "score", "evidence")


def test_a_spool_that_is_replayed_gives_the_same_database(home: Home) -> None:
    """After a mended rule nobody could make the nights again, or they would tell another story."""
    db = home.folder / "nights.db"
    run_nights(db, NIGHTS, lambda _: None)
    var = home.folder / "nights.db.var"
    (home.folder / "var").mkdir()
    shutil.copy(var / "houxu.key", home.folder / "var" / "houxu.key")
    for number, folder in enumerate(sorted(path for path in (var / "spool").iterdir() if path.is_dir()), 1):
        for spider in ("weibo_search", "weibo_recheck"):
            assert home.run("import", folder / f"{spider}.jsonl.gz").code == 0
            assert home.run("process", "--now", night_at(number).isoformat()).code == 0
    once, again = read_tables(db, (), _HIDDEN), read_tables(home.db, (), _HIDDEN)
    assert differences({name: once[name] for name in _CONTENT}, {name: again[name] for name in _CONTENT}) == []
    assert len(once["observations"]) > 100


def test_every_order_of_a_night_has_its_reason_and_its_outcome(golden_db: Path) -> None:
    """Nobody could say why a post was fetched, or which were not (issue: an order says why)."""
    rows = read_tables(golden_db)["recheck_orders"]
    assert len(rows) > 50
    assert all(" / " in str(row[6]) for row in rows)
    assert {row[8] for row in rows} == {"read"}
