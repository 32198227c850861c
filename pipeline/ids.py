"""Identifiers: the clock inside a Weibo id, post and author ids with their platform, case ids from an anchor post."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from hashlib import blake2b

# A 16-digit Weibo id carries its second above the lowest 22 bits (reference: platforms.md 1.1).
_WEIBO_EPOCH_SECONDS = 515_483_463
_WEIBO_SEQUENCE_BITS = 22


def weibo_time(native_id: str) -> datetime | None:
    """The second in which a Weibo id was minted, or None where the id is not of the 16-digit kind."""
    if len(native_id) != 16 or not native_id.isascii() or not native_id.isdigit():
        return None
    seconds = (int(native_id) >> _WEIBO_SEQUENCE_BITS) + _WEIBO_EPOCH_SECONDS
    return datetime.fromtimestamp(seconds, UTC)


def qualify(platform: str, native_id: str) -> str:
    """`weibo:4751…` from a platform and its own id; used for posts and authors alike."""
    return f"{platform}:{native_id}"


def qualify_or_none(platform: str, native_id: str | None) -> str | None:
    """As `qualify`; None stays None."""
    return None if native_id is None else qualify(platform, native_id)


def case_id_of(anchor_post_id: str) -> str:
    """A case's id: `c-` and 12 characters drawn from its anchor post (docs/decisions/003-case-ids.md)."""
    digest = blake2b(anchor_post_id.encode(), digest_size=8, person=b"houxu-case").digest()
    return "c-" + base64.b32encode(digest).decode().lower()[:12]
