"""The content of a database as plain values, so that two databases can be compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

Tables = dict[str, list[tuple[object, ...]]]

# Who ran when: two ways to the same content differ here and nowhere else.
BOOKKEEPING = ("runs", "run_steps", "run_sources", "_sqlite_migrations")
# Its documents are numbered as they came; that it finds the same is tested in tests/exporting.
WORD_INDEX = ("worded_posts", "post_words", *(f"post_words_{part}" for part in ("data", "idx", "docsize", "config")))
# Made from observations, judgements and verdicts.
DERIVED = ("posts", "matches", "conflicts", "cases", "case_posts", "case_links", "status_updates")


def read_tables(path: Path, without: Collection[str] = (), hidden: Iterable[str] = ()) -> Tables:
    """Rows of every table in a fixed order; `hidden` columns are left out of every table that has them."""
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: _rows(conn, name, frozenset(hidden)) for name in names if name not in without}
    finally:
        conn.close()


def read_content(path: Path) -> Tables:
    """What a database says, whichever runs brought it there."""
    return read_tables(path, (*BOOKKEEPING, *WORD_INDEX), ("run_id",))


def read_derived(path: Path, hidden: Iterable[str] = ()) -> Tables:
    """What a database concludes."""
    whole = read_tables(path, (), hidden)
    return {name: whole[name] for name in DERIVED}


def differences(left: Tables, right: Tables) -> list[str]:
    """What only one of two databases holds, a line each; empty where they are equal."""
    found = []
    for name in sorted(left.keys() | right.keys()):
        ours, theirs = set(left.get(name, [])), set(right.get(name, []))
        found += [f"- {name} {row}" for row in sorted(ours - theirs, key=repr)]
        found += [f"+ {name} {row}" for row in sorted(theirs - ours, key=repr)]
        if ours == theirs and len(left.get(name, [])) != len(right.get(name, [])):
            found.append(f"! {name}: {len(left[name])} rows, {len(right[name])} rows")
    return found


def _rows(conn: sqlite3.Connection, name: str, hidden: frozenset[str]) -> list[tuple[object, ...]]:
    columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{name}")') if row[1] not in hidden]
    listed = ", ".join(f'"{column}"' for column in columns)
    return sorted(conn.execute(f'SELECT {listed} FROM "{name}"'), key=repr)  # noqa: S608 names from the schema
