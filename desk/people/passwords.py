"""Passwords by argon2id (RFC 9106), with the library's own costs."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.errors import UserError
from pipeline.store.desk_accounts import Account

LEAST_CHARACTERS = 10
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The digest to keep.

    Raises:
        UserError: too short.
    """
    if len(password) < LEAST_CHARACTERS:
        raise UserError(f"密码至少 {LEAST_CHARACTERS} 个字符 / a password needs at least {LEAST_CHARACTERS} characters")
    return _hasher.hash(password)


def is_password_of(account: Account | None, password: str) -> bool:
    """Whether it opens the account. An unknown name costs the same time, so that names cannot be tried out."""
    known = account is not None and account.is_active
    digest = account.password_hash if account is not None and known else _nobody()
    try:
        return _hasher.verify(digest, password) and known
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("a password that belongs to nobody")
