"""The spiders of the other sites before every wall: none may ever look like something that happened to a post."""

from __future__ import annotations

import pytest
from conftest import NIGHT_2, Crawl
from matrix import FIRST, HARMLESS, SECOND, Key, Outcome, judge, run_matrix, write_table
from site_plans import SITE_SPIDERS

from crawler.replica.world import World

pytestmark = pytest.mark.slow

# One of each kind, to keep the tests quick: a status, a wait, a fault of the server, a page, a broken body, a broken
# connection, an answer of another site. The command runs all of them, everywhere.
LATE = ("432", "429", "503", "captcha", "cut", "html", "reset", "slow")
EARLY = ("passport", "empty", "cut", "slow")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Outcome]:
    """Walls after one good page of each kind, and some before the first."""
    folder = tmp_path_factory.mktemp("matrix")
    late = run_matrix(SITE_SPIDERS, LATE, [SECOND], folder / "late")
    return late | run_matrix(SITE_SPIDERS, EARLY, [FIRST], folder / "early")


def test_no_wall_breaks_a_promise(outcomes: dict[Key, Outcome]) -> None:
    """A plea would be shown as deleted, with other words, or be missing from a night that calls itself complete."""
    broken = {key: outcome.faults for key, outcome in outcomes.items() if outcome.faults}
    assert not broken


@pytest.mark.parametrize("spider", SITE_SPIDERS)
def test_ledger_says_refused_and_not_complete(spider: str, outcomes: dict[Key, Outcome]) -> None:
    """A night with a hole would pass for a quiet one (ARCHITECTURE A3.4)."""
    for (name, wall, place), outcome in outcomes.items():
        if name == spider and place == FIRST and wall not in HARMLESS:
            assert not outcome.is_complete, wall
            assert outcome.refused or wall == "cut", wall  # a cut feed is read up to its cut, and says so


@pytest.mark.parametrize("spider", SITE_SPIDERS)
def test_slow_site_is_read_in_full(spider: str, outcomes: dict[Key, Outcome]) -> None:
    """A slow answer would be taken for a refusal."""
    assert str(outcomes[spider, "slow", FIRST]) == str(outcomes[spider, "slow", SECOND]) == "all"


def test_judge_sees_what_it_is_there_to_see(world: World) -> None:
    """The matrix would print a clean table whatever happened."""
    from datetime import datetime

    scene = world.at(datetime.fromisoformat(NIGHT_2))
    post = next(post for post in scene.posts.values() if post.gone is None)
    line = {"id": post.native_id, "availability": "visible", "text": "求助"}
    done = {"query": "q", "complete": 1, "refused": 0}
    end = {"query": "*", "finished": True}
    whole = Crawl([line], [done, end])
    assert judge(whole, whole, scene).faults == ()
    assert judge(Crawl([line | {"availability": "deleted_by_author"}], [done, end]), whole, scene).faults == ("WRONG",)
    assert judge(Crawl([line | {"text": "求"}], [done, end]), whole, scene).faults == ("CHANGED",)
    assert judge(Crawl([], [done, end]), whole, scene).faults == ("LOST",)
    assert judge(Crawl([], [done | {"complete": 0}, end]), whole, scene).faults == ()
    assert "LOST" in write_table({("feed", "cut", ""): judge(Crawl([], [done, end]), whole, scene)})
