"""Datasette plugin: `phrase(words)` turns what a person types into a query of the full-text index.

Loaded by Datasette from this folder (`--plugins-dir`), never imported by houxu itself.
"""

from __future__ import annotations

import sqlite3
from importlib import import_module

from pipeline.store.search import match_expression

# No token of the index is this: an empty question finds nothing.
_NOTHING = '"nothing"'


def phrase(words: str | None) -> str:
    """The FTS5 query for posts that hold each of the words, which blanks keep apart."""
    parts = (words or "").split()
    return match_expression(parts) if parts else _NOTHING


def _prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("phrase", 1, phrase, deterministic=True)


prepare_connection = import_module("datasette").hookimpl(_prepare_connection, specname="prepare_connection")
