"""A search page that could only show the known past is not asked for; anything less certain still is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from conftest import Crawl, make_orders, read_crawl, run_crawls

from crawler.replica.bigworld import FIRST_DAY, make_world, write_world
from crawler.replica.containers import PAGE_POSTS
from crawler.replica.server import Replica
from crawler.replica.world import Scene, World, load_world
from crawler.weibo.ids import read_id_time

pytestmark = pytest.mark.slow

NIGHT_1, NIGHT_2 = (FIRST_DAY + timedelta(days=days) for days in (6, 7))
WORD = "#澜州求助#"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Seven days of posts."""
    folder = tmp_path_factory.mktemp("edge")
    write_world(make_world(2000, 200, 1), folder)
    return load_world(folder)


def find_edge(scene: Scene) -> tuple[datetime, int]:
    """A start of the window just behind the last post of a page of the second night, and that page's number.

    The page ends more than a day ago, so that the first night listed it.
    """
    posts = scene.find(WORD)
    for page in range(2, len(posts) // PAGE_POSTS):
        last, following = posts[page * PAGE_POSTS - 1], posts[page * PAGE_POSTS]
        gap = last.posted_at - following.posted_at
        if last.posted_at < NIGHT_1 - timedelta(hours=2) and gap > timedelta(minutes=2):
            return following.posted_at + gap / 2, page
    raise AssertionError("no page ends where this test needs one to end")


@pytest.fixture(scope="module")
def nights(big: World, serve: Callable[..., Replica], tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many pages a second night asks for: with the memory of a whole first night, of a cut one, and of none."""
    folder = tmp_path_factory.mktemp("nights")
    start, page = find_edge(big.at(NIGHT_2))
    asked = {"page": page}
    for name, limit in (("whole", "50"), ("cut", "2"), ("none", "")):
        replica, seen = serve(big, NIGHT_1.isoformat()), folder / name
        orders = {"keywords": WORD, "bookmarks": str(folder / f"{name}.json")}
        if limit:
            more = orders | {"search_pages": limit, "window_start": (start - timedelta(days=1)).isoformat()}
            run_crawls([("weibo_search", make_orders(replica, seen / "1", NIGHT_1.isoformat(), **more))])
        asked[f"{name} kept"] = (folder / f"{name}.json").is_file()
        replica.set_clock(NIGHT_2)
        replica.asked.clear()
        more = orders | {"window_start": start.isoformat()}
        run_crawls([("weibo_search", make_orders(replica, seen / "2", NIGHT_2.isoformat(), **more))])
        crawl: Crawl = read_crawl(seen / "2", "weibo_search")
        assert crawl.line(WORD)["complete"] == 1
        asked[name] = replica.asked["search"]
        asked[f"{name} seen"] = sum((read_id_time(one["id"]) or start) >= start for one in crawl.observations)
    return asked


def test_page_behind_the_oldest_known_post_of_the_window_is_not_asked_for(nights: dict[str, int]) -> None:
    """Every night would ask for one page a keyword that tells nothing, because the window ends where a page ends."""
    assert nights["whole"] == nights["page"]
    assert nights["whole seen"] == nights["none seen"] > PAGE_POSTS


@pytest.mark.parametrize("name", ["cut", "none"])
def test_without_a_whole_search_before_the_page_is_asked_for(name: str, nights: dict[str, int]) -> None:
    """What nobody listed yet would be taken for known, and posts behind it never be seen."""
    assert nights[name] == nights["page"] + 1


def test_only_a_whole_search_is_remembered(nights: dict[str, int]) -> None:
    """A hole would hide behind the memory of the night that left it."""
    assert [nights[f"{name} kept"] for name in ("whole", "cut", "none")] == [True, False, False]
