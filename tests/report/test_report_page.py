"""What the nightly page promises its readers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from parsel import Selector
from report_shelf import NOW, Shelf, ago

from pipeline.errors import UserError
from pipeline.report.page import render_report

QUOTE = "父亲今早已经做上透析，谢谢大家，请不要再转了。"
HOSTILE = '<script>alert("x")</script><img src=https://evil.example/a.png onerror=alert(1)>'


def page_of(shelf: Shelf, run_id: str | None) -> Selector:
    """The rendered page, parsed."""
    return Selector(render_report(shelf.store, NOW, run_id))


def words_of(page: Selector, query: str) -> str:
    """All words under the first match, blanks folded."""
    return " ".join("".join(page.css(query)[0].xpath(".//text()").getall()).split())


def two_nights(shelf: Shelf) -> None:
    """A night yesterday, and this one."""
    shelf.run("n1", ago(days=1))
    shelf.run("n2", NOW)


def test_the_authors_words_stand_beside_every_copy_that_still_asks(shelf: Shelf) -> None:
    """A reader would see a post called stale without the proof for it."""
    two_nights(shelf)
    shelf.source("n2")
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=2, hours=5))
    shelf.stale_copy("k1", "early", "n2", ago(days=2, hours=9))
    shelf.stale_copy("k1", "late", "n2", ago(hours=2), timedelta(days=2, hours=3))
    card = page_of(shelf, "n2").css("#stale article")[0]
    assert QUOTE in "".join(card.css("blockquote p ::text").getall())
    assert "https://m.weibo.cn/detail/k1w" in card.css("blockquote a::attr(href)").getall()
    copies = [" ".join("".join(item.css("::text").getall()).split()) for item in card.css(".copies li")]
    assert len(copies) == 2
    assert copies[0].startswith("晚了 2 天 3 小时 07-13 00:00")
    assert "晚了" not in copies[1]
    assert card.css(".copies a::attr(href)").getall() == [
        "https://m.weibo.cn/detail/late",
        "https://m.weibo.cn/detail/early",
    ]


def test_only_what_was_learned_since_the_last_night_is_news(shelf: Shelf) -> None:
    """Yesterday's stale copies would be told again as new, or today's would drown among them."""
    two_nights(shelf)
    shelf.source("n2")
    shelf.resolved_case("old", "n1", QUOTE, ago(days=3))
    shelf.stale_copy("old", "a", "n1", ago(days=2), timedelta(days=1))
    shelf.resolved_case("new", "n1", QUOTE, ago(days=3))
    # Written before the first night but met in the second.
    shelf.stale_copy("new", "b", "n2", ago(days=2), timedelta(days=1))
    shelf.stale_copy("new", "c", "n1", ago(days=2), timedelta(days=1))
    page = page_of(shelf, "n2")
    assert "有 1 条帖子成为过时转发，涉及 1 个个案" in words_of(page, ".headline")
    assert "共有 3 条仍在求助的过时转发" in words_of(page, ".headline")
    assert page.css("#stale > article").re("个案 (new|old)") == ["new"]
    assert page.css("#stale > details article").re("个案 (new|old)") == ["old"]


def test_words_met_tonight_make_earlier_copies_news(shelf: Shelf) -> None:
    """A copy known for days would stay unmentioned on the night when its author is found to have answered."""
    two_nights(shelf)
    shelf.source("n2")
    shelf.resolved_case("k1", "n2", QUOTE, ago(days=4))
    shelf.stale_copy("k1", "a", "n1", ago(days=5))
    assert "有 1 条帖子成为过时转发" in words_of(page_of(shelf, "n2"), ".headline")


def test_the_first_night_tells_everything_as_new(shelf: Shelf) -> None:
    """The first report would be empty although stale copies are known."""
    shelf.run("n1", NOW)
    shelf.source("n1")
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=4))
    shelf.stale_copy("k1", "a", "n1", ago(days=5))
    assert "第一次运行：有 1 条帖子成为过时转发" in words_of(page_of(shelf, "n1"), ".headline")


def test_a_failed_night_is_not_the_last_one(shelf: Shelf) -> None:
    """What a failed night learned would never be told: it wrote no report."""
    shelf.run("n0", ago(days=2))
    shelf.run("n1", ago(days=1), "failed")
    shelf.run("n2", NOW)
    shelf.source("n2")
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=4))
    shelf.stale_copy("k1", "a", "n1", ago(days=5))
    assert "有 1 条帖子成为过时转发" in words_of(page_of(shelf, "n2"), ".headline")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"complete": 0, "refused": 5, "note": "第 3 页要验证码"},
            "没有看全，发出 12 次请求，5 次被拒绝（第 3 页要验证码）",
        ),
        ({"refused": 1}, "有 1 次请求被拒绝"),
        ({"seen": 0}, "发出 12 次请求，一条也没看到"),
    ],
)
def test_holes_are_loud(shelf: Shelf, changes: dict[str, object], sentence: str) -> None:
    """A night that did not see everything would read like a quiet one (A3.4)."""
    two_nights(shelf)
    shelf.source("n2", **changes)
    page = page_of(shelf, "n2")
    assert sentence in words_of(page, ".headline li.warn")
    assert sentence in words_of(page, "#night .holes")
    assert "看全了：" not in words_of(page, ".headline")
    assert "没看到的不等于没有" in words_of(page, "#stale")


def test_a_whole_night_is_said_to_be_whole(shelf: Shelf) -> None:
    """The warning would always be there, and nobody would read it any more."""
    two_nights(shelf)
    shelf.source("n2", "透析")
    shelf.source("n2", "放疗")
    page = page_of(shelf, "n2")
    assert "这一夜看全了：2 项查询都完整，共 24 次请求" in words_of(page, ".headline li.good")
    assert not page.css(".holes, .warn")


def test_a_night_without_sources_is_a_hole(shelf: Shelf) -> None:
    """A night on which no spider ran would be called complete."""
    two_nights(shelf)
    assert "没有任何来源的记录" in words_of(page_of(shelf, "n2"), ".headline li.warn")


@pytest.mark.parametrize(("outcome", "words"), [("failed", "失败"), ("partial", "只完成了一部分"), (None, "没有跑完")])
def test_a_run_that_did_not_end_well_is_a_hole(shelf: Shelf, outcome: str | None, words: str) -> None:
    """A broken night would be reported as an ordinary one."""
    shelf.run("n1", NOW, outcome)
    shelf.source("n1")
    assert words in words_of(page_of(shelf, None), ".headline li.warn")


def test_a_report_long_after_the_last_night_says_so(shelf: Shelf) -> None:
    """A scheduler that stopped days ago would go unnoticed."""
    shelf.run("n1", ago(days=3))
    shelf.source("n1")
    assert "最近一次运行已是 3 天前" in words_of(page_of(shelf, None), ".headline li.warn")


def test_rejects_are_counted_and_the_first_ten_shown(shelf: Shelf) -> None:
    """Lines that were not taken would be lost without a word."""
    two_nights(shelf)
    shelf.source("n2")
    for line in range(1, 14):
        shelf.add("rejects", file="a.jsonl", line=line, reason="没有 id", run_id="n2")
    page = page_of(shelf, "n2")
    assert "有 13 行输入被退回" in words_of(page, ".holes")
    assert len(page.css("#night ol li")) == 10
    assert "另有 3 行没有列出" in words_of(page, "#night")


def test_open_cases_come_longest_first_with_both_clocks(shelf: Shelf) -> None:
    """The person who waits longest would not be seen first, or a broken promise would not show."""
    two_nights(shelf)
    shelf.source("n2")
    for case_id, hours in (("k1", 2), ("k2", 50), ("k3", 5)):
        shelf.case(case_id, shelf.post(case_id, "n2", ago(hours=hours)), ago(hours=hours))
    shelf.update("k3", None, ago(hours=1), "社区已登记", kind="progress", source="official")
    rows = page_of(shelf, "n2").css("#open tbody tr")
    cells = [["".join(cell.css("::text").getall()).strip() for cell in row.css("td")] for row in rows]
    assert [row[0] for row in cells] == ["2 天 2 小时", "5 小时", "2 小时"]
    assert [row[3] for row in cells] == ["无回应，已超 8 小时", "4 小时后有回应", "无回应，3 小时内"]
    assert {row[4] for row in cells} == {"1 小时前"}
    assert [row.css("td:nth-child(4) .tag::attr(class)").get() for row in rows] == ["tag bad", "tag warn", "tag good"]


def test_an_unverified_case_is_named_in_the_holes(shelf: Shelf) -> None:
    """A case whose author nobody could look at would count as surely still open."""
    two_nights(shelf)
    shelf.source("n2")
    shelf.case("k1", shelf.post("a", "n2", ago(hours=9)), ago(hours=9), last_verified_at=None)
    page = page_of(shelf, "n2")
    assert "1 个仍在求助的个案超过 24 小时没有核对成功" in words_of(page, ".holes")
    assert "从未核对成功" in words_of(page, "#open")


def test_needs_review_shows_its_reason(shelf: Shelf) -> None:
    """A desk would not know why it should look."""
    two_nights(shelf)
    reason = "第三方说已经接走，作者本人没有说。"
    shelf.case("k1", shelf.post("a", "n2", ago(hours=9)), ago(hours=9), needs_review=1, review_reason=reason)
    shelf.case("k2", shelf.post("b", "n2", ago(hours=9)), ago(hours=9), needs_review=1)
    words = words_of(page_of(shelf, "n2"), "#review")
    assert reason in words
    assert "没有写明原因" in words


def test_gone_is_told_and_never_called_resolved(shelf: Shelf) -> None:
    """A removed plea would vanish from sight, or pass for a solved one (A3.3)."""
    two_nights(shelf)
    for name, availability in (("a", "removed_by_platform"), ("b", "blocked"), ("c", "visible")):
        shelf.case(f"k{name}", shelf.post(name, "n2", ago(hours=9), availability=availability), ago(hours=9))
    solved = shelf.post("d", "n2", ago(hours=9), availability="deleted_by_author")
    shelf.case("kd", solved, ago(hours=9), status="resolved")
    page = page_of(shelf, "n2")
    rows = page.css("#gone tbody tr")
    assert len(rows) == 1
    assert "被平台移除" in words_of(page, "#gone tbody")
    assert "只见过一次" in words_of(page, "#gone tbody")
    assert "不等于人得到了帮助" in words_of(page, "#gone")


def hostile_shelf(shelf: Shelf) -> None:
    """Hostile words in every place where strangers' words are shown."""
    shelf.run("n1", NOW, note=HOSTILE)
    shelf.source("n1", HOSTILE, complete=0, note=HOSTILE)
    shelf.add("rejects", file=HOSTILE, line=1, reason=HOSTILE, run_id="n1")
    long = HOSTILE + "\u202e" + "求" * 100_000
    hostile = {"author_name": HOSTILE + "\u202egnp", "text": long, "url": "javascript:alert(1)"}
    plea = shelf.post("plea", "n1", ago(days=2), **hostile)
    shelf.case("k1", plea, ago(days=2), status="resolved", status_update_id="s-k1", district=HOSTILE, category=HOSTILE)
    shelf.update("k1", plea, ago(days=1), long)
    copy = shelf.post("copy", "n1", ago(hours=1), **hostile)
    shelf.member("k1", copy, role="copy", is_stale=1, is_late=1, lag_seconds=10**12)
    gone = shelf.post("gone", "n1", ago(days=2), **(hostile | {"availability": "not_found"}))
    shelf.case("k2", gone, ago(days=2), needs_review=1, review_reason=long, district=HOSTILE)


