"""One `mblog` object of m.weibo.cn, in lists and on its own, to what was sighted (platforms.md §1.4, §2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.items import Counts, Observation
from crawler.weibo.ids import read_id_time, shorten_id
from crawler.weibo.times import read_time
from crawler.weibo.tombstones import load_tombstones

PLATFORM = "weibo"

_AUTHOR_KINDS = {
    1: "official",
    3: "media",
}  # verified_type: 1 government, 3 media; organisations (7) speak for themselves
_CUT_LINK = re.compile(r"<a href=\"/status/\w+\">全文</a>\s*$")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(万|亿)?\+?")
_UNITS = {None: 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Sighting:
    """An observation, and whether its text was cut by the list it was read from."""

    observation: Observation
    is_cut: bool = False

    def with_text(self, html: str) -> Sighting:
        """The same sighting with its whole text."""
        return Sighting(replace(self.observation, text=html))


def read_mblog(mblog: dict[str, Any], seen_at: datetime) -> tuple[Sighting, ...]:
    """The post and, when it is a native repost, the post that it carries; empty without an id."""
    native_id = read_id(mblog.get("id")) or read_id(mblog.get("mid"))
    if native_id is None:
        return ()
    if mblog.get("user") is None or str(mblog.get("deleted")) == "1":
        return (read_tombstone(mblog, native_id, seen_at),)
    carried = mblog.get("retweeted_status")
    inner = read_mblog(carried, seen_at) if isinstance(carried, dict) else ()
    carried_id = inner[0].observation.id if inner else None
    return (_read_post(mblog, native_id, carried_id, seen_at), *inner)


def read_tombstone(mblog: dict[str, Any], native_id: str, seen_at: datetime) -> Sighting:
    """What is left of a post that is gone. Its sentence is the platform's, so no text is kept."""
    table = load_tombstones()
    said, state = table.read_sentence(str(mblog.get("text", ""))), table.read_state(mblog.get("state"))
    is_vague = said in (None, "not_found")
    availability = (state if is_vague and state else said) or "blocked"
    return Sighting(Observation(PLATFORM, native_id, seen_at, availability=availability))


def read_author_kind(user: dict[str, Any]) -> str:
    """`official`, `media` or `person`, by `verified_type`."""
    return _AUTHOR_KINDS.get(_int(user.get("verified_type")), "person")


def read_count(value: object) -> int | None:
    """A counter, also where it is written `100万+`; None when there is none."""
    match = _NUMBER.fullmatch(str(value).strip()) if value is not None else None
    return int(float(match[1]) * _UNITS[match[2]]) if match else None


def read_id(value: object) -> str | None:
    """A decimal id, whether it came as number or as text; None for anything else."""
    text = str(value)
    return text if text.isascii() and text.isdecimal() and text != "0" else None


def read_text(value: object) -> str | None:
    """Text that is not empty; None for anything else."""
    return value if isinstance(value, str) and value else None


def read_dict(value: object) -> dict[str, Any]:
    """The object where there is one, else an empty one: members are missing, null or false at the site's whim."""
    return value if isinstance(value, dict) else {}


def read_pictures(mblog: dict[str, Any]) -> tuple[str, ...]:
    """The addresses of a post's pictures in their largest size; `pics` is a list, or an object with "0", "1" …"""
    pics = mblog.get("pics")
    found = list(pics.values()) if isinstance(pics, dict) else pics if isinstance(pics, list) else []
    sizes = ((read_dict(read_dict(pic).get("large")), read_dict(pic)) for pic in found)
    addresses = (read_text(large.get("url")) or read_text(small.get("url")) for large, small in sizes)
    return tuple(address for address in addresses if address is not None)


def _read_post(mblog: dict[str, Any], native_id: str, carried_id: str | None, seen_at: datetime) -> Sighting:
    user = read_dict(mblog.get("user"))
    author_id = read_id(user.get("id"))
    text = read_text(mblog.get("text"))
    bid = read_text(mblog.get("bid")) or shorten_id(native_id)
    written_at = read_time(str(mblog.get("created_at") or ""), seen_at)
    observation = Observation(
        platform=PLATFORM,
        id=native_id,
        observed_at=seen_at,
        text=text,
        url=f"https://weibo.com/{author_id}/{bid}" if author_id else f"https://weibo.com/detail/{native_id}",
        author_id=author_id,
        author_name=read_text(user.get("screen_name")),
        author_kind=read_author_kind(user),
        posted_at=written_at or read_id_time(native_id),
        repost_of=carried_id,
        images=read_pictures(mblog),
        edited_at=read_time(str(mblog.get("edit_at") or ""), seen_at),
        counts=Counts(
            reposts=read_count(mblog.get("reposts_count")),
            comments=read_count(mblog.get("comments_count")),
            likes=read_count(mblog.get("attitudes_count")),
        ),
    )
    return Sighting(observation, is_cut=text is not None and _CUT_LINK.search(text) is not None)


def _int(value: object) -> int:
    text = str(value)
    return int(text) if text.lstrip("-").isdecimal() else -1
