"""What the scheduler is told of a case, from what the store has seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.night.rechecking import Answers, choose_orders, read_answers, remember_answers
from pipeline.scheduling.facts import CaseFacts, Order, Rank
from pipeline.scheduling.target import target_of
from pipeline.scheduling.watchers import Watcher, list_watchers
from pipeline.settings import Settings
from pipeline.store.database import Store, open_store
from pipeline.store.runs import start_run
from pipeline.store.schedule import Sighting as Seen
from pipeline.store.schedule import count_growth, count_outcomes, find_gone, read_facts, read_known_long, write_orders
from pipeline.times import parse_time
from tests.process.home import NOW, OTHER_PLEA, PLEA, Home, deleted, observed, seen_again

DAY = timedelta(days=1)
ROOT = DATA_DIR.parent
WEIBO = Watcher("weibo_recheck", ("weibo",), reads_authors=True)
now = parse_time(NOW)


@pytest.fixture
def plea(home: Home) -> Home:
    """One plea of 8 July, seen that day, and its copy of 11 July."""
    counts = {"reposts": 3, "comments": 2, "likes": 0}
    home.settle(
        observed("1", PLEA, counts=counts),
        observed("2", PLEA, at="07-11T10:00", author_id="u2", repost_of=None),
    )
    return home


def facts_of(home: Home, at: datetime = now) -> dict[str, CaseFacts]:
    """The facts by post id."""
    store = open_store(home.db)
    found = {case.post_id: case for case in read_facts(store, WEIBO, at, 14)}
    store.close()
    return found


def test_a_plea_that_was_found_is_known_as_never_read(plea: Home) -> None:
    """A new case would wait for its turn among the quiet ones."""
    case = facts_of(plea)["weibo:1"]
    assert (case.looked_at, case.author_id, case.gone) == (None, "weibo:u1", None)
    assert case.moved_at == parse_time("2024-07-11T10:00:00+08:00")


def test_spread_counts_what_others_posted_in_the_last_day(plea: Home) -> None:
    """A plea that goes round would be taken for quiet, or be looked at every night for what was said a week ago."""
    assert facts_of(plea)["weibo:1"].spread == 1
    assert facts_of(plea, now + DAY)["weibo:1"].spread == 0


def test_a_growing_counter_is_spread_too(plea: Home) -> None:
    """Reposts that no search shows would count for nothing."""
    line = observed("1", PLEA, counts={"reposts": 40, "comments": 2, "likes": 0})
    plea.settle(seen_again(line, at="07-12T01:00"))
    assert facts_of(plea)["weibo:1"].spread == 37


@pytest.mark.parametrize(
    ("reposts", "growth"), [([(0, 5)], 0), ([(2, 5), (0, 9)], 4), ([(2, 9), (0, 5)], 0), ([(2, None), (0, 5)], 0)]
)
def test_growth_needs_a_count_from_before(reposts: list[tuple[int, int | None]], growth: int) -> None:
    """The first sight of an old plea would look like a wave."""
    seen = [Seen(now - days * DAY, "visible", count, None) for days, count in reposts]
    assert count_growth(seen, now - DAY) == growth


def test_gone_is_counted_from_its_first_sight_in_a_row(plea: Home) -> None:
    """A post that came back would be "gone" since the first time."""
    line = observed("1", PLEA)
    plea.settle(deleted(line, at="07-11T20:00"), deleted(line, at="07-11T22:00"))
    gone = facts_of(plea)["weibo:1"].gone
    assert gone is not None
    assert (gone.last_at - gone.first_at, gone.availability) == (timedelta(hours=2), "deleted_by_author")
    visible = Seen(now, "visible", None, None)
    assert find_gone([Seen(now - DAY, "deleted_by_author", None, None), visible]) is None


def answer(home: Home, *lines: str) -> None:
    """Tell the store what a crawl said."""
    path = home.folder / "answers.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    store = open_store(home.db)
    remember_answers(store, "night", WEIBO.spider, read_answers([path]))
    store.close()


TIMELINE = (
    '{"kind":"timeline","subject":"u1","outcome":"read","read_at":"%s","posts":[],"from_at":"%s",'
    '"newest_id":"9","total":null}'
)


def test_an_author_whose_page_was_read_is_known_until_then(plea: Home) -> None:
    """An author would be read from the beginning every night, or not back to a plea that was found later."""
    answer(plea, TIMELINE % ("2024-07-11T02:00:00+08:00", "2024-07-08T00:00:00+08:00"))
    assert facts_of(plea)["weibo:1"].looked_at == parse_time("2024-07-11T02:00:00+08:00")


def test_a_plea_older_than_what_was_read_of_its_author_counts_as_never_read(plea: Home) -> None:
    """What the author said between the two pleas would never be read."""
    answer(plea, TIMELINE % ("2024-07-11T02:00:00+08:00", "2024-07-10T00:00:00+08:00"))
    assert facts_of(plea)["weibo:1"].looked_at is None
    answer(plea, TIMELINE % ("2024-07-12T02:00:00+08:00", "2024-07-08T00:00:00+08:00"))
    answer(plea, TIMELINE % ("2024-07-12T03:00:00+08:00", "2024-07-12T00:00:00+08:00"))
    assert facts_of(plea)["weibo:1"].looked_at == parse_time("2024-07-12T03:00:00+08:00")


def test_comments_that_were_not_read_to_the_end_are_not_taken_for_known(plea: Home) -> None:
    """An author's reply on a page that nobody read would be skipped for good."""
    line = '{"kind":"comments","subject":"1","outcome":"read","read_at":"2024-07-11T02:00:00+08:00","posts":[],'
    answer(plea, line + '"from_at":null,"newest_id":"77","total":2}')
    assert facts_of(plea)["weibo:1"].comments_total == 2
    answer(plea, line + '"from_at":null,"newest_id":"78","total":null}')
    case = facts_of(plea)["weibo:1"]
    assert (case.comments_total, case.comments_newest_id) == (None, "78")


