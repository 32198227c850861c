"""A page of a Tieba thread: floors, the first of which is the post (platforms.md §9, recorded 2024-08)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parsel import Selector

from crawler.items import Counts, Observation
from crawler.page import Page, Refused
from crawler.refusals import read_markup
from crawler.weibo.times import CHINA

PLATFORM = "tieba"

_MINUTE = re.compile(r"(20\d\d)-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})")
_PAGE_LINK = re.compile(r"[?&]pn=(\d+)")
_OUTER = re.compile(r"^<div\b[^>]*>(.*)</div>$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of a thread. `author_id` is the thread's author where the page tells; `last_page` is the pager's."""

    observations: tuple[Observation, ...]
    author_id: str | None
    last_page: int


@dataclass(frozen=True, slots=True)
class _Floor:
    post_id: str
    number: int
    author_id: str | None
    author_name: str
    is_author: bool
    text: str
    said_at: datetime | None
    replies: int | None
    pictures: tuple[str, ...]


def read_thread_page(page: Page, thread_id: str, author_id: str | None) -> ThreadPage:
    """A page of the thread; `author_id` is what an earlier page told of its author.

    Bystanders' floors are handed over without their names.

    Raises:
        Refused: the page is no page of a thread, or of another one.
    """
    root = Selector(text=read_markup(page, PLATFORM), type="html")
    title = root.css(".core_title_txt::attr(title)").get() or root.css(".core_title_txt::text").get()
    floors = [floor for box in root.css("div.l_post") if (floor := _read_floor(box)) is not None]
    if not title or not floors:
        raise Refused("not a page of a thread")
    found = {str(_read_field(box)["content"].get("thread_id") or thread_id) for box in root.css("div.l_post")}
    if found - {thread_id}:
        raise Refused("another thread than asked for")
    author = next((floor.author_id for floor in floors if floor.is_author or floor.number == 1), None) or author_id
    observations = [_observe(floor, (thread_id, title.strip()), author, page.seen_at) for floor in floors]
    return ThreadPage(tuple(observations), author, _read_last_page(root))


def _read_floor(box: Selector) -> _Floor | None:
    field = _read_field(box)
    content, author = field["content"], field["author"]
    post_id = str(content.get("post_id") or box.attrib.get("data-pid") or "")
    if not (post_id.isascii() and post_id.isdecimal()):
        return None
    body = box.css(f"#post_content_{post_id}").get() or ""
    tail = " ".join(box.css(".tail-info::text").getall())
    outer = _OUTER.match(body.strip())
    return _Floor(
        post_id=post_id,
        number=_int(content.get("post_no")),
        author_id=_read_author_id(author),
        author_name=_text(author.get("user_nickname")) or _text(author.get("user_name")),
        is_author=bool(box.css(".louzhubiaoshi")),
        text=(outer[1] if outer else body).strip() or _text(content.get("content")),
        said_at=_read_minute(tail) or _read_minute(_text(content.get("date"))),
        replies=_int(content.get("comment_num")) if "comment_num" in content else None,
        pictures=tuple(box.css("img.BDE_Image::attr(src)").getall()),
    )


def _read_field(box: Selector) -> dict[str, dict[str, Any]]:
    try:
        value = json.loads(box.attrib.get("data-field", ""))
    except (ValueError, RecursionError):
        value = {}
    parts = value if isinstance(value, dict) else {}
    return {name: part if isinstance(part := parts.get(name), dict) else {} for name in ("content", "author")}


def _read_author_id(author: dict[str, Any]) -> str | None:
    """The account's number; where a guest sees none, its portrait, which belongs to one account as well."""
    number, portrait = str(author.get("user_id") or ""), _text(author.get("portrait")).partition("?")[0]
    if number.isascii() and number.isdecimal():
        return number
    return portrait if re.fullmatch(r"[\w.-]{4,100}", portrait) else None


def _observe(floor: _Floor, thread: tuple[str, str], author_id: str | None, seen_at: datetime) -> Observation:
    thread_id, title = thread
    is_post = floor.number == 1
    is_own = is_post or floor.is_author or (author_id is not None and floor.author_id == author_id)
    heading = f"{title}\n" if is_post and title not in floor.text else ""
    return Observation(
        platform=PLATFORM,
        id=thread_id if is_post else floor.post_id,
        observed_at=seen_at,
        text=f"{heading}{floor.text}" or None,
        url=f"https://tieba.baidu.com/p/{thread_id}{'' if is_post else f'?pid={floor.post_id}#{floor.post_id}'}",
        author_id=author_id if is_own else floor.author_id,
        author_name=(floor.author_name or None) if is_own else None,
        posted_at=floor.said_at,
        reply_to=None if is_post else thread_id,
        images=tuple(one for one in floor.pictures if one.startswith(("https://", "http://"))),
        counts=Counts(comments=floor.replies),
    )


def _read_last_page(root: Selector) -> int:
    links = root.css("li.l_pager a::attr(href), .pb_list_pager a::attr(href)").getall()
    return max((int(match[1]) for link in links if (match := _PAGE_LINK.search(link)) and len(match[1]) < 7), default=1)


def _read_minute(text: str) -> datetime | None:
    match = _MINUTE.search(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=CHINA)
    except ValueError:
        return None


def _int(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
