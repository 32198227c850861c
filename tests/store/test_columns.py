"""The column description table covers the schema, no more and no less."""

from __future__ import annotations

from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.store.database import Store, open_store


def schema_columns(store: Store) -> list[tuple[str, str]]:
    """(table or view, column) pairs of the schema, without the tables of SQLite and sqlite-utils."""
    rows = store.conn.execute(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type IN ('table', 'view') AND substr(m.name, 1, 1) != '_' AND m.name NOT LIKE 'sqlite%'"
    )
    return sorted((row[0], row[1]) for row in rows)


def test_every_column_of_the_schema_is_described_once(tmp_path: Path) -> None:
    """An analyst would meet a column without a meaning, or a description of a column that is gone."""
    store = open_store(tmp_path / "houxu.db")
    described = sorted((row["table"], row["column"]) for _, row in read_table(DATA_DIR / "columns.tsv"))
    assert described == schema_columns(store)
    store.close()


def test_descriptions_stand_in_both_languages() -> None:
    """A description would be empty, or the Chinese one would not be Chinese."""
    for line, row in read_table(DATA_DIR / "columns.tsv"):
        has_chinese = any("\u4e00" <= char <= "\u9fff" for char in row["description_zh"])
        assert has_chinese, f"columns.tsv:{line}"
        assert row["description"].isascii() or "…" in row["description"], f"columns.tsv:{line}"
        assert row["description"], f"columns.tsv:{line}"


def test_the_store_carries_the_descriptions(tmp_path: Path) -> None:
    """Analysts with nothing but the SQLite file could not look a column up."""
    store = open_store(tmp_path / "houxu.db")
    held = sorted(tuple(row) for row in store.conn.execute("SELECT * FROM column_descriptions"))
    assert held == sorted(tuple(row.values()) for _, row in read_table(DATA_DIR / "columns.tsv"))
    store.close()
