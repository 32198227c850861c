"""The queue: four lists, what is in them and in which order."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from desk.app import make_app
from pipeline.settings import Settings
from pipeline.store import desk_queue
from pipeline.store.clocks import read_clock_totals, read_clocks_by
from pipeline.store.database import read_store
from pipeline.store.desk_clocks import read_board
from tests.desk.conftest import NOW, Browser, browse, case_of, words_of
from tests.process.home import PLEA, Home, observed


def listed(browser: Browser, place: str) -> list[str]:
    """The cases of a list, in their order."""
    return re.findall(r'data-case="([^"]+)"', browser.text(place))


def test_a_stale_post_after_the_answer_is_on_top(browser: Browser, stories: Home) -> None:
    """The wave that goes on after the answer would be seen by nobody."""
    assert listed(browser, "/queue") == [case_of(stories, "weibo:a1")]
    said = words_of(browser.text("/queue"))
    assert "24 小时内 1 条" in said
    assert "转评赞 57" in said


def test_the_widest_reach_may_stand_first(worker: Browser, desk_home: Home) -> None:
    """A wave of few copies that thousands read would stand below many that nobody sees."""
    wide, fast = case_of(desk_home, "weibo:a1"), case_of(desk_home, "weibo:d1")
    worker.post(f"/cases/{fast}/acts", kind="verdict", status="resolved", reason="电话核实")
    plea = desk_home.values("SELECT text FROM posts WHERE post_id = 'weibo:d1'")[0]
    later, now = (NOW + timedelta(hours=2)).isoformat(), NOW + timedelta(hours=3)
    copies = [observed(f"y{n}", f"大家看看！{plea}", "07-11T03:00", author_id=f"u8{n}") for n in range(3)]
    counted = [one | {"observed_at": later, "posted_at": later, "counts": {"reposts": 1}} for one in copies]
    desk_home.settle(*counted, now=now.isoformat())
    reader = Browser(TestClient(make_app(desk_home.db, Settings(), lambda: now, is_loopback=True)))
    assert listed(reader, "/queue?days=all") == [fast, wide]
    assert listed(reader, "/queue?days=all&order=reach") == [wide, fast]


def test_unanswered_pleas_stand_by_waiting_time(browser: Browser, stories: Home) -> None:
    """Whoever waits longest would not come first, or one that was answered would take their place."""
    cases = listed(browser, "/queue?list=waiting")
    assert case_of(stories, "weibo:x1") in cases
    assert case_of(stories, "weibo:d1") not in cases
    rows = stories.rows("SELECT case_id, opened_at FROM cases")
    opened = {row["case_id"]: row["opened_at"] for row in rows}
    assert [opened[one] for one in cases] == sorted(opened[one] for one in cases)
    assert "已超 8 小时" in words_of(browser.text("/queue?list=waiting"))


def test_a_missing_first_post_is_listed_and_not_called_resolved(browser: Browser, stories: Home) -> None:
    """A deletion would pass unseen."""
    assert listed(browser, "/queue?list=gone") == [case_of(stories, "weibo:m1")]
    assert "作者自己删除" in words_of(browser.text("/queue?list=gone"))


def test_what_needs_review_says_why(desk_home: Home) -> None:
    """A person would be sent to look without knowing what for."""
    browser = browse(desk_home)
    wanted = set(desk_home.values("SELECT case_id FROM cases WHERE needs_review = 1"))
    assert set(listed(browser, "/queue?list=review&days=all")) == wanted


def test_a_signed_verdict_takes_the_case_off_the_review_list(worker: Browser, desk_home: Home) -> None:
    """What a person has looked at would come back for ever; or a new voice after it would be kept from them."""
    case_id = case_of(desk_home, "weibo:a1")
    assert case_id in listed(worker, "/queue?list=review&days=all")
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="电话核实过")
    assert case_id not in listed(worker, "/queue?list=review&days=all")
    later = (NOW + timedelta(hours=6)).isoformat()
    new = observed("b9", f"怎么还没人管！到今天还没有做上透析！{PLEA}", "07-11T08:00", author_id="u99")
    desk_home.settle(new | {"observed_at": later}, now=(NOW + timedelta(days=1)).isoformat())
    assert case_id in listed(worker, "/queue?list=review&days=all")


def test_filters_cut_the_list(browser: Browser, stories: Home) -> None:
    """A district's own desk would have to read the whole city."""
    wangxi = case_of(stories, "weibo:a1")
    assert listed(browser, "/queue?district=望溪区") == [wangxi]
    assert listed(browser, "/queue?district=东篱区") == []
    assert listed(browser, "/queue?category=dialysis") == [wangxi]
    assert listed(browser, "/queue?category=maternity") == []


