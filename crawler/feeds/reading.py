"""A feed's page to its items: RSS and Atom by feedparser, JSON Feed by json (platforms.md §8)."""

from __future__ import annotations

import calendar
import codecs
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from crawler.feeds.items import FeedItem, read_item
from crawler.items import Observation
from crawler.page import Page, Refused
from crawler.refusals import check_page

SITE = "feed"

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w-]+)[\"'][^>]*\?>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)")
_DEFAULT_LABELS = ("iso-8859-1", "latin-1", "us-ascii", "windows-1252")  # servers add them unasked; they fit all bytes
_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</rdf>")


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed. `is_cut`: it ends in the middle, and its last item was left out, since its words may be cut as well."""

    observations: tuple[Observation, ...]
    is_cut: bool = False


def read_feed(page: Page) -> FeedPage:
    """The items of a feed, in its order.

    Raises:
        Refused: the page is no feed; RSSHub's own error pages are none.
    """
    check_page(page, SITE)
    is_json = page.body.lstrip()[:1] == b"{"
    items, is_cut = _read_json_feed(page.body) if is_json else _read_xml_feed(page)
    read = (read_item(item, page.seen_at) for item in items)
    return FeedPage(tuple(one for one in read if one is not None), is_cut)


def _read_xml_feed(page: Page) -> tuple[list[FeedItem], bool]:
    headers = {"content-type": "application/xml; charset=utf-8"}
    parsed: Any = feedparser.parse(
        _as_utf8(page), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        raise Refused("not a feed")
    is_cut = not page.body.rstrip().lower().endswith(_ENDS) and bool(parsed.bozo)
    entries = parsed.entries[:-1] if is_cut else parsed.entries
    return [_xml_item(entry) for entry in entries], is_cut


def _as_utf8(page: Page) -> bytes:
    """The feed in UTF-8: as such where it is that, else as declared, else as GB 18030 (feeds mislabel it often).

    A character that is cut in two at the end of a cut feed is left out.

    Raises:
        Refused: it is in none of these; guessed words would look like an edit.
    """
    declared, said = _DECLARED.match(page.body), _CHARSET.search(page.content_type)
    names = ["utf-8", declared[1].decode("ascii") if declared else "", said[1] if said else "", "gb18030"]
    for name in (one for one in names if one and one.lower() not in _DEFAULT_LABELS):
        try:
            decoder = codecs.getincrementaldecoder("gb18030" if name.lower() in ("gb2312", "gbk") else name)()
            return decoder.decode(page.body.removeprefix(codecs.BOM_UTF8)).encode()
        except (LookupError, UnicodeError):
            continue
    raise Refused("unknown charset")


def _xml_item(entry: Any) -> FeedItem:
    content = entry.get("content") or []
    body = next((str(one.get("value") or "") for one in content if one.get("value")), "")
    return FeedItem(
        guid=str(entry.get("id") or ""),
        link=str(entry.get("link") or ""),
        title=str(entry.get("title") or ""),
        body=body or str(entry.get("summary") or ""),
        author=str(entry.get("author") or ""),
        posted_at=_read_struct(entry.get("published_parsed")),
        # feedparser answers `updated` with the publish time where there is none, and warns; this asks for a real one.
        changed_at=_read_struct(dict.get(entry, "updated_parsed")),
    )


def _read_struct(parsed: Any) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_json_feed(body: bytes) -> tuple[list[FeedItem], bool]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("broken json") from error
    items = value.get("items")
    if "jsonfeed" not in str(value.get("version", "")) or not isinstance(items, list):
        raise Refused("not a feed")
    return [_json_item(one) for one in items if isinstance(one, dict)], False


def _json_item(item: dict[str, Any]) -> FeedItem:
    authors = item.get("authors") or [item.get("author")]
    names = (
        [str(one.get("name") or "") for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
    )
    return FeedItem(
        guid=_text(item.get("id")),
        link=_text(item.get("url")),
        title=_text(item.get("title")),
        body=_text(item.get("content_html")) or _text(item.get("content_text")) or _text(item.get("summary")),
        author=", ".join(filter(None, names)),
        posted_at=_read_iso(item.get("date_published")),
        changed_at=_read_iso(item.get("date_modified")),
    )


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _read_iso(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=UTC)