def test_strangers_words_are_inert_and_cut(shelf: Shelf) -> None:
    """A name or text on a public site would run in the reader's browser, or fill the page."""
    hostile_shelf(shelf)
    html = render_report(shelf.store, NOW, "n1")
    page = Selector(html)
    assert not page.css("script, img, iframe, object, embed, link, form")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert page.css("a::attr(href)").getall() == page.css("a[href^='#']::attr(href)").getall()
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html
    assert max(len(text) for text in page.css("bdi::text").getall()) <= 2000
    assert len(html) < 100_000
    assert "字，这里不显示" in words_of(page, "#stale details")


def test_nothing_is_loaded_from_anywhere(shelf: Shelf) -> None:
    """Opening the page would tell other hosts who reads it, or it would be blank in a town without network."""
    hostile_shelf(shelf)
    shelf.resolved_case("k9", "n1", QUOTE, ago(days=1))
    page = page_of(shelf, "n1")
    assert not page.xpath("//@src | //@srcset | //@background | //@poster | //@data | //*[local-name()='use']")
    style = "".join(page.css("style::text").getall())
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in page.css("meta[http-equiv]::attr(content)").get("")


def test_an_empty_store_gives_an_honest_page(shelf: Shelf) -> None:
    """The first `houxu report` would crash, or say that all is well."""
    page = page_of(shelf, None)
    assert "还没有任何运行记录" in words_of(page, ".headline li.warn")
    assert [section.attrib["id"] for section in page.css("main > section")] == [
        "stale",
        "open",
        "review",
        "gone",
        "clocks",
        "boards",
        "questions",
        "night",
        "charts",
    ]
    assert not page.css("svg")
    assert "所以没有每天的图" in words_of(page, "#charts")