def test_odd_addresses_are_read_as_the_plain_list(browser: Browser) -> None:
    """A broken bookmark would be a server error."""
    for query in ("list=nope", "page=-1", "page=99999999999999999999", "days=x", "page=²"):
        assert browser.get(f"/queue?{query}").status_code == 200


@pytest.mark.parametrize("name", desk_queue.LISTS)
@pytest.mark.parametrize("district", [None, "东篱区"])
@pytest.mark.parametrize("category", [None, "dialysis"])
def test_each_list_walks_an_index(stories: Home, name: str, district: str | None, category: str | None) -> None:
    """On a million posts the page would take seconds: some list would read a whole table."""
    conn = sqlite3.connect(stories.db)
    wanted = desk_queue.Wanted(NOW, NOW, district, category)
    for query in (desk_queue.page_query(name, wanted), desk_queue.count_query(name, wanted)):
        plan = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {query}", wanted.as_parameters())]
        assert not [step for step in plan if re.match(r"SCAN (c|p|cp|posts|cases|case_posts)\b(?!.*INDEX)", step)], plan
        if name in ("waiting", "review") and (district or category):
            walked = re.compile(r"SEARCH c USING .*INDEX cases_\w*by_(district|category) ")
            assert [step for step in plan if walked.match(step)], plan
    conn.close()


def test_copies_of_the_last_day_are_counted_from_the_little_table(stories: Home) -> None:
    """The fastest would not stand first: the table that is counted would differ from the posts."""
    counted = stories.rows("SELECT * FROM late_copies ORDER BY case_id, post_id")
    wanted = stories.rows(
        "SELECT cp.case_id, p.posted_at, cp.post_id FROM case_posts cp JOIN posts p USING (post_id)"
        " WHERE cp.is_stale = 1 AND cp.is_late = 1 ORDER BY cp.case_id, cp.post_id"
    )
    assert counted == wanted
    assert len(counted) >= 1


def test_the_board_of_clocks_says_what_the_views_say(stories: Home) -> None:
    """The desk and the analysts' file would tell two different answer rates."""
    store = read_store(stories.db)
    board = read_board(store)
    assert board.total == read_clock_totals(store)
    assert list(board.by_district) == read_clocks_by(store, "district")
    assert list(board.by_category) == read_clocks_by(store, "category")
    store.close()


def test_the_clocks_page_follows_an_act(worker: Browser, desk_home: Home) -> None:
    """The board would go on showing yesterday's figures."""
    before = re.findall(r"<b>(\d+)</b>", worker.text("/clocks"))
    case_id = case_of(desk_home, "weibo:x1")
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="电话核实")
    after = re.findall(r"<b>(\d+)</b>", worker.text("/clocks"))
    assert int(after[5]) == int(before[5]) + 1


def test_the_other_language_keeps_the_filters(browser: Browser) -> None:
    """A change of language would throw the list away."""
    page = browser.text("/queue?list=waiting&district=北汀区")
    found = re.search(r'href="([^"]+)" lang="en"', page)
    assert found is not None
    other = browser.text(unescape(found[1]))
    assert "Waiting for an answer" in other
    assert listed(browser, "/queue?list=waiting&district=北汀区") == re.findall(r'data-case="([^"]+)"', other)


def test_an_answer_leads_to_the_first_page_in_the_other_language(browser: Browser) -> None:
    """The link would ask for a page that only answers forms."""
    assert 'href="/?lang=en"' in browser.post("/ask", question="求助 老人").text
