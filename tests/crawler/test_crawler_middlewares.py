"""Retry-After, and leaving a host alone once it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import NIGHT_1, make_orders, read_crawl, run_crawls

from crawler.middlewares.retry_after import MAX_WAITS, read_wait
from crawler.middlewares.stop_at_wall import MAX_FAILURES, MAX_REFUSALS
from crawler.replica.server import Replica
from crawler.replica.world import World

NOW = datetime(2024, 7, 9, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Tue, 09 Jul 2024 02:01:30 GMT", 90.0),
        ("Tue, 09 Jul 2024 01:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: float | None) -> None:
    """A server that names a time would be asked again at once, as stock Scrapy does."""
    assert read_wait(header, NOW) == seconds


@pytest.fixture(scope="module")
def asked(
    world: World, serve: Callable[..., Replica], targets: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Replica]:
    """Replicas that were re-checked behind a wall, and lived to count the requests."""
    spool = tmp_path_factory.mktemp("spool")
    replicas = {wall: serve(world, NIGHT_1, wall) for wall in ("429", "418", "503", "reset", "html", "403@comments")}
    orders = {
        wall: make_orders(replica, spool / wall, NIGHT_1, targets=str(targets)) for wall, replica in replicas.items()
    }
    run_crawls([("weibo_recheck", settings) for settings in orders.values()])
    comments = read_crawl(spool / "403@comments", "weibo_recheck")
    told = {line["query"]: line["complete"] for line in comments.ledger[:-1] if line["query"] != "pictures"}
    assert told == {
        "post": 1,
        "timeline": 1,
        "comments": 0,
    }
    return replicas


def test_host_that_says_later_is_asked_a_few_times_only(asked: dict[str, Replica]) -> None:
    """A host that limits us would be asked for every target again and again."""
    assert asked["429"].asked.total() - asked["429"].asked["robots"] == 1 + MAX_WAITS


def test_wall_ends_the_host(asked: dict[str, Replica]) -> None:
    """A crawler that was told to stop would go on, and be shut out for longer."""
    assert asked["418"].asked.total() - asked["418"].asked["robots"] == 1


def test_host_that_does_not_answer_is_left_alone(asked: dict[str, Replica]) -> None:
    """A host in trouble would be asked for every target, with retries."""
    attempts = MAX_FAILURES * (1 + 2)  # each with RETRY_TIMES
    for wall in ("503", "reset"):
        # Twisted repeats a GET of its own accord when a kept connection turns out to be broken.
        assert asked[wall].asked.total() - asked[wall].asked["robots"] <= attempts + MAX_FAILURES


def test_host_that_answers_nothing_of_use_is_left_alone(asked: dict[str, Replica]) -> None:
    """An error page for every target would be fetched for every target."""
    # One more may be on its way while the last refusal is read.
    assert asked["html"].asked.total() - asked["html"].asked["robots"] in (MAX_REFUSALS, MAX_REFUSALS + 1)


def test_refused_comments_do_not_end_the_host(asked: dict[str, Replica]) -> None:
    """Comments of old posts are refused as a matter of course (403); posts and authors would not be read any more."""
    assert asked["403@comments"].asked["comments"] == 1
    assert asked["403@comments"].asked["timeline"] > 1
