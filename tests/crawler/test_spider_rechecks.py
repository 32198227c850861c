"""How the other sites' spiders look again: after discovery, within the budget, once, and nowhere they must not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import NIGHT_2, Crawl, make_orders, read_crawl, run_crawls
from site_plans import write_sources

from crawler.replica.server import Replica
from crawler.replica.world import World

pytestmark = pytest.mark.slow

START = "2024-07-08T02:00:00+08:00"


class Looks:
    """Crawls with targets, to be run in one process."""

    def __init__(self, world: World, serve: Callable[..., Replica], ids: dict[str, str], folder: Path) -> None:
        self._world, self._serve, self._folder, self.ids = world, serve, folder, ids
        self.jobs: dict[str, tuple[str, dict[str, str]]] = {}
        self.replicas: dict[str, Replica] = {}

    def add(self, name: str, spider: str, targets: list[dict[str, Any]], **orders: str) -> None:
        """Plan a crawl; `HOST` in a target's id is the replica's."""
        replica, spool = self._serve(self._world, NIGHT_2), self._folder / name
        sources = write_sources(spool, replica.url, self.ids)
        replica.log_path = spool / "replica.log"
        host = replica.url.removeprefix("http://")
        lines = [json.dumps({"author_id": None} | one).replace("HOST", host) for one in targets]
        (spool / "targets.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        more = {"targets": str(spool / "targets.jsonl"), "window_start": START} | orders
        self.replicas[name] = replica
        self.jobs[name] = (spider, make_orders(replica, spool, NIGHT_2, **more) | sources)

    def spool(self, name: str) -> Path:
        """Where a crawl writes."""
        return Path(self.jobs[name][1]["HOUXU_SPOOL"])

    def crawl(self, name: str) -> Crawl:
        """What a crawl left."""
        return read_crawl(self.spool(name), self.jobs[name][0])

    def answers(self, name: str) -> list[dict[str, Any]]:
        """What it said of its orders."""
        path = self.spool(name) / f"{self.jobs[name][0]}.answers.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def asked(self, name: str) -> list[str]:
        """The endpoints that the replica was asked for, in order."""
        lines = self.replicas[name].log_path.read_text(encoding="utf-8").splitlines()  # type: ignore[union-attr]
        return [line.split("\t")[1] for line in lines]


def target(platform: str, native_id: str, **more: object) -> dict[str, Any]:
    """A line of a file of targets."""
    return {"platform": platform, "id": native_id} | more


@pytest.fixture(scope="module")
def looks(
    world: World, serve: Callable[..., Replica], ids: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Looks:
    """All crawls of this module, run."""
    looks = Looks(world, serve, ids, tmp_path_factory.mktemp("looks"))
    statuses = [target("mastodon", f"HOST/{ids[one]}") for one in ("p002", "p003")]
    elsewhere = [target("mastodon", f"{host}/123456789012345678") for host in ("10.0.0.7", "intern", "a.localhost")]
    looks.add("order", "mastodon", statuses + elsewhere)
    letters = [target("rednet", ids[one], is_urgent=one == "p002") for one in ("p000", "p001", "p002")]
    looks.add("budget", "rednet", letters, recheck_budget="1")
    looks.add("resumed", "rednet", letters)
    done = {"kind": "unit", "subject": ids["p000"], "outcome": "read", "platform": "rednet", "posts": [ids["p000"]]}
    (looks.spool("resumed") / "rednet.answers.jsonl").write_text(json.dumps(done) + "\n", encoding="utf-8")
    for name, total in (("grown", 5), ("same", 356)):
        looks.add(name, "weibo_api", [target("weibo", ids["p003"], comments_total=total, checked_at=None)])
    looks.add("walled", "tieba", [target("tieba", ids["p006"])])
    looks.replicas["walled"].set_walls("captcha+2")
    run_crawls(list(looks.jobs.values()))
    return looks


def test_discovery_goes_first(looks: Looks) -> None:
    """A day's budget would go to what is known already, and new pleas not be found."""
    asked = looks.asked("order")
    assert asked.count("tag") == 1
    assert asked.index("tag") < asked.index("account")
    # p003 was met under its tag, and its thread read; only what its author posted since is asked for, and p002 itself.
    assert (asked.count("status"), asked.count("account")) == (2, 2)


def test_no_machine_of_our_own_network_is_asked(looks: Looks) -> None:
    """Whoever writes a status's address would send us into the operator's own network."""
    outcomes = {one["subject"].partition("/")[0]: one["outcome"] for one in looks.answers("order")}
    assert [outcomes[host] for host in ("10.0.0.7", "intern", "a.localhost")] == ["refused"] * 3
    line = looks.crawl("order").line("targets")
    assert "not to be asked for here ×3" in line["note"]
    assert line["refused"] == 0


def test_the_budget_is_kept_and_what_is_left_is_said(looks: Looks) -> None:
    """A night would take too much of a site, or pass over a plea that spreads without a word."""
    line = looks.crawl("budget").line("targets")
    assert (line["requested"], line["complete"]) == (1, 0)
    assert "budget used up, 1 new or spreading pleas not asked for" in line["note"]
    assert "1 quiet pleas left for another night" in line["note"]


def test_what_was_read_before_a_kill_is_not_asked_for_again(looks: Looks, ids: dict[str, str]) -> None:
    """A night that is killed twenty times would ask for the same letter twenty times."""
    assert looks.crawl("resumed").line("targets")["requested"] == 2
    assert {one["subject"] for one in looks.answers("resumed")} == {ids[one] for one in ("p000", "p001", "p002")}


def test_unchanged_comments_are_not_asked_for(looks: Looks, ids: dict[str, str]) -> None:
    """Every look by the official API would cost two calls of a limited number, whether anything was said or not."""
    assert looks.asked("same").count("apicomments") == 0
    assert looks.asked("grown").count("apicomments") == 1
    (read,) = [one for one in looks.answers("grown") if one["kind"] == "comments"]
    assert (read["subject"], read["total"], read["platform"]) == (ids["p003"], 356, "weibo")


def test_a_wall_leaves_targets_blocked_and_refused(looks: Looks, ids: dict[str, str]) -> None:
    """A thread behind a captcha would look as if it had been read, or as if it were gone."""
    assert looks.crawl("walled").availabilities()[ids["p006"]] == "blocked"
    assert [one["outcome"] for one in looks.answers("walled") if one["subject"] == ids["p006"]] == ["refused"]
