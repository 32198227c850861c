"""Weibo's ids carry their own clock: what an id says of its time, and the short form used in links."""

from __future__ import annotations

import string
from datetime import UTC, datetime

ID_EPOCH_SECONDS = 515_483_463  # platforms.md §1.1: unix = (mid >> 22) + 515483463, on posts and comments alike
ID_LOW_BITS = 22

_ALPHABET = string.digits + string.ascii_lowercase + string.ascii_uppercase
_GROUP_DIGITS = 7  # seven decimal digits, counted from the right, become four characters
_GROUP_CHARACTERS = 4


def read_id_time(native_id: str) -> datetime | None:
    """The UTC second in which a 16-digit id was minted; None for ids from before that scheme."""
    if not native_id.isdecimal() or len(native_id) != 16:
        return None
    return datetime.fromtimestamp((int(native_id) >> ID_LOW_BITS) + ID_EPOCH_SECONDS, tz=UTC)


def shorten_id(native_id: str) -> str:
    """The `bid` of a decimal id: `4804608494665869` is `M1VT3jzNX`."""
    groups = []
    rest = native_id
    while rest:
        rest, group = rest[:-_GROUP_DIGITS], rest[-_GROUP_DIGITS:]
        groups.append(_encode(int(group)).rjust(_GROUP_CHARACTERS if rest else 0, "0"))
    return "".join(reversed(groups))


def lengthen_id(bid: str) -> str:
    """The decimal id of a `bid`; the inverse of `shorten_id`."""
    groups = []
    rest = bid
    while rest:
        rest, group = rest[:-_GROUP_CHARACTERS], rest[-_GROUP_CHARACTERS:]
        groups.append(str(_decode(group)).rjust(_GROUP_DIGITS if rest else 0, "0"))
    return "".join(reversed(groups))


def _encode(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits or "0"


def _decode(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(_ALPHABET) + _ALPHABET.index(digit)
    return number