def test_a_cut_line_of_answers_is_passed_over(plea: Home) -> None:
    """A crawl that was killed while it wrote would end every night after it."""
    answer(plea, TIMELINE % ("2024-07-11T02:00:00+08:00", "2024-07-08T00:00:00+08:00"), '{"kind":"tim')
    assert facts_of(plea)["weibo:1"].looked_at is not None


def test_orders_can_be_read_with_their_reasons(plea: Home) -> None:
    """An operator who asks why a post is fetched would find nothing in the database."""
    plea.settle(observed("3", OTHER_PLEA, at="07-11T23:00", author_id="u3"))
    store = open_store(plea.db)
    orders = choose_orders(store, Settings(), WEIBO, 50, now)
    with store.writing() as conn:
        conn.execute("INSERT INTO runs (run_id, kind, started_at) VALUES ('night', 'nightly', '2024-07-12T00:00:00Z')")
    write_orders(store, "night", WEIBO.spider, orders)
    write_orders(store, "night", WEIBO.spider, orders)
    remember_answers(store, "night", WEIBO.spider, read_answers([]))
    rows = store.conn.execute("SELECT post_id, reason, looks, outcome FROM recheck_orders ORDER BY position").fetchall()
    store.close()
    assert [row["post_id"] for row in rows] == ["weibo:1", "weibo:3"]
    assert all("never read" in row["reason"] and row["looks"] == "timeline" for row in rows)
    assert {row["outcome"] for row in rows} == {None}


def test_the_crawler_is_told_ids_without_their_platform() -> None:
    """It would ask the site for `weibo:1`."""
    case = CaseFacts("c", "weibo:1", "weibo:u1", now, now, 0, False, now - DAY, comments_total=3)
    target = target_of(Order(case, Rank.QUIET, ("timeline",), "why", now)).as_dict()
    assert (target["id"], target["author_id"], target["is_urgent"]) == ("1", "u1", False)
    assert (target["checked_at"], target["comments_total"]) == ("2024-07-10T18:00:00Z", 3)


def test_only_whole_long_texts_count_as_known(home: Home) -> None:
    """A plea whose end was never read would be left as it is, for good."""
    home.settle(observed("1", PLEA + PLEA), observed("2", PLEA + "……全文"), observed("3", "求助，很短"))
    store: Store = open_store(home.db)
    assert [native_id for native_id, _edited in read_known_long(store, now - 14 * DAY)] == ["1"]
    store.close()


def test_a_second_household_in_a_case_has_its_own_author_watched(home: Home) -> None:
    """Two pleas that were taken for one: the family that is not the origin's would never be heard again (A3.1)."""
    other = PLEA.replace("13900001234", "15200007788")
    home.settle(
        observed("1", PLEA),
        observed("2", other, at="07-09T10:00", author_id="u2"),
        observed("3", "帮转！" + other, at="07-09T12:00", author_id="u3"),
        observed("4", "帮转！" + PLEA, at="07-09T13:00", author_id="u4"),
    )
    assert home.run("judge", "same", "weibo:1", "weibo:2", "--by", "a person").code == 0
    home.settle()
    assert home.values("SELECT COUNT(*) FROM cases") == [1]
    assert {case.author_id for case in facts_of(home).values()} == {"weibo:u1", "weibo:u2"}


