"""The box: text, links, several at once; and honest answers."""

from __future__ import annotations

from tests.desk.conftest import Browser, browse, case_of, quote_of, words_of
from tests.process.home import PLEA, THANKS, Home


def test_a_copied_text_is_answered_with_the_authors_words(browser: Browser, stories: Home) -> None:
    """Somebody holding a stale copy would not learn that its author already has help."""
    page = browser.post("/ask", question=f"急！！大家看看 {PLEA[6:90]}").text
    said = words_of(page)
    assert "作者说已经得到帮助" in said
    quote = quote_of(stories, "weibo:a1")
    assert quote in THANKS
    assert quote in said
    assert f"/cases/{case_of(stories, 'weibo:a1')}" in page
    assert "2024-07-09 15:00" in said
    assert "https://weibo.example/p/a2" in page


def test_what_is_in_doubt_is_not_declared_over(browser: Browser, stories: Home, desk_home: Home) -> None:
    """Somebody who still waits would be dropped because of words that nobody has checked."""
    (waits,) = stories.values("SELECT needs_review FROM cases WHERE case_id = ?", case_of(stories, "weibo:a1"))
    assert waits == 1
    assert "先不要转发，也先不要下结论" in words_of(browser.post("/ask", question=PLEA).text)
    sure = browse(desk_home)
    sure.post(f"/cases/{case_of(desk_home, 'weibo:a1')}/acts", kind="verdict", status="resolved", reason="电话核实过")
    said = words_of(sure.post("/ask", question=PLEA).text)
    assert "请不要再转发。" in said
    assert "先不要下结论" not in said


def test_the_answer_tells_how_far_it_spread_and_how_old_it_is(browser: Browser) -> None:
    """A reader could not tell a fresh answer from an old one, or a rumour from a wave."""
    said = words_of(browser.post("/ask", question=PLEA).text)
    assert "4 条转发和搬运，其中 1 条发在答复之后" in said
    assert "最后核对：1 天 2 小时前" in said
    assert "确定是首发" in said or "目前见到最早的，不一定是首发" in said
    assert "没能看到的" in said


def test_a_link_leads_to_its_case(browser: Browser, stories: Home) -> None:
    """A pasted link would not be understood."""
    page = browser.post("/ask", question="https://weibo.example/p/b2").text
    assert f"/cases/{case_of(stories, 'weibo:a1')}" in page
    assert "就是这个帖子" in words_of(page)


def test_what_an_app_shares_is_taken_by_its_link(browser: Browser, stories: Home) -> None:
    """The few words that a share button adds would make the link unreadable."""
    page = browser.post("/ask", question="分享一条微博 https://weibo.example/p/b2 （来自客户端）").text
    assert f"/cases/{case_of(stories, 'weibo:a1')}" in page


def test_nothing_known_is_said_so_and_no_more(browser: Browser) -> None:
    """Silence could be read as "untrue" or "resolved"."""
    said = words_of(browser.post("/ask", question="我家的狗走丢了，灰色，戴红项圈").text)
    assert "没有找到这条求助。" in said
    assert "不代表已经解决" in said


def test_many_links_give_a_table_and_csv(browser: Browser, stories: Home) -> None:
    """A list of forty links would have to be asked one by one."""
    links = "\n".join(f"https://weibo.example/p/{name}" for name in ("b2", "f2", "nothing"))
    page = browser.post("/ask", question=links).text
    assert "<table>" in page
    assert "3 个问题" in words_of(page)
    answer = browser.post("/ask", question=links, **{"as": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 4
    assert lines[1].split(",")[1:4] == ["match", case_of(stories, "weibo:a1"), "resolved"]
    assert lines[3].split(",")[1] == "none"


def test_a_question_is_shown_without_its_phone(browser: Browser) -> None:
    """What somebody pastes would put a phone on the screen."""
    page = browser.post("/ask", question=f"{PLEA}\n电话 13900001234", **{"as": "csv"}).text
    assert "13900001234" not in page
    assert "139****1234" in page


def test_a_value_that_a_spreadsheet_would_run_is_inert(browser: Browser) -> None:
    """A pasted `=HYPERLINK(…)` would run on the desk's own machine when the CSV is opened."""
    text = browser.post("/ask", question="=HYPERLINK(1)求助 老人被困 没有水", **{"as": "csv"}).text
    assert "'=HYPERLINK" in text


def test_an_empty_question_is_the_callers_mistake(browser: Browser) -> None:
    """A click on an empty box would be a server error."""
    answer = browser.post("/ask", question="  ")
    assert answer.status_code == 400
    assert "请粘贴文字、链接或截图" in answer.text


def test_htmx_gets_the_answer_only(browser: Browser) -> None:
    """A page within a page would appear."""
    token = browser.csrf
    answer = browser.client.post("/ask", data={"question": PLEA, "csrf": token}, headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert "作者说已经得到帮助" in answer.text


def test_an_open_case_shows_where_to_turn(browser: Browser) -> None:
    """A reader who wants to help would be left without an official channel."""
    said = words_of(browser.post("/ask", question="https://weibo.example/p/d1").text)
    assert "东篱区居民服务热线" in said
    assert "望溪区" not in said


def test_a_store_without_a_night_does_not_claim_to_have_seen_all(browser: Browser, stories: Home) -> None:
    """Who imports files only would be told that every source had been looked at."""
    assert stories.values("SELECT COUNT(*) FROM run_sources") == [0]
    said = words_of(browser.post("/ask", question=PLEA).text)
    assert "都看全了" not in said
    assert "还没有跑过一夜" in said
