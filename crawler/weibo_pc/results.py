"""A page of s.weibo.com's search: cards of posts in HTML (platforms.md §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from parsel import Selector, SelectorList

from crawler.items import Counts, Observation
from crawler.page import Page, Refused
from crawler.refusals import read_markup
from crawler.weibo.ids import lengthen_id
from crawler.weibo.mblog import PLATFORM, Sighting, read_count
from crawler.weibo_pc.times import read_post_time

SITE = "weibo_pc_search"

_LINK = re.compile(r"(?:https?:)?//weibo\.com/(\d{5,12})/([0-9A-Za-z]{5,12})")
_USER = re.compile(r"(?:https?:)?//weibo\.com/(?:u/)?(\d{5,12})")
_OUTER = re.compile(r"^<p\b[^>]*>(.*)</p>$", re.DOTALL)
# Links that fold and unfold, and letters of an icon font: neither was written by anybody.
_CHROME = re.compile(
    r"<a\b[^<>]*action-type=\"fl_(?:un)?fold\"[^<>]*>.*?</a>|<i\b[^<>]*class=\"wbicon\"[^<>]*>.*?</i>", re.DOTALL
)
_SIZE = re.compile(r"(?<=sinaimg\.cn)/(?:thumb\d+|orj\d+|mw\d+|bmiddle|small|square|thumbnail)/")
_PAGE = re.compile(r"[?&]page=(\d{1,4})\b")
_EMPTY_SENTENCE = "抱歉，未找到"


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results. `pages` is how many there are for this search; `is_empty` is the site's own sentence."""

    sightings: tuple[Sighting, ...]
    pages: int
    has_next: bool
    is_empty: bool


def read_results(page: Page) -> ResultPage:
    """A page of `/weibo?q=…`.

    Raises:
        Refused: the page is neither results nor the sentence that there are none.
    """
    root = Selector(text=read_markup(page, SITE), type="html")
    cards = root.css('div.card-wrap[action-type="feed_list_item"]')
    read = [_read_card(card, page.seen_at) for card in cards]
    sightings = tuple(sighting for one in read for sighting in one)
    is_empty = _EMPTY_SENTENCE in "".join(root.css("div.card-no-result ::text").getall())
    if not sightings and (cards or not is_empty):
        raise Refused("not a page of results")
    numbers = [
        int(match[1]) for link in root.css("ul.s-scroll a::attr(href)").getall() if (match := _PAGE.search(link))
    ]
    pages = max([*numbers, len(root.css("ul.s-scroll > li")), 1])
    return ResultPage(sightings, pages, bool(root.css("a.next")), is_empty)


def _read_card(card: Selector, seen_at: datetime) -> tuple[Sighting, ...]:
    content = next(iter(card.css('div.content[node-type="like"], div.content')), None)
    native_id = card.attrib.get("mid", "")
    if content is None or not (native_id.isascii() and native_id.isdecimal()) or len(native_id) > 20:
        return ()
    forwarded = next(iter(content.css('[node-type="feed_list_forwardContent"]')), None)
    carried = _read_carried(forwarded, seen_at) if forwarded is not None else ()
    origin = carried[0].observation.id if carried else None
    return (_read_post(card, content, (native_id, origin), seen_at), *carried)


def _read_post(card: Selector, content: Selector, ids: tuple[str, str | None], seen_at: datetime) -> Sighting:
    native_id, carried_id = ids
    line = next(iter(content.xpath("./*[contains(concat(' ',@class,' '),' from ')]/a[1]")), None)
    link = _LINK.search(line.attrib.get("href", "")) if line is not None else None
    user = _USER.search(content.css(".info a.name::attr(href)").get() or "")
    author_id = link[1] if link else user[1] if user else None
    text, is_cut = _read_text(content)
    written = "".join(line.css("::text").getall()) if line is not None else ""
    counts = ["".join(item.css("::text").getall()) for item in card.css("div.card-act > ul > li")]
    observation = Observation(
        platform=PLATFORM,
        id=native_id,
        observed_at=seen_at,
        text=text,
        url=f"https://weibo.com/{link[1]}/{link[2]}" if link else f"https://weibo.com/detail/{native_id}",
        author_id=author_id,
        author_name=content.css(".info a.name::attr(nick-name)").get() or content.css("p.txt::attr(nick-name)").get(),
        posted_at=read_post_time(written, native_id, seen_at),
        repost_of=carried_id,
        images=_read_pictures(content.xpath("./*[@node-type='feed_list_media_prev']")),
        counts=_read_counts(counts),
    )
    return Sighting(observation, is_cut)


def _read_carried(box: Selector, seen_at: datetime) -> tuple[Sighting, ...]:
    """The post inside a repost; nothing where the site shows a sentence in its place."""
    line = next(iter(box.css("p.from a, div.from a")), None)
    link = _LINK.search(line.attrib.get("href", "")) if line is not None else None
    if line is None or link is None:
        return ()
    native_id = lengthen_id(link[2])
    text, is_cut = _read_text(box)
    observation = Observation(
        platform=PLATFORM,
        id=native_id,
        observed_at=seen_at,
        text=text,
        url=f"https://weibo.com/{link[1]}/{link[2]}",
        author_id=link[1],
        author_name=box.css("a[nick-name]::attr(nick-name)").get(),
        posted_at=read_post_time("".join(line.css("::text").getall()), native_id, seen_at),
        images=_read_pictures(box.css('[node-type="feed_list_media_prev"]')),
    )
    return (Sighting(observation, is_cut),)


def _read_text(box: Selector) -> tuple[str | None, bool]:
    """The whole text where the page holds it, and whether what there is was cut."""
    whole = box.xpath("./p[@node-type='feed_list_content_full']").get()
    shown = box.xpath("./p[@node-type='feed_list_content']").get() or box.xpath("./p[contains(@class,'txt')]").get()
    markup = (whole or shown or "").strip()
    is_cut = whole is None and 'action-type="fl_unfold"' in markup
    outer = _OUTER.match(markup)
    text = _CHROME.sub("", outer[1] if outer else markup).strip().strip("\u200b").strip()
    return text or None, is_cut


def _read_pictures(previews: SelectorList[Selector]) -> tuple[str, ...]:
    """The addresses of pictures in their largest size; the page shows small ones of the same name."""
    found = previews.css("ul img::attr(src)").getall()
    return tuple(_SIZE.sub("/large/", f"https:{one}" if one.startswith("//") else one, count=1) for one in found)


def _read_counts(items: list[str]) -> Counts:
    """The last three: reposts, comments, likes; a word without a number is 0."""
    if len(items) < 3:
        return Counts()
    reposts, comments, likes = (_read_number(item) for item in items[-3:])
    return Counts(reposts, comments, likes)


def _read_number(item: str) -> int | None:
    match = re.search(r"\d+(?:\.\d+)?[万亿]?\+?", item)
    return read_count(match[0]) if match else 0