BOARD = Watcher("liuyan", ("liuyan",), reads_authors=False)


def enter_order(home: Home, watcher: Watcher, at: str, outcome: str) -> None:
    """Tell the store of a night in which the watcher's orders had this outcome."""
    store = open_store(home.db)
    run_id = f"night-{at}"
    start_run(store, run_id, "nightly", parse_time(at))
    orders = choose_orders(store, Settings(), watcher, 50, parse_time(at))
    write_orders(store, run_id, watcher.spider, orders)
    answers = tuple((order.case.post_id, outcome) for order in orders)
    remember_answers(store, run_id, watcher.spider, Answers((), answers))
    store.close()


def watched_by(home: Home, watcher: Watcher) -> dict[str, CaseFacts]:
    """The facts that a watcher is told, by post id."""
    store = open_store(home.db)
    found = {case.post_id: case for case in read_facts(store, watcher, now, 14)}
    store.close()
    return found


@pytest.fixture
def letter(home: Home) -> Home:
    """A letter on a board, and the same words on Weibo later."""
    home.settle(
        observed("7", PLEA, author_id=None) | {"platform": "liuyan"},
        observed("1", PLEA, at="07-09T10:00"),
    )
    assert home.values("SELECT COUNT(*) FROM cases") == [1]
    return home


def test_each_platform_of_a_case_has_its_own_plea_watched(letter: Home) -> None:
    """The office answers on the board and the author on Weibo: whoever watches one of them misses the other."""
    assert set(watched_by(letter, BOARD)) == {"liuyan:7"}
    assert set(watched_by(letter, WEIBO)) == {"weibo:1"}


def test_where_authors_have_no_page_the_post_is_asked_for(letter: Home) -> None:
    """A spider would be sent to a page that its site does not have."""
    store = open_store(letter.db)
    (order,) = choose_orders(store, Settings(), BOARD, 50, now)
    (by_api,) = choose_orders(store, Settings(), Watcher("weibo_api", ("weibo",), reads_authors=False), 50, now)
    store.close()
    assert (order.looks, order.rank, by_api.looks, by_api.case.author_id) == (("post",), Rank.NEW, ("post",), None)


def test_only_an_order_that_was_read_counts_as_a_look(letter: Home) -> None:
    """A letter that the board refused to show would wait as long as one that was read."""
    enter_order(letter, BOARD, "2024-07-10T02:00:00+08:00", "refused")
    assert watched_by(letter, BOARD)["liuyan:7"].looked_at is None
    enter_order(letter, BOARD, "2024-07-11T02:00:00+08:00", "read")
    assert watched_by(letter, BOARD)["liuyan:7"].looked_at == parse_time("2024-07-11T02:00:00+08:00")
    assert watched_by(letter, WEIBO)["weibo:1"].looked_at is None


def test_two_spiders_orders_of_a_night_stand_side_by_side(letter: Home) -> None:
    """The second spider's orders would take the first one's place, and its outcomes be lost."""
    at = "2024-07-11T02:00:00+08:00"
    enter_order(letter, BOARD, at, "read")
    enter_order(letter, WEIBO, at, "refused")
    store = open_store(letter.db)
    rows = store.conn.execute("SELECT position, spider, outcome FROM recheck_orders ORDER BY position").fetchall()
    counts = count_outcomes(store, f"night-{at}"), count_outcomes(store, f"night-{at}", "liuyan")
    store.close()
    assert [tuple(row) for row in rows] == [(1, "liuyan", "read"), (2, "weibo_recheck", "refused")]
    assert counts == ({"read": 1, "refused": 1, "left": 0}, {"read": 1, "refused": 0, "left": 0})


def test_every_watcher_of_the_table_is_a_spider_and_a_platform() -> None:
    """A slip in the table would leave a platform's cases unwatched without a word."""
    spiders = {path.stem for path in (ROOT / "crawler" / "spiders").glob("*.py")}
    platforms = {row["platform"] for _line, row in read_table(DATA_DIR / "platforms.tsv")}
    watchers = list_watchers()
    assert {one.spider for one in watchers} <= spiders
    assert {platform for one in watchers for platform in one.platforms} <= platforms
    assert [one.spider for one in watchers if one.reads_authors] == ["weibo_recheck"]