def test_the_public_clocks_and_boards_are_told(shelf: Shelf) -> None:
    """The page that goes to offices every morning would not say how they answered, or what most people ask."""
    two_nights(shelf)
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=2, hours=5))
    page = page_of(shelf, "n2")
    total = shelf.store.conn.execute("SELECT * FROM clock_totals").fetchone()
    said = words_of(page, "#clocks")
    assert f"收到 {total['received']} ，已答复 {total['answered']}".replace(" ", "") in said.replace(" ", "")
    assert f"已解决{total['done']}" in said.replace(" ", "")
    assert page.css("#boards .board .id::text").getall().count("k1") == 1
    assert "还没有两个个案以上的共同需求" in words_of(page, "#questions")


def test_an_unknown_run_is_the_callers_mistake(shelf: Shelf) -> None:
    """A mistyped run would give a page about nothing."""
    with pytest.raises(UserError, match="没有这次运行"):
        render_report(shelf.store, NOW, "nowhere")


def test_long_lists_say_what_they_leave_out(shelf: Shelf) -> None:
    """Cut lists would pass for whole ones."""
    two_nights(shelf)
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=4))
    for number in range(25):
        shelf.stale_copy("k1", f"c{number}", "n2", ago(days=3, minutes=number), timedelta(days=1))
    page = page_of(shelf, "n2")
    assert len(page.css(".copies li")) == 20
    assert "另有 5 条：houxu case k1" in words_of(page, "#stale article")
    assert "有 25 条帖子成为过时转发" in words_of(page, ".headline")


