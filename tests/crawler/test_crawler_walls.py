"""Every wall of the replica before every spider: none may ever look like something that happened to a post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from conftest import NIGHT_2, Crawl, make_orders, read_crawl, run_crawls

from crawler.replica.server import Replica
from crawler.replica.walls import WALLS
from crawler.replica.world import World

pytestmark = pytest.mark.slow

SPIDERS = {"weibo_search": {"keywords": "求助|求扩散"}, "weibo_recheck": {}}
HARMLESS = {"slow"}
REFUSALS = sorted(set(WALLS) - HARMLESS)
# A wall from the first request, one that rises in the middle, and one before the second opinion only.
PLACES = ("", "+3", "@detail")

# What may be said of a post by what happened to it: the truth, or less where the page that says more was refused.
MAY_BE_SAID_OF = {
    None: ("visible",),
    "deleted_by_author": ("deleted_by_author", "not_found"),
    "removed_by_platform": ("removed_by_platform", "not_found"),
    "hidden_by_author": ("hidden_by_author", "not_found"),
    "age_limited": ("age_limited", "hidden_by_author"),
    "account_gone": ("account_gone", "not_found"),
}

Key = tuple[str, str, str]


@pytest.fixture(scope="module")
def matrix(
    world: World, serve: Callable[..., Replica], targets: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[Key, Crawl]:
    """The crawl of each (spider, wall, place), all in one process."""
    spool = tmp_path_factory.mktemp("walls")
    jobs = {}
    for spider, orders in SPIDERS.items():
        for wall in WALLS:
            for place in PLACES if spider == "weibo_recheck" else PLACES[:2]:
                replica = serve(world, NIGHT_2, f"{wall}{place}")
                folder = spool / f"{spider}-{wall}{place}"
                wanted = orders or {"targets": str(targets)}
                settings = make_orders(replica, folder, NIGHT_2, **wanted) | {"LOG_LEVEL": "ERROR"}
                jobs[spider, wall, place] = (spider, settings)
    run_crawls(list(jobs.values()))
    return {key: read_crawl(Path(orders["HOUXU_SPOOL"]), spider) for key, (spider, orders) in jobs.items()}


@pytest.mark.parametrize("wall", sorted(WALLS))
def test_no_wall_changes_what_is_said_of_a_post(wall: str, matrix: dict[Key, Crawl], world: World) -> None:
    """A plea would be shown as deleted or removed because the site refused us (ARCHITECTURE A3.3)."""
    scene = world.at(datetime.fromisoformat(NIGHT_2))
    for key, crawl in matrix.items():
        for native_id, availability in crawl.availabilities().items() if key[1] == wall else ():
            truth = scene.posts[native_id].gone if native_id in scene.posts else None
            assert availability in ("blocked", *MAY_BE_SAID_OF[truth]), key


@pytest.mark.parametrize("wall", REFUSALS)
def test_full_wall_yields_blocked_targets_and_nothing_else(wall: str, matrix: dict[Key, Crawl]) -> None:
    """A night behind a wall would report something of the posts that it never saw."""
    recheck = matrix["weibo_recheck", wall, ""]
    assert set(recheck.availabilities().values()) == {"blocked"}
    assert all(line["text"] is None for line in recheck.observations)
    assert matrix["weibo_search", wall, ""].observations == []


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("spider", SPIDERS)
@pytest.mark.parametrize("wall", REFUSALS)
def test_ledger_says_refused_and_not_complete(wall: str, spider: str, place: str, matrix: dict[Key, Crawl]) -> None:
    """A night with a hole would pass for a quiet one (ARCHITECTURE A3.4)."""
    ledger = matrix[spider, wall, place].ledger
    assert any(line["refused"] and not line["complete"] and line["note"] for line in ledger[:-1])
    assert all(not line["refused"] or not line["complete"] for line in ledger[:-1])
    assert ledger[-1]["query"] == "*"
    assert ledger[-1]["finished"] is True


@pytest.mark.parametrize("wall", sorted(HARMLESS))
def test_slow_site_is_read_in_full(wall: str, matrix: dict[Key, Crawl]) -> None:
    """A slow answer would be taken for a refusal."""
    for spider in SPIDERS:
        assert all(line["complete"] for line in matrix[spider, wall, ""].ledger[:-1])


def test_second_opinion_behind_a_wall_leaves_the_first(matrix: dict[Key, Crawl], ids: dict[str, str]) -> None:
    """A post that the site says is not there would be lost because the page that says why was refused."""
    for wall in REFUSALS:
        found = matrix["weibo_recheck", wall, "@detail"].availabilities()
        assert found[ids["p009"]] in ("not_found", "blocked"), wall


def test_without_any_access_everything_is_blocked(
    world: World, serve: Callable[..., Replica], targets: Path, tmp_path: Path
) -> None:
    """Where a site wants a visitor cookie for everything (432), posts would look as if they were gone."""
    replica = serve(world, NIGHT_2, access="none")
    run_crawls([("weibo_recheck", make_orders(replica, tmp_path, NIGHT_2, targets=str(targets)))])
    assert set(read_crawl(tmp_path, "weibo_recheck").availabilities().values()) == {"blocked"}
