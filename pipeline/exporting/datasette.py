"""The configuration of Datasette: descriptions from data/columns.tsv, facets and questions from data/datasette/."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from pipeline.datafiles import DATA_DIR, read_table, read_toml
from pipeline.errors import UserError

PLUGINS_DIR = Path(__file__).parent / "plugins"
_DATASETTE_NAMES = {"label": "label_column"}

# Read-only by itself; these keep one reader from starving the night that writes beside it.
SERVER_SETTINGS = {
    "allow_download": "off",
    "default_cache_ttl": "0",
    "default_page_size": "50",
    "facet_time_limit_ms": "2000",
    "num_sql_threads": "2",
    "sql_time_limit_ms": "5000",
    "suggest_facets": "off",
}


def metadata(database_name: str) -> dict[str, Any]:
    """The metadata of a store that Datasette knows under this name (the stem of the file)."""
    return {
        "title": "后续 houxu：那条求助后来怎么样了",
        "description": "帖子、个案、作者的话、过时转发；内容已脱敏。Masked posts, cases, authors' words, stale posts.",
        "databases": {database_name: {"tables": _tables(), "queries": _queries()}},
    }


def _tables() -> dict[str, dict[str, Any]]:
    tables: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for _, row in read_table(DATA_DIR / "columns.tsv"):
        words = f"{row['description_zh']} / {row['description']}"
        tables[row["table"]].setdefault("columns", {})[row["column"]] = words
    path = DATA_DIR / "datasette" / "tables.toml"
    for table, shown in read_toml(path).items():
        if table not in tables and not shown.get("hidden"):
            raise UserError(f"{path}: [{table}]: data/columns.tsv has no such table")
        tables[table] |= {_DATASETTE_NAMES.get(name, name): value for name, value in shown.items()}
    return dict(tables)


def _queries() -> dict[str, dict[str, str]]:
    path = DATA_DIR / "datasette" / "queries.toml"
    queries = read_toml(path)
    for name, query in queries.items():
        if missing := {"title", "description", "sql"} - query.keys():
            raise UserError(f"{path}: [{name}] has no {', '.join(sorted(missing))}")
    return queries
