"""What an earlier night has not seen is read first, and read back to: every family of spiders, at the replica."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Crawl, make_orders, read_crawl, run_crawls

from crawler.replica.bigworld import FIRST_DAY, make_world, write_world
from crawler.replica.bigworld_texts import TOPICS
from crawler.replica.pc import name_topic
from crawler.replica.server import Replica
from crawler.replica.world import World, load_world

pytestmark = pytest.mark.slow

NOW = FIRST_DAY + timedelta(days=9)
USUAL = NOW - timedelta(hours=30)
HOLE = NOW - timedelta(days=7)
ONE_PAGE = 40  # posts
WHOLE, MISSED = (topic.strip("#") for topic in TOPICS[:2])
FAMILIES = (
    "weibo_search",
    "weibo_pc_search",
    "feed",
    "weibo_supertopic",
    "mastodon",
    "liuyan",
    "rednet",
    "board",
)


def orders_of(spider: str, url: str) -> tuple[str, dict[str, str]]:
    """The query of the missed topic as the spider's ledger calls it, and its section, the missed topic second."""
    feeds = [f"{url}/weibo/keyword/{quote(topic)}?format=rss" for topic in (WHOLE, MISSED)]
    tags = [f"{url}/tags/{quote(topic)}" for topic in (WHOLE, MISSED)]
    topics = [name_topic(topic) for topic in (WHOLE, MISSED)]
    here: dict[str, Any] = {"base_url": url}
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "weibo_search": (MISSED, {}),
        "weibo_pc_search": (MISSED, here),
        "feed": (feeds[1], {"urls": feeds}),
        "weibo_supertopic": (topics[1], {"topics": topics}),
        "mastodon": (tags[1], {"tags": tags}),
        "liuyan": (f"liuyan {MISSED}", here),
        "rednet": (f"rednet {MISSED}", here),
        "board": (f"sample_board {MISSED}", here | {"boards": ["sample_board"]}),
    }
    query, section = known[spider]
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in section.items()]
    return query, {"": f"[{spider}]\n" + "\n".join(lines) + "\n"} if section else {}


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ten days of posts, in which every list is longer than a page."""
    folder = tmp_path_factory.mktemp("big")
    write_world(make_world(3600, 360, 1), folder)
    return load_world(folder)


@pytest.fixture(scope="module")
def crawls(
    big: World, serve: Callable[..., Replica], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Crawl]:
    """Each family after a whole night, and after one that missed the second topic."""
    folder, jobs = tmp_path_factory.mktemp("holes"), {}
    for spider in FAMILIES:
        for night in ("whole", "missed"):
            replica = serve(big, NOW.isoformat())
            replica.set_facts("feed_items=120")
            spool = folder / f"{spider}-{night}"
            query, section = orders_of(spider, replica.url)
            more = {"keywords": f"{WHOLE}|{MISSED}", "window_start": USUAL.isoformat(), "search_pages": "200"}
            if night == "missed":
                more["window_starts"] = json.dumps({query: HOLE.isoformat()})
            if section:
                spool.mkdir()
                (spool / "sources.toml").write_text(section[""], encoding="utf-8")
                more["sources"] = str(spool / "sources.toml")
            jobs[spider, night] = (spider, make_orders(replica, spool, NOW.isoformat(), **more))
    run_crawls(list(jobs.values()))
    return {key: read_crawl(Path(orders["HOUXU_SPOOL"]), key[0]) for key, (_spider, orders) in jobs.items()}


def is_about(line: dict[str, Any], topic: str) -> bool:
    """Whether an observation names a topic, in text or HTML."""
    return topic in (line["text"] or "")


@pytest.mark.parametrize("spider", [one for one in FAMILIES if one != "feed"])
def test_a_hole_is_read_back_to(spider: str, crawls: dict[tuple[str, str], Crawl]) -> None:
    """What was published while a site refused us would never be seen, on any site but one."""
    posted = {}
    for night in ("whole", "missed"):
        lines = [line for line in crawls[spider, night].observations if is_about(line, MISSED) and not line["reply_to"]]
        posted[night] = [datetime.fromisoformat(line["posted_at"]) for line in lines]
    assert len(posted["missed"]) > len(posted["whole"]) > 0
    assert min(posted["missed"]) < HOLE + timedelta(hours=12)


def test_a_feed_that_has_dropped_what_was_missed_says_so(crawls: dict[tuple[str, str], Crawl]) -> None:
    """A feed holds the newest items only: a night that it cannot make up for would be called complete."""
    lines = {night: crawls["feed", night].ledger for night in ("whole", "missed")}
    complete = {night: [line["complete"] for line in ledger[:-1]] for night, ledger in lines.items()}
    assert complete == {"whole": [1, 1], "missed": [0, 1]}
    assert "do not reach back" in lines["missed"][0]["note"]


@pytest.mark.parametrize("spider", FAMILIES)
def test_a_hole_is_filled_first(spider: str, crawls: dict[tuple[str, str], Crawl]) -> None:
    """The day's budget would be used up before the hole is filled, night after night."""
    lines = [line for line in crawls[spider, "missed"].observations if not line["reply_to"]]
    last = max(at for at, line in enumerate(lines) if is_about(line, MISSED))
    between = sum(is_about(line, WHOLE) for line in lines[:last])
    assert is_about(lines[0], MISSED)
    assert between <= ONE_PAGE  # which was under way before anybody knew that there was a second page
