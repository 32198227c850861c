"""Each spider against the replica, by its command line and in company."""

from __future__ import annotations

import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NIGHT_1, NIGHT_2, Crawl, make_orders, read_crawl, run_crawls, run_scrapy, start_scrapy

from crawler.replica.server import Replica
from crawler.replica.world import World
from crawler.spool import read_spool_lines

Serve = Callable[..., Replica]

SEARCH, RECHECK = "weibo_search", "weibo_recheck"
KNOWN_PAST = "2024-07-08T23:45:00+08:00"


@pytest.fixture(scope="module")
def crawls(
    world: World, serve: Serve, targets: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Crawl, Replica]]:
    """Crawls by name, each with the replica that it asked."""
    aims = {"targets": str(targets)}
    plans = {
        "search 2": (SEARCH, NIGHT_2, "login", {"keywords": "求助|求扩散"}),
        "search to the known past": (SEARCH, NIGHT_1, "login", {"keywords": "求助", "window_start": KNOWN_PAST}),
        "search for nothing": (SEARCH, NIGHT_1, "login", {"keywords": "没有人写过的词|求扩散"}),
        "search for nothing alone": (SEARCH, NIGHT_1, "login", {"keywords": "没有人写过的词"}),
        "search as guest": (SEARCH, NIGHT_1, "visitor", {"keywords": "求助"}),
        "recheck 1": (RECHECK, NIGHT_1, "login", aims),
        "recheck 2": (RECHECK, NIGHT_2, "login", aims | {"window_start": NIGHT_1}),
        "recheck as guest": (RECHECK, NIGHT_1, "visitor", aims),
    }
    spool = tmp_path_factory.mktemp("spool")
    replicas = {name: serve(world, now, access=access) for name, (_, now, access, _) in plans.items()}
    run_crawls(
        [
            (spider, make_orders(replicas[name], spool / name, now, **orders))
            for name, (spider, now, _, orders) in plans.items()
        ]
    )
    return {name: (read_crawl(spool / name, plan[0]), replicas[name]) for name, plan in plans.items()}


Crawls = dict[str, tuple[Crawl, Replica]]


def test_search_hands_over_whole_texts_reposts_and_tombstones(crawls: Crawls, ids: dict[str, str]) -> None:
    """A night's discovery would miss a plea, cut it, or lose what a repost says of the post that it carries."""
    crawl, _replica = crawls["search 2"]
    found = {line["id"]: line for line in crawl.observations}
    plea = found[ids["p003"]]
    assert "姓桂" in plea["text"]
    assert "全文" not in plea["text"]
    assert plea["observed_at"] == NIGHT_2
    assert plea["posted_at"] == "2024-07-08T22:04:00+08:00"
    assert plea["counts"] == {"reposts": 1_000_000, "comments": 356, "likes": 9800}
    assert found[ids["p004"]]["repost_of"] == ids["p003"]
    assert found[ids["p006"]]["edited_at"] == "2024-07-09T09:30:00+08:00"
    assert found[ids["p011"]]["author_kind"] == "media"
    assert {symbol: found[ids[symbol]]["availability"] for symbol in ("p007", "p008")} == {
        "p007": "deleted_by_author",
        "p008": "removed_by_platform",
    }
    assert found[ids["p007"]]["text"] is None
    assert len(crawl.observations) == len(found)
    assert [line["complete"] for line in crawl.ledger if line["query"] != "*"] == [1, 1]
    assert crawl.line("*")["finished"] is True


def test_search_stops_at_the_known_past(crawls: Crawls, ids: dict[str, str]) -> None:
    """A night would page through all of history, or say that it was covered without reaching the known past."""
    crawl, replica = crawls["search to the known past"]
    assert replica.asked["search"] == 1
    assert crawl.line("求助")["complete"] == 1
    assert ids["p019"] in crawl.availabilities()
    assert ids["p003"] not in crawl.availabilities()


def test_empty_search_is_an_error_until_another_keyword_finds_something(crawls: Crawls) -> None:
    """A limited crawler would look like a quiet day, or a keyword that nobody uses yet would spoil every night."""
    alone, _replica = crawls["search for nothing alone"]
    in_company, _replica = crawls["search for nothing"]
    assert (alone.line("没有人写过的词")["complete"], alone.line("没有人写过的词")["refused"]) == (0, 1)
    assert (in_company.line("没有人写过的词")["complete"], in_company.line("没有人写过的词")["refused"]) == (1, 0)


