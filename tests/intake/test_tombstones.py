"""What the platform writes where a post should be never stands as the author's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.intake.formats.reading import reader_of
from pipeline.intake.tombstones import only_tombstone
from tests.process.home import PLEA, Home, observed, seen_again

_GONE = "抱歉，此微博已被作者删除。查看帮助：http://t.cn/Rfd3rQV"


@pytest.mark.parametrize(
    ("text", "availability"),
    [
        (_GONE, "deleted_by_author"),
        ("抱歉，此微博已被作者删除。查看帮助：<a href='http://t.cn/Rfd3rQV'>网页链接</a>", "deleted_by_author"),
        ("该微博因被多人投诉，根据《微博社区公约》，已被删除。", "removed_by_platform"),
        (" 此微博已被作者删除\n", "deleted_by_author"),
        ("抱歉，此微博已被删除。", "not_found"),
        ("此微博已被作者删除，我爸还在等，求扩散", None),
        ("求助！此微博已被作者删除", None),
        (PLEA, None),
        ("", None),
    ],
)
def test_a_notice_is_told_from_words_about_one(text: str, availability: str | None) -> None:
    """A plea that mentions a deletion would be lost, or a notice would be read as what its author says."""
    assert only_tombstone(text) == availability


def test_a_notice_in_our_own_format_is_a_disappearance_and_no_edit(home: Home) -> None:
    """The plea's words would be replaced by the platform's, and its author's deletion never seen."""
    plea = observed("a1", PLEA)
    home.settle(plea, seen_again(plea, "07-09T22:00", text=_GONE), seen_again(plea, "07-10T22:00", text=_GONE))
    rows = home.rows("SELECT availability, text FROM observations WHERE post_id = 'weibo:a1' ORDER BY observed_at")
    assert [row["availability"] for row in rows] == ["visible", "deleted_by_author", "deleted_by_author"]
    assert home.values("SELECT status FROM cases") == ["withdrawn"]
    assert not home.values("SELECT 1 FROM posts WHERE text LIKE '%已被作者删除%'")


def test_a_notice_without_its_time_is_refused(home: Home) -> None:
    """It would be dated when the post was written: one later sighting, and the plea would count as withdrawn."""
    line = observed("5053412345678917", _GONE)
    del line["observed_at"]
    assert home.take(line).code == 1
    assert "没有观测时间" in home.reasons()[0]


def test_a_repost_that_quotes_a_notice_stays(home: Home) -> None:
    """Who passes on a tombstone would be taken for somebody who deleted."""
    home.settle(observed("a1", PLEA), observed("b1", "此微博已被作者删除", author_id="u2", repost_of="a1"))
    assert home.values("SELECT availability FROM posts WHERE post_id = 'weibo:b1'") == ["visible"]


def test_the_original_of_a_repost_is_a_notice_also_where_its_author_is_named(tmp_path: Path) -> None:
    """weibo-crawler keeps the author of a deleted original: the notice would be stored as that author's text."""
    post = {"user_id": 1800000001, "id": 5053412345678902, "bid": "OmQa", "text": "转发微博", "attitudes_count": 1}
    retweet = {"user_id": 1800000005, "id": 5053412345670000, "bid": "x", "text": _GONE, "created_at": ""}
    path = tmp_path / "1800000001.json"
    post |= {"created_at": "2024-07-08T11:05:00", "retweet": retweet}
    path.write_text(json.dumps({"user": {}, "weibo": [post]}, ensure_ascii=False), encoding="utf-8")
    lines = [json.loads(line.data) for line in reader_of("auto", "")(path, 10_000)]
    assert [line["id"] for line in lines] == ["5053412345678902"]
