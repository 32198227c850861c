"""One writer at a time."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from pipeline.locking import hold_lock
from pipeline.store import database
from tests.process.home import PLEA, Home, observed

COMMANDS = {
    "import": ["import", "-"],
    "process": ["process"],
    "rebuild": ["rebuild"],
    "nightly": ["nightly"],
    "judge": ["judge", "same", "weibo:a1", "weibo:a2"],
    "forget": ["forget", "weibo:a1", "--reason", "asked by mail"],
    "reveal": ["reveal", "weibo:a1", "--reason", "to call back"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_second_writer_is_turned_away_in_one_line(home: Home, name: str) -> None:
    """Two nights at once would write over each other."""
    home.settle(observed("a1", PLEA))
    (home.folder / "houxu.toml").write_text('[crawl]\nkeywords = ["求助"]\n', encoding="utf-8")
    before = home.everything()
    with hold_lock(home.folder / "var" / "houxu.db.lock", "nightly"):
        said = home.run(*COMMANDS[name])
    after = home.everything()
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "nightly, pid" in said.err
    lock = str(home.folder / "var" / "houxu.db.lock")
    assert {path: data for path, data in after.items() if path != lock} == {
        path: data for path, data in before.items() if path != lock
    }


def test_a_lock_does_not_outlive_its_holder(home: Home) -> None:
    """After a kill nobody could write until somebody found and removed a file."""
    path = home.folder / "var" / "houxu.db.lock"
    code = (
        "import os, pathlib, sys; from pipeline.locking import hold_lock\n"
        "with hold_lock(pathlib.Path(sys.argv[1]), 'nightly'): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -9
    assert path.exists()
    assert home.take(observed("a1", PLEA)).code == 0


def test_a_database_that_another_program_holds_is_named_in_one_line(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An analyst's open transaction would end the night's import with a traceback."""
    home.settle(observed("a1", PLEA))
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(home.db)) as analyst:
        analyst.execute("BEGIN IMMEDIATE")
        said = home.take(observed("a2", PLEA))
    assert (said.code, said.err.strip().count("\n")) == (2, 0)
    assert "正在写这个数据库" in said.err
    assert home.take(observed("a2", PLEA)).code == 0
