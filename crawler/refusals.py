"""How sites other than m.weibo.cn say no, and what they say where a post should be: `data/crawler/*.tsv`, no more.

A page that is neither an answer nor in a table is `Refused`, which says nothing of any post (ARCHITECTURE A3.3).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from w3lib.encoding import html_to_unicode

from crawler.datatables import DATA_DIR, GRADES, read_rows, require_choice
from crawler.items import AVAILABILITIES
from crawler.page import Page, Refused, Wall

WALLS_PATH = DATA_DIR / "crawler" / "walls.tsv"
TOMBSTONES_PATH = DATA_DIR / "crawler" / "tombstones.tsv"

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_BLANK = re.compile(r"\s+")
REPLACEMENT = "\ufffd"
MOST_BROKEN = 50  # one broken character in so many is damage; more is another charset


@dataclass(frozen=True, slots=True)
class _WallRow:
    site: str
    match: str
    value: str
    wall: Wall


@dataclass(frozen=True, slots=True)
class _TombstoneRow:
    site: str
    status: int
    sentence: str
    availability: str
    grade: str


def find_site_wall(page: Page, site: str) -> Wall | None:
    """The wall that a page of a site is, by the table; None for a page that is none.

    A redirect is one as well: where a list should be, a site that sends us elsewhere wants something of us first.
    """
    rows = [row for row in _load_walls(WALLS_PATH) if row.site in ("*", site)]
    code = _read_code(page) if any(row.match == "code" for row in rows) else ""
    if code:  # a code is more exact than the status that it comes with
        return next((row.wall for row in rows if row.match == "code" and row.value == code), None)
    if wall := next((row.wall for row in rows if row.match == "status" and row.value == str(page.status)), None):
        return wall
    if 300 <= page.status < 400 and page.status != 304:
        return Wall(f"http {page.status}, redirected", "host")
    title = _read_title(page)
    return next((row.wall for row in rows if row.match == "title" and row.value in title), None) if title else None


def check_page(page: Page, site: str) -> None:
    """Pass silently over a page that is an answer.

    Raises:
        Refused: a wall, an HTTP status other than 200, or nothing.
    """
    if wall := find_site_wall(page, site):
        raise Refused(wall.reason)
    if page.status != 200:
        raise Refused(f"http {page.status}")
    if not page.body.strip():
        raise Refused("empty body")


def read_json_page(page: Page, site: str) -> Any:
    """The JSON value of a page, whatever its Content-Type claims.

    Raises:
        Refused: a wall, an error, empty, cut, or no JSON at all.
    """
    check_page(page, site)
    try:
        return json.loads(decode("", page.body))
    except (ValueError, RecursionError) as error:
        raise Refused("html instead of json" if page.body.lstrip()[:1] == b"<" else "broken json") from error


def read_markup(page: Page, site: str) -> str:
    """The HTML of a page as text, in the charset that it is really written in.

    Raises:
        Refused: a wall, an error, empty, no HTML at all, or HTML without its end: half a post is no post.
    """
    check_page(page, site)
    markup = decode(page.content_type, page.body)
    if "</html>" not in markup.lower():
        raise Refused("html cut in the middle" if "<" in markup else "no html")
    return markup


def decode(content_type: str, body: bytes) -> str:
    """Bytes as text: UTF-8 where they are that, else by header or <meta>, else by GB 18030 where that fits better.

    What is valid UTF-8 is nothing else, whatever it is labelled as; sites mislabel often.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        claimed, text = html_to_unicode(content_type, body)
    is_wrong = text.count(REPLACEMENT) > len(text) / MOST_BROKEN and claimed != "gb18030"
    try:
        return body.decode("gb18030") if is_wrong else text
    except UnicodeDecodeError:
        return text


def read_gone(page: Page, site: str, *, trusts_unverified: bool) -> str | None:
    """The availability that a tombstone page means; None where the table does not know it."""
    words = read_words(page)
    grades = GRADES if trusts_unverified else GRADES[:-1]
    rows = (row for row in _load_tombstones(TOMBSTONES_PATH) if row.site == site and row.grade in grades)
    return next((row.availability for row in rows if row.status == page.status and row.sentence in words), None)


def read_words(page: Page) -> str:
    """All that a page says, without blanks: what a tombstone's sentence is looked for in."""
    return _BLANK.sub("", decode(page.content_type, page.body))


def _read_title(page: Page) -> str:
    if b"<" not in page.body[:200]:
        return ""
    match = _TITLE.search(decode(page.content_type, page.body[:20_000]))
    return match[1].strip() if match else ""


def _read_code(page: Page) -> str:
    if page.body.lstrip()[:1] != b"{":
        return ""
    try:
        value = json.loads(page.body)
    except ValueError:
        return ""
    return next((str(value[name]) for name in ("error_code", "errno", "code") if value.get(name)), "")


@cache
def _load_walls(path: Path) -> tuple[_WallRow, ...]:
    rows = []
    for place, row in read_rows(path, ("site", "match", "value", "scope", "reason", "grade", "source")):
        require_choice(place, "match", row["match"], ("status", "title", "code"))
        require_choice(place, "scope", row["scope"], ("host", "kind"))
        require_choice(place, "grade", row["grade"], GRADES)
        rows.append(_WallRow(row["site"], row["match"], row["value"], Wall(row["reason"], row["scope"])))
    return tuple(rows)


@cache
def _load_tombstones(path: Path) -> tuple[_TombstoneRow, ...]:
    rows = []
    for place, row in read_rows(path, ("site", "status", "sentence", "availability", "grade", "source")):
        require_choice(place, "availability", row["availability"], [one for one in AVAILABILITIES if one != "visible"])
        require_choice(place, "grade", row["grade"], GRADES)
        require_choice(place, "status", row["status"], ("200", "404", "410"))
        status = int(row["status"])
        rows.append(_TombstoneRow(row["site"], status, row["sentence"], row["availability"], row["grade"]))
    return tuple(rows)
