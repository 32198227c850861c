"""The desk's own file, apart from the analysts': accounts, sessions, tokens, claims, queued acts, the access log.

Passwords and session tokens stand here only as digests; the file has mode 0600 all the same.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.errors import UserError
from pipeline.store.database import SqliteFile

DESK_VERSION = 2
_BUSY_SECONDS = 10
_SCHEMA = """
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE users (
    name TEXT PRIMARY KEY, password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'checker', 'editor', 'admin')),
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)), created_at TEXT NOT NULL
);
CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY, user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_at TEXT NOT NULL, expires_at TEXT NOT NULL
);
CREATE TABLE tokens (
    token_id INTEGER PRIMARY KEY, token_digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT
);
CREATE TABLE claims (
    item TEXT PRIMARY KEY, "by" TEXT NOT NULL, "at" TEXT NOT NULL, expires_at TEXT NOT NULL
);
CREATE TABLE acts (
    act_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, case_id TEXT NOT NULL, details TEXT NOT NULL,
    "by" TEXT NOT NULL, "at" TEXT NOT NULL, reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'queued', 'entered', 'done', 'rejected', 'undone')),
    reviewed_by TEXT, reviewed_at TEXT, entered TEXT, entered_at TEXT, undoes INTEGER REFERENCES acts (act_id)
);
CREATE INDEX acts_by_case ON acts (case_id);
CREATE INDEX acts_waiting ON acts (state) WHERE state IN ('proposed', 'queued', 'entered');
CREATE TABLE access_log (
    entry_id INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "by" TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX access_log_by_time ON access_log ("at");
"""
# What each later version adds, by version.
_ADDED = {
    2: """
CREATE TABLE watches (
    case_id TEXT NOT NULL, "by" TEXT NOT NULL, "at" TEXT NOT NULL, PRIMARY KEY (case_id, "by")
);
CREATE TABLE alerts_sent (
    alert_key TEXT NOT NULL, target_digest TEXT NOT NULL, "at" TEXT NOT NULL, PRIMARY KEY (alert_key, target_digest)
);
"""
}


class DeskDb(SqliteFile):
    """A connection to the desk's file. One a request: SQLite connections belong to one thread."""


def open_desk(path: Path) -> DeskDb:
    """Open the desk's file; make it with mode 0600 where there is none.

    Raises:
        UserError: not the desk's file, or from a newer houxu.
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    conn = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    conn.row_factory = sqlite3.Row
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA secure_delete = ON")
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        if version < DESK_VERSION:
            _bring_up(conn)
    except sqlite3.DatabaseError as error:
        conn.close()
        raise UserError(f"{path}: 不是核查台的文件 / not the desk's file: {error}") from error
    if version > DESK_VERSION:
        conn.close()
        raise UserError(f"{path}: 来自更新的 houxu，请升级 / made by a newer houxu; upgrade")
    return DeskDb(conn, path)


def copy_desk(path: Path, target: Path) -> None:
    """Copy the desk's file, page by page, while others may use it; the copy has mode 0600 too.

    Raises:
        UserError: it is not the desk's file, or from a newer houxu.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    open_desk(target).close()


def _bring_up(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("BEGIN IMMEDIATE")
    # Another process may have been quicker; then there is nothing left to do.
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if version == 0:
        _run(conn, _SCHEMA)
        conn.execute("INSERT INTO secrets VALUES ('forms', ?)", (secrets.token_bytes(32),))
    for added in range(max(version, 1) + 1, DESK_VERSION + 1):
        _run(conn, _ADDED[added])
    if version < DESK_VERSION:
        conn.execute(f"PRAGMA user_version = {DESK_VERSION}")
    conn.execute("COMMIT")


def _run(conn: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            conn.execute(statement)


def form_secret(desk: DeskDb) -> bytes:
    """What form tokens are keyed with."""
    return bytes(desk.conn.execute("SELECT value FROM secrets WHERE name = 'forms'").fetchone()[0])


def webhook_secret(desk: DeskDb) -> bytes:
    """What webhook bodies are signed with; made when it is first asked for."""
    with desk.writing() as conn:
        conn.execute("INSERT OR IGNORE INTO secrets VALUES ('webhooks', ?)", (secrets.token_bytes(32),))
    return bytes(desk.conn.execute("SELECT value FROM secrets WHERE name = 'webhooks'").fetchone()[0])
