"""Migrations, by sqlite-utils. Imported only when a database is made or brought up to date: look-ups start fast."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipeline.store.wordindex import index_all_words

_MIGRATIONS_DIR = Path(__file__).parent / "migrations"

migrations = Migrations("houxu")


@migrations()
def create_base_tables(db: Database) -> None:
    """Version 1: the tables and views of ARCHITECTURE B3."""
    _run_script(db, "0001_base.sql")


@migrations()
def add_search_and_clocks(db: Database) -> None:
    """Version 2: full-text search over the posts that are there, and the public clocks as views."""
    _run_script(db, "0002_search_and_clocks.sql")
    index_all_words(db.conn)


@migrations()
def add_pictures(db: Database) -> None:
    """Version 3: what pictures show, and the documents by which they are linked."""
    _run_script(db, "0003_pictures.sql")


@migrations()
def add_desk(db: Database) -> None:
    """Version 4: what the desk's queue asks for, and what a person took back."""
    _run_script(db, "0004_desk.sql")


@migrations()
def add_recheck_schedule(db: Database) -> None:
    """Version 5: what each night's re-check ordered and why, and how far each list of the site is known."""
    _run_script(db, "0005_recheck_schedule.sql")


@migrations()
def add_night_indexes(db: Database) -> None:
    """Version 6: what every night asks of the whole store, as indexes."""
    _run_script(db, "0006_night_indexes.sql")


@migrations()
def add_boards(db: Database) -> None:
    """Version 7: the public lists with their pins, what many people ask, both exits of the clocks, queue indexes."""
    _run_script(db, "0007_boards.sql")


@migrations()
def add_recheck_spiders(db: Database) -> None:
    """Version 8: which spider an order of the re-check was for."""
    _run_script(db, "0008_recheck_spiders.sql")


@migrations()
def add_late_copies(db: Database) -> None:
    """Version 9: when stale copies were posted, so that the queue counts the last day without reading posts."""
    _run_script(db, "0009_late_copies.sql")


@migrations()
def add_joining(db: Database) -> None:
    """Version 10: what a newcomer to a case is held against."""
    _run_script(db, "0010_joining.sql")


@migrations()
def read_pins_first(db: Database) -> None:
    """Version 11: what is pinned is found from the pins."""
    _run_script(db, "0011_pins_first.sql")


def _run_script(db: Database, name: str) -> None:
    # Statement by statement: executescript would commit the transaction that sqlite-utils holds open.
    for statement in (_MIGRATIONS_DIR / name).read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


def bring_up_to_date(conn: sqlite3.Connection) -> None:
    """Apply what is missing. Each migration is a transaction of its own."""
    migrations.apply(Database(conn))
