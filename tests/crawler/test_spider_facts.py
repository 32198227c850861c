"""Small facts of the other sites: times, spans, links, ids, charsets, tombstones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.boards.times import read_board_time
from crawler.mastodon.statuses import read_links
from crawler.page import Page, Refused
from crawler.refusals import decode, find_site_wall, read_gone, read_json_page, read_markup
from crawler.replica.pc import write_pc_time
from crawler.spiders.weibo_api import mint_since_id
from crawler.weibo.ids import ID_EPOCH_SECONDS, ID_LOW_BITS, read_id_time
from crawler.weibo.times import CHINA
from crawler.weibo_pc.spans import Span, load_regions, split_days, split_span
from crawler.weibo_pc.times import read_pc_time, read_post_time

NOW = datetime(2024, 7, 10, 2, 0, tzinfo=CHINA)
MOMENTS = st.integers(1_420_000_000, 1_767_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def make_page(body: str | bytes, status: int = 200, content_type: str = "text/html") -> Page:
    """A page of a body."""
    raw = body if isinstance(body, bytes) else body.encode()
    return Page("https://help.example/", status, content_type, raw, NOW)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=20)))
def test_days_cover_a_window_without_overlap(start: datetime, length: timedelta) -> None:
    """A post would be in no span, and never be found, or in two, and be asked for twice."""
    end = start + length
    spans = split_days(start, end)
    assert spans[-1].start <= start
    assert spans[0].end >= end
    assert all(later.start == earlier.end for later, earlier in pairwise(spans))
    assert all(span.end - span.start <= timedelta(days=1) for span in spans)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=3)))
def test_splitting_covers_the_span_and_ends(start: datetime, length: timedelta) -> None:
    """A full day would lose an hour when it is split, or be split for ever."""
    for day in split_days(start, start + length):
        hours = split_span(day, by_region=True) if day.end - day.start > timedelta(hours=1) else (day,)
        assert (hours[0].end, hours[-1].start) == (day.end, day.start)
        assert all(later.start == earlier.end for later, earlier in pairwise(hours))
        regions = split_span(hours[0], by_region=True)
        assert {one.region for one in regions} == set(load_regions())
        assert split_span(regions[0], by_region=True) == split_span(hours[0], by_region=False) == ()


def test_span_is_written_with_unpadded_hours() -> None:
    """The site would take the question for another one (platforms.md §4)."""
    span = Span(datetime(2024, 7, 8, 0, tzinfo=CHINA), datetime(2024, 7, 8, 9, tzinfo=CHINA), "41")
    assert span.write() == "&timescope=custom:2024-07-08-0:2024-07-08-9&region=custom:41:1000"


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=300)))
def test_pc_time_is_read_to_the_minute(now: datetime, ago: timedelta) -> None:
    """A post would be dated a year or a day off."""
    moment = now - ago
    read = read_pc_time(write_pc_time(moment, now), now)
    assert read is not None
    assert timedelta(0) <= moment - read < timedelta(minutes=1)


def test_pc_time_without_a_year_is_in_the_past() -> None:
    """A post of last December would be dated next December, and be thrown away as impossible."""
    assert read_pc_time("12月28日 20:16", NOW) == datetime(2023, 12, 28, 20, 16, tzinfo=CHINA)
    assert read_pc_time("02月29日 20:16", datetime(2025, 1, 2, tzinfo=CHINA)) is None
    assert read_pc_time("刚刚", NOW) == NOW
    assert read_pc_time("16秒前", NOW) == NOW - timedelta(seconds=16)
    assert read_pc_time("13月41日 99:99", NOW) is None


def test_id_gives_the_second_that_the_page_leaves_out() -> None:
    """One post would have two publish times, on mobile and on PC; or an id would outvote what the page shows."""
    at = datetime(2024, 7, 8, 22, 4, 31, tzinfo=CHINA)
    native_id = str((int(at.timestamp()) - ID_EPOCH_SECONDS) << ID_LOW_BITS)
    assert read_post_time("07月08日 22:04", native_id, NOW) == at
    assert read_post_time("07月08日 21:04", native_id, NOW) == datetime(2024, 7, 8, 21, 4, tzinfo=CHINA)
    assert read_post_time("", native_id, NOW) == at
    assert read_post_time("", "17", NOW) is None


@given(MOMENTS)
def test_comments_newer_than_a_moment_have_higher_ids(moment: datetime) -> None:
    """The API would leave out the author's newest comment."""
    minted = read_id_time(mint_since_id(moment))
    assert minted is None or minted == moment.replace(microsecond=0)
    assert mint_since_id(None) == "0"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1720447440", datetime(2024, 7, 8, 14, 4, tzinfo=UTC)),
        (1720447440000, datetime(2024, 7, 8, 14, 4, tzinfo=UTC)),
        ("2024-07-08 22:04:09", datetime(2024, 7, 8, 14, 4, 9, tzinfo=UTC)),
        ("2024-7-8 22:04", datetime(2024, 7, 8, 14, 4, tzinfo=UTC)),
        ("发布于2024年07月08日 22：04", datetime(2024, 7, 8, 14, 4, tzinfo=UTC)),
        ("2024/07/08", datetime(2024, 7, 7, 16, 0, tzinfo=UTC)),
        ("2024-13-08 22:04", None),
        ("昨天", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_board_times(written: object, expected: datetime | None) -> None:
    """A letter would be eight hours or fifty years off, and its answer would come before it."""
    assert read_board_time(written, 8) == expected


def test_links_of_a_timeline() -> None:
    """Paging would stop after the first page, and call that the end."""
    header = '<https://a.example/api?max_id=3>; rel="next", <https://a.example/api?min_id=9>; rel="prev"'
    assert read_links(header) == {"next": "https://a.example/api?max_id=3", "prev": "https://a.example/api?min_id=9"}
    assert read_links("") == {}


@given(st.text(st.characters(codec="gb18030", exclude_categories=["Cs", "Cc"]), min_size=2, max_size=40))
def test_text_is_decoded_as_it_was_written(text: str) -> None:
    """A mislabelled page would be stored as garbage."""
    markup = f"<html><body>{text}，求助。这里是一段足够长的中文</body></html>"
    for content_type in ("text/html; charset=utf-8", "text/html; charset=gbk", "application/json"):
        assert decode(content_type, markup.encode()) == markup
    assert decode("text/html; charset=gbk", markup.encode("gb18030")) == markup


@pytest.mark.parametrize("label", ["text/html", "text/html; charset=utf-8", "application/json"])
def test_gbk_is_found_without_its_label(label: str) -> None:
    """An old forum's page would be stored as garbage."""
    markup = "<html><body>求助：父亲透析中断四天，电话 13900000031</body></html>"
    assert decode(label, markup.encode("gb18030")) == markup


def test_one_broken_byte_does_not_change_the_charset() -> None:
    """A page with a scratch would be read as garbage from its first word to its last."""
    body = "<html><body>求助：父亲透析中断四天，求扩散，求扩散，求扩散，求扩散</body></html>".encode()
    scratched = body.replace("透".encode(), b"\xe9\x80", 1)
    assert "父亲" in decode("text/html; charset=utf-8", scratched)


@pytest.mark.parametrize("body", ["<html><body>half a pag", "no markup", "", "   "])
def test_half_a_page_is_no_page(body: str) -> None:
    """Half a post would be taken for an edit."""
    with pytest.raises(Refused):
        read_markup(make_page(body), "tieba")


def test_json_with_an_html_type_is_read_and_html_with_a_json_type_is_refused() -> None:
    """What a page calls itself would decide, and not what it is."""
    assert read_json_page(make_page('{"a": "求助"}'), "rednet") == {"a": "求助"}
    assert read_json_page(make_page('{"a": "求助"}'.encode("gb18030")), "rednet") == {"a": "求助"}
    with pytest.raises(Refused, match="html instead of json"):
        read_json_page(make_page("<html></html>", content_type="application/json"), "rednet")
    with pytest.raises(Refused, match="broken json"):
        read_json_page(make_page("[" * 100_000), "rednet")


def test_code_is_more_exact_than_its_status() -> None:
    """A post that the API says is gone (with HTTP 403) would end the host, or a token that expired would not."""
    gone = make_page('{"error":"x","error_code":20101}', 403)
    expired = make_page('{"error":"x","error_code":21327}', 400)
    forbidden = make_page('{"error":"Forbidden"}', 403)
    assert find_site_wall(gone, "weibo_api") is None
    assert (wall := find_site_wall(expired, "weibo_api")) is not None
    assert (wall.reason, wall.scope) == ("token expired", "host")
    assert find_site_wall(forbidden, "weibo_api") is not None
    assert find_site_wall(make_page("<title>百度安全验证</title>"), "tieba") is not None
    assert find_site_wall(make_page("", 302), "feed") is not None
    assert find_site_wall(make_page("", 304), "feed") is None


def test_gone_needs_its_status_and_its_sentence() -> None:
    """A sentence in somebody's post, or a bare 404, would take a plea away."""
    sentence = '{"error":"Record not found"}'
    assert read_gone(make_page(sentence, 404), "mastodon", trusts_unverified=False) == "not_found"
    assert read_gone(make_page(sentence, 200), "mastodon", trusts_unverified=True) is None
    assert read_gone(make_page("", 404), "mastodon", trusts_unverified=True) is None
    assert read_gone(make_page('{"error":"Gone"}', 410), "mastodon", trusts_unverified=False) is None
    assert read_gone(make_page('{"error":"Gone"}', 410), "mastodon", trusts_unverified=True) == "not_found"
    assert read_gone(make_page(sentence, 404), "rednet", trusts_unverified=True) is None
