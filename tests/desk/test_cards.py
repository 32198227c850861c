"""Answer cards: words, picture and ClaimReview."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from pydantic import ValidationError

from desk.cards.claimschema import ClaimReview
from desk.cards.fonts import find_font
from desk.cards.picture import WIDTH, draw_card
from desk.cards.wording import AnswerCard, without_names
from pipeline.errors import UserError
from tests.desk.conftest import Browser, add_token, browse, case_of, words_of
from tests.process.home import Home

_FLOOD = "weibo:f1"


def test_a_resolved_card_quotes_the_author_with_time_and_link(browser: Browser, stories: Home) -> None:
    """Reposters would be asked to stop on nobody's word."""
    said = words_of(browser.text(f"/cases/{case_of(stories, _FLOOD)}/card"))
    assert "【已有结果，请不要再转发】2024-07-09" in said
    assert "作者 2024-07-09 20:00 说：「" in said
    assert "原话链接：https://weibo.example/p/f1" in said


def test_what_is_under_review_tells_nobody_to_stop(browser: Browser, stories: Home) -> None:
    """On contradicting words a family that still waits would be declared helped."""
    case_id = case_of(stories, "weibo:a1")
    assert stories.row("SELECT status, needs_review FROM cases WHERE case_id = ?", case_id) == {
        "status": "resolved",
        "needs_review": 1,
    }
    said = words_of(browser.text(f"/cases/{case_id}/card"))
    assert "正在核查，先不要下结论" in said
    assert "请不要再转发" not in said


def test_an_open_card_names_where_to_turn(browser: Browser, stories: Home) -> None:
    """Whoever wants to help would not learn how."""
    said = words_of(browser.text(f"/cases/{case_of(stories, 'weibo:x1')}/card"))
    assert "转发前请先看原作者最新的话" in said
    assert "还没有看到解决的消息" in said
    assert "热线" in said


def test_no_name_and_no_phone_stand_on_a_card() -> None:
    """A card passed on in a group would carry a patient's name and number."""
    said = without_names("联系人林小满，电话13900001234，林小满已经住院了", frozenset({"林小满"}))
    assert "林小满" not in said
    assert "13900001234" not in said
    assert "已经住院了" in said


def _card(quote: str) -> AnswerCard:
    return AnswerCard("c-1", "good", "已有结果，请不要再转发", "求助", quote, "作者说：", "", (), "谢谢", "以原话为准")


def test_the_picture_grows_with_its_words_and_stays_a_card(browser: Browser, stories: Home) -> None:
    """Long words would run out of the picture, or a picture would be too heavy for a chat group."""
    data = browser.get(f"/cases/{case_of(stories, 'weibo:f1')}/card.png")
    assert data.headers["content-type"] == "image/png"
    assert len(data.content) < 200_000
    short, long = (Image.open(io.BytesIO(draw_card(_card(quote), "后续"))) for quote in ("好了", "已经好了谢谢" * 20))
    assert short.size[0] == long.size[0] == WIDTH
    assert long.size[1] > short.size[1] + 200


@pytest.mark.parametrize("quote", ["", "🆘" * 300, "\u202e反过来", "，" * 500, "a" * 2_000, "\n\n\n"])
def test_odd_words_are_drawn_all_the_same(quote: str) -> None:
    """One strange post would be a server error instead of a card."""
    assert Image.open(io.BytesIO(draw_card(_card(quote), "后续"))).format == "PNG"


def test_a_machine_without_chinese_fonts_says_so(tmp_path: Path) -> None:
    """Cards would show boxes instead of words."""
    with pytest.raises(UserError, match="fonts-wqy-zenhei"):
        find_font((str(tmp_path),))


def _sign(home: Home) -> None:
    """The desk's verdict on the flood, as its author told the end."""
    fields = {"kind": "verdict", "status": "resolved", "reason": "电话核实"}
    said = browse(home).post(f"/cases/{case_of(home, _FLOOD)}/acts", **fields)
    assert said.status_code == 200, said.text[:500]
    home.settle()


def test_an_odd_link_does_not_break_the_page(desk_home: Home) -> None:
    """One post from a hostile file would make its case unreachable for programs."""
    conn = sqlite3.connect(desk_home.db)
    conn.execute("UPDATE posts SET url = 'javascript:alert(1)' WHERE post_id = ?", (_FLOOD,))
    conn.commit()
    conn.close()
    _sign(desk_home)
    key = {"headers": {"Authorization": f"Bearer {add_token(desk_home, 'read')}"}}
    answer = browse(desk_home).get(f"/api/v1/cases/{case_of(desk_home, _FLOOD)}/claimreview", **key)
    assert answer.status_code == 200
    assert "javascript" not in answer.text


def test_claim_review_keeps_to_the_schema_and_waits_for_review(desk_home: Home) -> None:
    """A fact-checking site would reject it, or publish what a person should still look at."""
    browser = browse(desk_home)
    assert browser.get(f"/cases/{case_of(desk_home, _FLOOD)}/claimreview.json").status_code == 404
    _sign(desk_home)
    answer = browser.get(f"/cases/{case_of(desk_home, _FLOOD)}/claimreview.json")
    assert answer.headers["content-type"].startswith("application/ld+json")
    review = ClaimReview.model_validate(answer.json())
    assert review.review_rating.alternate_name == "过时：已解决"
    assert browser.get(f"/cases/{case_of(desk_home, 'weibo:a1')}/claimreview.json").status_code == 404


def test_a_broken_claim_review_is_noticed(desk_home: Home) -> None:
    """The check would let anything pass."""
    _sign(desk_home)
    good = browse(desk_home).get(f"/cases/{case_of(desk_home, _FLOOD)}/claimreview.json").json()
    for broken in (
        {**good, "claimReviewed": ""},
        {**good, "datePublished": "gestern"},
        {**good, "reviewRating": {**good["reviewRating"], "ratingValue": 9}},
        {**good, "itemReviewed": {**good["itemReviewed"], "appearance": [{"@type": "CreativeWork", "url": "x"}]}},
        {key: value for key, value in good.items() if key != "author"},
    ):
        with pytest.raises(ValidationError):
            ClaimReview.model_validate(broken)


def test_programs_get_the_same_card(desk_home: Home) -> None:
    """A bot that answers reposters would have to scrape the page."""
    _sign(desk_home)
    browser, case_id = browse(desk_home), case_of(desk_home, _FLOOD)
    key = {"headers": {"Authorization": f"Bearer {add_token(desk_home, 'read')}"}}
    card = browser.get(f"/api/v1/cases/{case_id}/card", **key).json()
    assert card["text"].startswith("【已有结果，请不要再转发】")
    assert browser.get(f"/api/v1/cases/{case_id}/card.png", **key).content.startswith(b"\x89PNG")
    assert browser.get(f"/api/v1/cases/{case_id}/claimreview", **key).json()["@type"] == "ClaimReview"
