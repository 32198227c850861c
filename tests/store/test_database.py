"""One SQLite file: who may open it, who may not, and what readers see while somebody writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.store.database import SCHEMA_VERSION, open_store, read_store
from tests.process.home import PLEA, Home, observed, reading, run_houxu


def test_a_reader_works_while_a_writer_holds_a_transaction(home: Home) -> None:
    """The desk would stand still, or see half a batch, for as long as a night writes."""
    home.settle(observed("a1", PLEA))
    store = open_store(home.db)
    with store.writing() as conn:
        conn.execute("UPDATE posts SET text = 'half done'")
        shown = home.run("case", "weibo:a1")
        assert shown.code == 0
        assert "half done" not in shown.out
        assert home.values("SELECT COUNT(*) FROM posts WHERE text = 'half done'") == [0]
    assert home.values("SELECT text FROM posts") == ["half done"]
    store.close()


def test_a_transaction_that_fails_leaves_nothing(home: Home) -> None:
    """A crash in the middle of a batch would leave posts without observations."""
    home.settle(observed("a1", PLEA))
    before = home.tables()
    store = open_store(home.db)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):  # noqa: PT012, SIM117 one transaction
        with store.writing() as conn:
            conn.execute("DELETE FROM case_posts")
            conn.execute("DELETE FROM not_there")
    store.close()
    assert home.tables() == before


def test_an_error_that_ended_the_transaction_itself_is_the_one_that_is_seen(home: Home) -> None:
    """On a full disk SQLite rolls back by itself; a second rollback would hide the reason behind another error."""
    store = open_store(home.db)
    with pytest.raises(sqlite3.IntegrityError), store.writing() as conn:  # noqa: PT012 all belong to one transaction
        conn.execute("CREATE TEMP TABLE once (a INTEGER PRIMARY KEY)")
        conn.execute("INSERT INTO once VALUES (1)")
        conn.execute("INSERT OR ROLLBACK INTO once VALUES (1)")
    store.close()


@pytest.mark.parametrize("command", [["case", "x"], ["process"], ["rebuild"], ["report", "-o", "-"]])
def test_a_database_of_a_newer_version_is_refused(home: Home, command: list[str]) -> None:
    """An old program would write into tables that it does not understand."""
    home.settle(observed("a1", PLEA))
    conn = sqlite3.connect(home.db)
    conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    conn.close()
    before = home.db.read_bytes()
    said = home.run(*command)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "newer" in said.err
    assert home.db.read_bytes() == before


def test_an_unknown_migration_is_refused(home: Home) -> None:
    """A database that a newer houxu has half migrated would be taken for an old one."""
    home.settle(observed("a1", PLEA))
    conn = sqlite3.connect(home.db)
    conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('houxu', 'from_2031', '')")
    conn.commit()
    conn.close()
    said = home.run("process")
    assert said.code == 2
    assert "from_2031" in said.err


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """A wrong --db would fill somebody's address book with our tables."""
    path = tmp_path / "other.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE contacts (name TEXT)")
    conn.commit()
    conn.close()
    before = path.read_bytes()
    for open_it in (open_store, read_store):
        with pytest.raises(UserError, match=r"another program|not a houxu"):
            open_it(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"# notes\n" * 100, b"SQLite format 3\x00" + b"\x00" * 40])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """A wrong --db would overwrite a text file, or end in a stack trace."""
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    for command in (["process"], ["case", "x"]):
        said = run_houxu(*command, "--db", path)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert str(path) in said.err
    assert path.read_bytes() == content


def test_reading_never_makes_a_database(home: Home) -> None:
    """A typing error in --db would answer a question from an empty database: nothing is stale."""
    for command in (["case", "x"], ["report", "-o", "-"], ["backup", home.folder / "copy.db"]):
        said = home.run(*command)
        assert said.code == 2
        assert "no such database" in said.err
    assert list(home.folder.iterdir()) == []


def test_a_migration_that_was_cut_short_is_taken_up_again(home: Home) -> None:
    """A kill at the very first start would leave a file that nothing opens any more."""
    open_store(home.db).close()
    conn = sqlite3.connect(home.db)
    conn.execute("PRAGMA user_version = 0")
    conn.execute("DELETE FROM column_descriptions")
    conn.commit()
    conn.close()
    home.settle(observed("a1", PLEA))
    assert home.values("SELECT COUNT(*) > 0 FROM column_descriptions") == [1]


def test_a_path_with_odd_signs_is_a_path(tmp_path: Path) -> None:
    """A folder named 50%?#1 would be read as the options of an address."""
    folder = tmp_path / "50%?mode=memory#1"
    folder.mkdir()
    said = Home(folder).take(observed("a1", PLEA))
    assert said.code == 0
    assert (folder / "houxu.db").is_file()


def test_a_backup_is_whole_and_never_overwrites(home: Home) -> None:
    """The copy would miss what stands in the write-ahead log, or replace the last good one."""
    home.settle(observed("a1", PLEA))
    target = home.folder / "copy.db"
    store = open_store(home.db)
    assert home.run("backup", target).code == 0
    store.close()
    with reading(target) as conn:
        assert conn.execute("SELECT COUNT(*) FROM cases").fetchone()[0] == 1
    assert home.run("backup", target).code == 2