def test_recheck_reads_posts_authors_and_comments(crawls: Crawls, ids: dict[str, str]) -> None:
    """An author's later word would be missed, or a post that is gone would not be told by who took it away."""
    crawl, _replica = crawls["recheck 2"]
    found = {line["id"]: line for line in crawl.observations}
    assert {symbol: found[ids[symbol]]["availability"] for symbol in ("p000", "p007", "p008", "p009", "p010")} == {
        "p000": "age_limited",
        "p007": "deleted_by_author",
        "p008": "removed_by_platform",
        "p009": "account_gone",
        "p010": "hidden_by_author",
    }
    assert found[ids["p020"]]["repost_of"] == ids["p003"]
    reply = found[ids["c003"]]
    assert (reply["reply_to"], reply["author_id"], reply["author_name"]) == (ids["p003"], "2100000001", "望溪的阿桂")
    assert found[ids["c001"]]["author_kind"] == "official"
    assert found[ids["c005"]]["reply_to"] == ids["p003"]
    assert found[ids["c002"]]["author_name"] is None
    assert {line["query"]: line["complete"] for line in crawl.ledger[:-1]} == {"post": 1, "timeline": 1, "comments": 1}


def test_recheck_asks_each_author_once(crawls: Crawls) -> None:
    """An author with several pleas would be asked for the same page several times a night."""
    crawl, replica = crawls["recheck 1"]
    authors = {line["author_id"] for line in crawl.observations if line["reply_to"] is None}
    assert replica.asked["timeline"] == len(authors)


def test_recheck_pages_comments_to_the_end(crawls: Crawls, ids: dict[str, str]) -> None:
    """An author's "it arrived" on the second page of comments would never be read."""
    crawl, _replica = crawls["recheck 1"]
    assert ids["c030"] in crawl.availabilities()
    assert crawl.line("comments")["complete"] == 1


def test_guest_access_is_enough_to_be_useful(crawls: Crawls, ids: dict[str, str]) -> None:
    """With first pages only, the night would give up instead of reading them, or not say what it missed."""
    search, _replica = crawls["search as guest"]
    assert ids["p019"] in search.availabilities()
    assert (search.line("求助")["complete"], search.line("求助")["refused"]) == (0, 1)
    assert "login wanted" in search.line("求助")["note"]
    recheck, _replica = crawls["recheck as guest"]
    assert set(recheck.availabilities().values()) == {"visible"}
    assert ids["c001"] in recheck.availabilities()


def test_killed_crawl_leaves_a_readable_spool(world: World, serve: Serve, tmp_path: Path) -> None:
    """A crash would lose what was already read, or a second run of the same night would be lost behind its ruins."""
    replica = serve(world, NIGHT_1)
    orders = make_orders(replica, tmp_path, NIGHT_1, keywords="求助") | {"DOWNLOAD_DELAY": "0.2"}
    spool = tmp_path / "weibo_search.jsonl.gz"
    process = start_scrapy(SEARCH, orders)
    while not (spool.exists() and spool.stat().st_size > 2000):
        assert process.poll() is None, "ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = list(read_spool_lines(spool))
    assert before
    assert not (tmp_path / "weibo_search.ledger.jsonl").exists()
    run_scrapy(SEARCH, orders | {"DOWNLOAD_DELAY": "0"})
    after = list(read_spool_lines(spool))
    assert after[: len(before)] == before
    assert len(set(after)) == 18
    assert stat.S_IMODE(spool.stat().st_mode) == 0o600


def test_full_disk_ends_the_crawl_with_what_was_written(world: World, serve: Serve, tmp_path: Path) -> None:
    """A crawl would go on asking a site for words that it cannot keep, or ruin those that it kept."""
    replica = serve(world, NIGHT_1)
    orders = make_orders(replica, tmp_path, NIGHT_1, keywords="求助")
    code, said = run_scrapy(SEARCH, orders, "ulimit -f 6")  # blocks of 512 bytes
    assert code == 0
    assert "spool not written: File too large" in said
    crawl = read_crawl(tmp_path, SEARCH)
    assert 0 < len(crawl.observations) < 18
    assert crawl.line("*")["finished"] is False
    assert "姓桂" not in said


def test_missing_orders_are_one_line_and_exit_code_2(tmp_path: Path) -> None:
    """Whoever forgets an order would get a traceback, or a crawl of the real site without a contact."""
    orders = {"HOUXU_KEYWORDS": "求助", "HOUXU_BASE_URL": "https://m.weibo.cn", "HOUXU_SPOOL": str(tmp_path)}
    code, said = run_scrapy(SEARCH, orders)
    assert code == 2
    assert "HOUXU_CONTACT is missing" in said
    assert "Traceback" not in said
