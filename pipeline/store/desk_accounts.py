"""Accounts, sessions and API tokens of the desk; secrets come in as digests."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.desk_db import DeskDb
from pipeline.times import from_text, to_text, to_text_or_none


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in; `role` is viewer, checker, editor or admin."""

    name: str
    password_hash: str
    role: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A key to the API, without its secret; `scopes` are read, ask, act."""

    token_id: int
    name: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    is_revoked: bool


def count_accounts(desk: DeskDb) -> int:
    """How many accounts can log in."""
    return int(desk.conn.execute("SELECT COUNT(*) FROM users WHERE is_active = 1").fetchone()[0])


def find_account(desk: DeskDb, name: str) -> Account | None:
    """The account of that name."""
    row = desk.conn.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()
    return None if row is None else _account(row)


def list_accounts(desk: DeskDb) -> list[Account]:
    """All accounts, by name."""
    return [_account(row) for row in desk.conn.execute("SELECT * FROM users ORDER BY name")]


def save_account(desk: DeskDb, account: Account, now: datetime) -> None:
    """Add an account, or give one another password, role or standing; its sessions end."""
    with desk.writing() as conn:
        conn.execute(
            "INSERT INTO users (name, password_hash, role, is_active, created_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role,"
            " is_active = excluded.is_active",
            (account.name, account.password_hash, account.role, int(account.is_active), to_text(now)),
        )
        conn.execute("DELETE FROM sessions WHERE user_name = ?", (account.name,))


def open_session(desk: DeskDb, digest: str, name: str, now: datetime, until: datetime) -> None:
    """Remember a session; those that ran out are forgotten."""
    with desk.writing() as conn:
        conn.execute("DELETE FROM sessions WHERE expires_at <= ?", (to_text(now),))
        conn.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (digest, name, to_text(now), to_text(until)))


def account_of_session(desk: DeskDb, digest: str, now: datetime) -> Account | None:
    """Whose session it is, while it lasts and the account stands."""
    row = desk.conn.execute(
        "SELECT u.* FROM sessions s JOIN users u ON u.name = s.user_name"
        " WHERE s.token_digest = ? AND s.expires_at > ? AND u.is_active = 1",
        (digest, to_text(now)),
    ).fetchone()
    return None if row is None else _account(row)


def close_session(desk: DeskDb, digest: str) -> None:
    """Forget a session."""
    with desk.writing() as conn:
        conn.execute("DELETE FROM sessions WHERE token_digest = ?", (digest,))


def add_token(desk: DeskDb, digest: str, token: Token, until: datetime | None) -> int:
    """Enter a token; its number."""
    with desk.writing() as conn:
        cursor = conn.execute(
            "INSERT INTO tokens (token_digest, name, scopes, created_by, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                digest,
                token.name,
                " ".join(token.scopes),
                token.created_by,
                to_text(token.created_at),
                to_text_or_none(until),
            ),
        )
    return int(cursor.lastrowid or 0)


def find_token(desk: DeskDb, digest: str, now: datetime) -> Token | None:
    """The token with that digest, while it is good."""
    row = desk.conn.execute(
        "SELECT * FROM tokens WHERE token_digest = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        (digest, to_text(now)),
    ).fetchone()
    return None if row is None else _token(row)


def list_tokens(desk: DeskDb) -> list[Token]:
    """All tokens, in the order in which they were made."""
    return [_token(row) for row in desk.conn.execute("SELECT * FROM tokens ORDER BY token_id")]


def revoke_token(desk: DeskDb, token_id: int, now: datetime) -> bool:
    """End a token; False where there is none of that number."""
    with desk.writing() as conn:
        cursor = conn.execute(
            "UPDATE tokens SET revoked_at = COALESCE(revoked_at, ?) WHERE token_id = ?", (to_text(now), token_id)
        )
    return cursor.rowcount > 0


def _account(row: sqlite3.Row) -> Account:
    return Account(row["name"], row["password_hash"], row["role"], bool(row["is_active"]))


def _token(row: sqlite3.Row) -> Token:
    return Token(
        token_id=row["token_id"],
        name=row["name"],
        scopes=tuple(row["scopes"].split()),
        created_by=row["created_by"],
        created_at=from_text(row["created_at"]),
        is_revoked=row["revoked_at"] is not None,
    )
