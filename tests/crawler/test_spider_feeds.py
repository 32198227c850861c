"""Feeds: their formats, their charsets, and what one night remembers of them for the next."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from conftest import NIGHT_1, NIGHT_2, make_orders, read_crawl, run_crawls
from hypothesis import given, settings
from hypothesis import strategies as st
from site_plans import write_sources

from crawler.bookmarks import Bookmark, read_bookmarks, write_bookmarks
from crawler.feeds.items import FeedItem, read_item
from crawler.feeds.permalinks import name_item, read_permalink
from crawler.feeds.reading import read_feed
from crawler.orders import OrderError
from crawler.page import Page
from crawler.replica.server import Replica
from crawler.replica.world import World
from crawler.weibo.ids import shorten_id

SEEN_AT = datetime.fromisoformat(NIGHT_1)
WORDS = "求助，透析中断四天，电话 13900000021"


def make_item(**members: object) -> FeedItem:
    """An item with some members."""
    blank = FeedItem("guid", "https://help.example/1", "", WORDS, "", None, None)
    return FeedItem(**{name: members.get(name, getattr(blank, name)) for name in FeedItem.__dataclass_fields__})


def make_rss(words: str, declared: str) -> str:
    """A feed with one item."""
    head = f'<?xml version="1.0"{declared}?>'
    item = f"<item><guid>a</guid><description>{words}</description></item>"
    return f'{head}<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'


@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=iso-8859-1", "application/json"])
@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", ' encoding="UTF-8"'),
        ("utf-8", ' encoding="gb2312"'),
        ("gb18030", ' encoding="gb2312"'),
        ("gb18030", ' encoding="GBK"'),
        ("gb18030", ' encoding="UTF-8"'),
    ],
)
def test_charset_is_found_whatever_the_labels_say(encoding: str, declared: str, content_type: str) -> None:
    """A feed with a wrong label would be stored as garbage, and look edited when the label is mended."""
    page = Page("https://help.example/feed", 200, content_type, make_rss(WORDS, declared).encode(encoding), SEEN_AT)
    assert [one.text for one in read_feed(page).observations] == [WORDS]


def test_gb2312_without_any_label_is_read() -> None:
    """An old local site's feed would be stored as garbage."""
    page = Page("https://help.example/feed", 200, "text/xml", make_rss(WORDS, "").encode("gb18030"), SEEN_AT)
    assert [one.text for one in read_feed(page).observations] == [WORDS]


@given(st.integers(10**15, 10**16 - 1), st.integers(10**9, 10**10))
def test_links_of_one_weibo_post_name_one_post(native_id: int, author: int) -> None:
    """A post found in a feed would not be the post that the re-check looks at."""
    mid, bid = str(native_id), shorten_id(str(native_id))
    links = (
        f"https://weibo.com/{author}/{bid}",
        f"https://weibo.com/detail/{mid}",
        f"https://m.weibo.cn/status/{bid}",
        f"https://m.weibo.cn/detail/{mid}?from=x",
        f"https://m.weibo.cn/{author}/{mid}",
    )
    found = [read_permalink(link) for link in links]
    assert {(one.platform, one.id) for one in found if one} == {("weibo", mid)}
    assert None not in found


@pytest.mark.parametrize(
    "link", ["", "https://weibo.com/", "https://weibo.com/u/2100000001", "https://help.example/p/1"]
)
def test_unknown_link_stays_an_item_of_the_feed(link: str) -> None:
    """A page that is no post would be looked for on a platform where it never was."""
    assert read_permalink(link) is None
    assert name_item("urn:letter:1", link).platform == "feed"


