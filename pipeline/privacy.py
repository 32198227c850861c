"""The key and the keyed digests: equal phones stay equal, and nobody without the key can try all phones.

Source: HMAC-SHA256 (RFC 2104). An 11-digit number has so few values that an unkeyed hash would hide nothing.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path

from pipeline.errors import UserError

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """The secret of one installation; lives outside the database, mode 0600."""

    secret: bytes

    def hmac_of(self, kind: str, value: str) -> str:
        """32 hex digits; the kind keeps an age of 67 apart from a house number 67."""
        return hmac.new(self.secret, f"{kind}\0{value}".encode(), sha256).hexdigest()[:32]

    def digest_of(self, value: str) -> str:
        """20 hex digits that identify a piece of text without giving it away."""
        return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=10, key=self.secret).hexdigest()


def load_or_make_key(path: Path) -> Key:
    """The installation's key; made at first use with mode 0600.

    Raises:
        UserError: the file is there but is not a key.
    """
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        return _make_key(path)
    if len(secret) != _KEY_BYTES:
        raise UserError(f"{path}: 不是 houxu 的密钥文件 / not a houxu key ({len(secret)} bytes, expected {_KEY_BYTES})")
    return Key(secret)


def _make_key(path: Path) -> Key:
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_bytes(_KEY_BYTES)
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    try:
        # A link fails where another process was quicker: then its key is the key.
        os.link(scratch, path)
    except FileExistsError:
        return load_or_make_key(path)
    finally:
        scratch.unlink()
    return Key(secret)
