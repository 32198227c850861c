"""One item of a feed, whatever the feed's format, to an observation (platforms.md §8)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime

from crawler.feeds.permalinks import name_item
from crawler.items import Observation

# Patterns begin with a letter or a bracket and stop at the next bracket: a hostile body costs time in its length only.
_TAG = re.compile(r"<[^<>]*>")
_BLANK = re.compile(r"\s+")
_PICTURE = re.compile(r"<img\b[^<>]*>")
_ALT = re.compile(r"\balt=[\"']?[^\"'\s>]")
_SOURCE = re.compile(r"\bsrc=[\"'](https?://[^\"'\s]+)[\"']")
_GONE_CARRIED = re.compile(r"<blockquote>\s*-\s*转发\s*\[原微博不可访问\]\s*</blockquote>")
# RSSHub's form of a native repost; the original's id is not in it.
_CARRIED = re.compile(r"<blockquote>\s*-\s*转发\s*<a [^<>]*>(?P<name>@[^<]*)</a>\s*[:：]?")
_END_OF_CARRIED = "</blockquote>"
_BREAKS_AT_END = re.compile(r"(?:<br ?/?>)+\Z")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An item as its format gives it. `body` is HTML; `changed_at` is None where the item was never changed."""

    guid: str
    link: str
    title: str
    body: str
    author: str
    posted_at: datetime | None
    changed_at: datetime | None


def read_item(item: FeedItem, seen_at: datetime) -> Observation | None:
    """What an item says; None for one without name or words."""
    text = _read_text(item)
    if not (item.guid or item.link) or not text:
        return None
    post = name_item(item.guid, item.link)
    is_changed = item.changed_at is not None and item.posted_at is not None and item.changed_at > item.posted_at
    return Observation(
        platform=post.platform,
        id=post.id,
        observed_at=seen_at,
        text=text,
        url=item.link if item.link.startswith("http") else None,
        author_id=post.author_id,
        author_name=item.author or None,
        posted_at=item.posted_at or item.changed_at,
        edited_at=item.changed_at if is_changed else None,
        images=_read_pictures(item.body),
    )


def _read_text(item: FeedItem) -> str:
    """The body, with the title before it where that says something else; a repost as Weibo itself writes a chain."""
    body = _drop_breaks(_GONE_CARRIED.sub("", item.body))
    if carried := _CARRIED.search(body):
        own, words = _drop_breaks(body[: carried.start()]), body[carried.end() :].partition(_END_OF_CARRIED)[0]
        return f"{own}//{carried['name'].strip()}:{_trim(words)}"
    title = _words(item.title).removesuffix("...").removesuffix("…")
    is_heading = title and _squeeze(title.rpartition(": ")[2]) not in _squeeze(_words(body))
    return f"{html.escape(item.title.strip(), quote=False)}\n{body}".strip() if is_heading else body


def _read_pictures(body: str) -> tuple[str, ...]:
    """The pictures of the body: one with words in its place (alt) is an emoji, one of a carried post is not its own."""
    own = body.partition("<blockquote>")[0]
    tags = [tag for tag in _PICTURE.findall(own) if not _ALT.search(tag)]
    return tuple(match[1] for tag in tags if (match := _SOURCE.search(tag)))


def _drop_breaks(markup: str) -> str:
    return _BREAKS_AT_END.sub("", markup.strip()).strip()


def _trim(markup: str) -> str:
    return re.sub(r"^(?:\s|&ensp;|&emsp;|\u2002|\u2003)+", "", markup).strip()


def _words(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup))


def _squeeze(text: str) -> str:
    return _BLANK.sub("", text)