def test_repost_in_a_feed_is_written_as_a_chain() -> None:
    """The words of the one who is in need would pass for the words of the one who passes them on."""
    link = '<a href="https://weibo.com/2100000001" target="_blank">@阿桂</a>'
    quote = f"<blockquote> - 转发 {link}:&ensp;求助<br>急</blockquote>"
    read = read_item(make_item(body=f"帮转<br>{quote}"), SEEN_AT)
    assert read is not None
    assert read.text == "帮转//@阿桂:求助<br>急"
    gone = read_item(make_item(body="帮转<br><blockquote> - 转发 [原微博不可访问]</blockquote>"), SEEN_AT)
    assert gone is not None
    assert gone.text == "帮转"


def test_heading_that_says_more_is_kept() -> None:
    """A local site's "求助：…" heading would be lost, or a headline made of the first words would be doubled."""
    heading = read_item(make_item(title="求助：需要轮椅", body="<p>借用一周</p>"), SEEN_AT)
    doubled = read_item(make_item(title="阿桂: 求助，透析中断...", body=f"<b>{WORDS}</b>"), SEEN_AT)
    assert heading is not None
    assert doubled is not None
    assert heading.text == "求助：需要轮椅\n<p>借用一周</p>"
    assert doubled.text == f"<b>{WORDS}</b>"


def test_changed_item_is_an_edit() -> None:
    """A page that says "resolved" since this morning would keep its old time."""
    said, changed = datetime.fromisoformat(NIGHT_1), datetime.fromisoformat(NIGHT_2)
    edited = read_item(make_item(posted_at=said, changed_at=changed), SEEN_AT)
    same = read_item(make_item(posted_at=said, changed_at=said), SEEN_AT)
    assert edited is not None
    assert same is not None
    assert (edited.edited_at, same.edited_at) == (changed, None)


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=9), st.builds(Bookmark, st.text(), st.text(), st.tuples(st.text()))))
def test_bookmarks_are_read_as_written(marks: dict[str, Bookmark]) -> None:
    """A validator that comes back as another would hide a feed's changes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bookmarks.json"
        write_bookmarks(path, marks)
        write_bookmarks(path, {"another": Bookmark("e")})
        assert read_bookmarks(path) == {**marks, "another": Bookmark("e")}


def test_broken_bookmarks_are_one_line(tmp_path: Path) -> None:
    """A broken file would be taken for a first night, which reads everything again, every night."""
    path = tmp_path / "bookmarks.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(OrderError, match=r"bookmarks\.json: not a file of bookmarks"):
        read_bookmarks(path)


@pytest.mark.slow
def test_feed_between_nights(world: World, serve: Callable[..., Replica], ids: dict[str, str], tmp_path: Path) -> None:
    """A feed would be read whole every night, or a change in it would be hidden by what was remembered."""
    replica = serve(world, NIGHT_1)

    def crawl(name: str, now: str) -> tuple[list[str], list[dict[str, object]]]:
        replica.set_clock(datetime.fromisoformat(now))
        orders = make_orders(replica, tmp_path / name, now, window_start="2024-07-01T00:00:00+08:00")
        orders |= {"HOUXU_BOOKMARKS": str(tmp_path / "bookmarks.json")}
        run_crawls([("feed", orders | write_sources(tmp_path / name, replica.url, ids))])
        read = read_crawl(tmp_path / name, "feed")
        return [line["id"] for line in read.observations], read.ledger[:-1]

    first, holes = crawl("first", NIGHT_1)
    again, unchanged = crawl("again", NIGHT_1)
    later, changed = crawl("later", NIGHT_2)
    assert ids["p003"] in first
    assert any("do not reach back" in str(line["note"]) for line in holes)  # nothing was known, and feeds are short
    assert again == []
    assert [line["note"] for line in unchanged] == ["not changed since the last night"] * 2
    assert ids["p020"] in later
    assert ids["p006"] in later  # edited since
    assert ids["p009"] not in later
    assert ids["p003"] not in later  # as last time
    assert all(line["complete"] for line in changed)
    marks = json.loads((tmp_path / "bookmarks.json").read_text(encoding="utf-8"))
    assert all(mark["etag"] for mark in marks.values())
