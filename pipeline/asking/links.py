"""Links people paste, to the id of the post behind them (reference: platforms.md 1.1)."""

from __future__ import annotations

import re
import string

_BASE62 = string.digits + string.ascii_lowercase + string.ascii_uppercase
_GROUP_CHARACTERS, _GROUP_DIGITS = 4, 7
_MID = re.compile(r"\d{9,19}")
_BID = re.compile(r"[0-9A-Za-z]{6,12}")
_LINK = re.compile(r"https?://[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>\"]+")
_CLOSING = ".,;:!?)]}'"
_BEHIND = re.compile(r"/?(?:[?#].*)?\Z", re.DOTALL)
_BEFORE = re.compile(r"\A(?:https?://)?(?:www\.)?")
_SCHEMES = ("https", "http")
_LINK_OR_ID = re.compile(r"[A-Za-z][A-Za-z0-9_+.\-]*:\S+|(?:[\w\-]+\.)+\w{2,}(?:[:/?#]\S*)?|\d{9,19}")
_WEIBO_HOST = re.compile(r"^(?:https?://)?(?:www\.|m\.)?weibo\.(?:com|cn)/([^?#]*)")


def post_id_of_url(url: str) -> str | None:
    """`weibo:<mid>` of a Weibo link in any of its forms, or of its bare number; None where it is of another kind."""
    if _MID.fullmatch(url.strip()):
        return f"weibo:{url.strip()}"
    found = _WEIBO_HOST.match(url.strip())
    if found is None:
        return None
    parts = [part for part in found[1].split("/") if part]
    if not parts or parts[0] in ("u", "n", "p"):
        return None
    last = parts[-1]
    if _MID.fullmatch(last) and len(parts) > 1:
        return f"weibo:{last}"
    return f"weibo:{mid_of_bid(last)}" if _BID.fullmatch(last) and len(parts) > 1 else None


def is_link(text: str) -> bool:
    """Whether a text can be a link with or without its scheme, a post's id (`weibo:4751…`), or a bare number."""
    return _LINK_OR_ID.fullmatch(text.strip()) is not None


def spellings_of(url: str) -> list[str]:
    """A link as it was pasted, and as the same link may stand in the store: without what sharing puts behind it, with
    either scheme, with and without www."""
    pasted = url.strip()
    plain = _BEHIND.sub("", pasted)
    place = _BEFORE.sub("", plain)
    hosts = (place, f"www.{place}") if _LINK.match(plain) or "." in place.partition("/")[0] else ()
    return list(dict.fromkeys([pasted, plain, *(f"{scheme}://{host}" for host in hosts for scheme in _SCHEMES)]))


def links_in(text: str) -> list[str]:
    """The links that a pasted text holds, in their order."""
    return [found[0].rstrip(_CLOSING) for found in _LINK.finditer(text)]


def mid_of_bid(bid: str) -> str:
    """The decimal id of a base-62 one: `M1VT3jzNX` is `4804608494665869`."""
    groups = []
    end = len(bid)
    while end > 0:
        start = max(0, end - _GROUP_CHARACTERS)
        value = 0
        for character in bid[start:end]:
            value = value * 62 + _BASE62.index(character)
        groups.append(str(value).zfill(_GROUP_DIGITS) if start > 0 else str(value))
        end = start
    return "".join(reversed(groups))
