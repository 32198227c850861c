"""The search page: short words, long phrases, masked numbers; hostile words stay words."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.pages import boards
from desk.views.found import show_hits, words_in
from pipeline.store.search import Hit
from tests.desk.conftest import Browser, add_token, browse, case_of, words_of
from tests.process.home import PLEA, Home


@pytest.mark.parametrize("asked", ["透析", "尿毒", "腿", PLEA[20:70], "139****1234", "每周一三五 透析"])
def test_short_words_and_long_phrases_are_found_and_marked(browser: Browser, stories: Home, asked: str) -> None:
    """What stands in a post would not be found, and a reader would take it for absent."""
    page = browser.text("/search", params={"q": asked})
    assert f"/cases/{case_of(stories, 'weibo:a1')}" in page
    for word in asked.split():
        assert f"<mark>{escape(word)}</mark>" in page


def test_a_hit_says_whether_it_is_stale_and_how_its_case_stands(browser: Browser) -> None:
    """A reader would repost what the search found without seeing that it is over."""
    said = words_of(browser.text("/search?q=还没人管吗"))
    assert "已解决 搬运 过时" in said
    assert "1 条帖子" in said


def test_all_words_are_needed_and_quotes_hold_a_phrase_together() -> None:
    """A phrase with a blank could not be looked for."""
    assert words_in('透析 "北汀区 老楼" “没有 水”') == ["透析", "北汀区 老楼", "没有 水"]
    assert words_in("  ") == []
    assert len(words_in("字 " * 40)) == 10


def test_nothing_found_says_no_more_than_that(browser: Browser) -> None:
    """Silence could be read as "untrue"."""
    assert "没有找到。只说明这里没有收到。" in words_of(browser.text("/search?q=独角兽"))


def test_counting_stops_and_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of every post would be counted through a million of them, or a cut count would pass for the whole."""
    monkeypatch.setattr(boards, "MOST_COUNTED", 2)
    monkeypatch.setattr(boards, "HITS_A_PAGE", 2)
    page = browser.text("/search?q=求助")
    assert "超过 2 条帖子" in words_of(page)
    assert page.count('<li class="item') == 2
    assert "/search?q=%E6%B1%82%E5%8A%A9&amp;page=2" in page
    second = browser.text("/search?q=求助&page=2")
    assert second != page
    assert second.count('<li class="item') == 2


@pytest.mark.parametrize(
    "asked", ['"', "<script>alert(1)</script>", "\u202eabc", "' OR 1=1 --", "*", "NEAR(", "x" * 5000]
)
def test_odd_words_are_only_words(browser: Browser, asked: str) -> None:
    """What somebody pastes would run on the page or in the database."""
    answer = browser.get("/search", params={"q": asked})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_odd_pages_are_the_first(browser: Browser) -> None:
    """A broken bookmark would be a server error."""
    for page in ("0", "-1", "x", "99999999999", "²"):
        assert browser.get("/search", params={"q": "求助", "page": page}).status_code == 200


def test_programs_turn_pages_too(stories: Home) -> None:
    """A program would see the first posts only."""
    client = browse(stories).client
    client.headers["authorization"] = f"Bearer {add_token(stories, 'read')}"
    pages = [client.get("/api/v1/search", params={"q": "求助", "limit": 2, "page": page}).json() for page in (1, 2)]
    assert pages[0]["count"] == pages[1]["count"] > 4
    assert not {one["post_id"] for one in pages[0]["posts"]} & {one["post_id"] for one in pages[1]["posts"]}


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet="透析老人Aa<\u200b\n 。", max_size=400), st.sampled_from(["透析", "a", "老人"]))
def test_an_excerpt_holds_the_posts_words_in_order(text: str, word: str) -> None:
    """The excerpt would put words into somebody's mouth."""
    hit = Hit("weibo:x", None, None, None, text, True, None, None, False, None)
    (found,) = show_hits([hit], [word])
    shown = "".join(piece.text for piece in found.pieces).strip("…")
    flat = " ".join(text.replace("\u200b", "").split())
    assert shown in flat
    assert all(piece.text.lower() == word for piece in found.pieces if piece.is_hit)