def test_times_are_local_with_utc_at_hand(shelf: Shelf) -> None:
    """A reader in China would take UTC for local time, or nobody could check."""
    two_nights(shelf)
    shelf.case("k1", shelf.post("a", "n2", ago(hours=9)), ago(hours=9))
    time = page_of(shelf, "n2").css("#open time")[0]
    assert time.css("::text").get() == "07-12 17:00"
    assert time.attrib["title"] == "2024-07-12 09:00 UTC"


def test_a_report_reads_one_moment_and_leaves_no_transaction(shelf: Shelf) -> None:
    """A report within a night would hold a lock, or end the night's own transaction."""
    render_report(shelf.store, NOW, None)
    assert not shelf.store.conn.in_transaction
    with shelf.store.writing():
        shelf.run("n1", NOW)
        assert "n1" in render_report(shelf.store, NOW, "n1")
        assert shelf.store.conn.in_transaction


def test_a_spiders_sum_is_not_counted_again(shelf: Shelf) -> None:
    """Requests would be told twice, and each hole too: the ledger keeps a row `*` with the sum of every spider."""
    two_nights(shelf)
    shelf.source("n2", "透析")
    shelf.source("n2", "放疗")
    shelf.source("n2", "*", requested=24, seen=80)
    assert "2 项查询都完整，共 24 次请求" in words_of(page_of(shelf, "n2"), ".headline li.good")


def test_a_hole_of_one_query_is_told_once(shelf: Shelf) -> None:
    """The same hole would fill the page three times: by its query, by the sum, by the note of the run."""
    shelf.run("n1", NOW, "partial", note="放疗没有翻完")
    shelf.source("n1", "放疗", complete=0, note="放疗没有翻完")
    shelf.source("n1", "*", complete=0)
    assert len(page_of(shelf, "n1").css(".holes li")) == 1


def test_a_plea_that_was_edited_into_thanks_is_shown_as_it_first_asked(shelf: Shelf) -> None:
    """The page would quote the thanks as the plea, and a reader could not tell which plea the copies carry."""
    two_nights(shelf)
    shelf.resolved_case("k1", "n1", QUOTE, ago(days=2))
    shelf.stale_copy("k1", "a", "n2", ago(days=1), timedelta(days=1))
    shelf.store.conn.execute("UPDATE posts SET text = '平安，谢谢', is_edited = 1 WHERE post_id = 'weibo:k1p'")
    card = words_of(page_of(shelf, "n2"), "#stale article")
    assert "作者后来改过）：求助！k1p 家中老人断透析" in card
    assert "平安，谢谢" not in card
