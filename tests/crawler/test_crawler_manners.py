"""What outlives a crawler: rests that double, budgets that two processes share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import NIGHT_1, ROOT, make_orders, read_crawl, run_crawls, run_scrapy
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.manners import FIRST_REST, LONGEST_REST, Manners
from crawler.orders import OrderError
from crawler.replica.server import Replica
from crawler.replica.world import World

NOW = datetime.fromisoformat(NIGHT_1)
HOST = "m.example"


def end_of_rest(manners: Manners) -> datetime:
    """Until when the host rests."""
    until = manners.read()[HOST].rest_until
    assert until is not None
    return datetime.fromisoformat(until)


def test_rests_double_from_half_an_hour_to_a_day(tmp_path: Path) -> None:
    """A host that goes on refusing would be asked as often as before."""
    manners, now, rests = Manners(tmp_path / "manners.json"), NOW, []
    for _ in range(8):
        manners.note_wall(HOST, "http 432", now)
        rests.append(end_of_rest(manners) - now)
        now = end_of_rest(manners)
        assert manners.find_rest(HOST, now) is None
    minutes = [rest.total_seconds() / 60 for rest in rests]
    assert minutes == [30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_rest_is_told_with_its_end_and_its_reason(tmp_path: Path) -> None:
    """The ledger would say that nothing was asked, and not until when."""
    manners = Manners(tmp_path / "manners.json")
    manners.note_wall(HOST, "http 418", NOW)
    told = Manners(tmp_path / "manners.json").find_rest(HOST, NOW + timedelta(minutes=29))
    assert told == "not asked, cool-down until 2024-07-09T02:30+08:00 after http 418"
    assert manners.find_rest("other.example", NOW) is None


def test_two_crawlers_at_one_wall_count_as_one(tmp_path: Path) -> None:
    """The second spider of a night would double the rest that the first one earned."""
    manners = Manners(tmp_path / "manners.json")
    manners.note_wall(HOST, "http 432", NOW)
    manners.note_wall(HOST, "http 432", NOW + timedelta(minutes=1))
    assert end_of_rest(manners) == NOW + FIRST_REST


def test_a_server_that_names_a_longer_time_gets_it(tmp_path: Path) -> None:
    """Retry-After: 7200 would be answered with a question after 30 minutes."""
    manners = Manners(tmp_path / "manners.json")
    manners.note_wall(HOST, "http 429", NOW, timedelta(hours=2))
    assert end_of_rest(manners) == NOW + timedelta(hours=2)


def test_a_good_run_forgives_but_ends_no_rest(tmp_path: Path) -> None:
    """A crawl that began before the wall would call off the rest that another one earned."""
    manners = Manners(tmp_path / "manners.json")
    manners.note_wall(HOST, "http 432", NOW)
    manners.note_good_run(HOST, NOW + timedelta(minutes=5))
    assert end_of_rest(manners) == NOW + FIRST_REST
    manners.note_good_run(HOST, NOW + timedelta(hours=1))
    manners.note_wall(HOST, "http 432", NOW + timedelta(hours=2))
    assert end_of_rest(manners) == NOW + timedelta(hours=2) + FIRST_REST


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 5000), max_size=12))
def test_a_rest_is_never_shorter_than_the_one_before_nor_longer_than_a_day(gaps: list[int]) -> None:
    """Whatever the times of the walls, patience grows within its bounds until a good run."""
    with TemporaryDirectory() as folder:
        manners, now, last = Manners(Path(folder) / "manners.json"), NOW, timedelta(0)
        for gap in gaps:
            now += timedelta(minutes=gap)
            is_resting = manners.find_rest(HOST, now) is not None
            manners.note_wall(HOST, "wall", now)
            if not is_resting:
                rest = end_of_rest(manners) - now
                assert last <= rest <= LONGEST_REST
                assert rest >= FIRST_REST
                last = rest


def test_a_budget_is_for_a_day_in_beijing(tmp_path: Path) -> None:
    """A night would run out in the middle because UTC's day ends at eight in the morning, or never run out."""
    manners = Manners(tmp_path / "manners.json")
    assert [manners.charge(HOST, NOW, 2) for _ in range(3)] == [True, True, False]
    assert manners.is_spent(HOST, NOW + timedelta(hours=21), 2)
    assert not manners.is_spent(HOST, NOW + timedelta(hours=22), 2)
    assert manners.charge(HOST, NOW + timedelta(hours=22), 2)
    assert manners.read()[HOST].asked == 1


def test_two_processes_share_one_budget(tmp_path: Path) -> None:
    """Two crawlers at once would each take the whole budget, or lose each other's counts."""
    code = (
        "import sys; from datetime import datetime; from pathlib import Path; from crawler.manners import Manners\n"
        "manners, now = Manners(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2])\n"
        "print(sum(manners.charge('m.example', now, 250) for _ in range(200)))"
    )
    path = tmp_path / "manners.json"
    command = [sys.executable, "-c", code, str(path), NIGHT_1]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [int(process.communicate()[0]) for process in both]
    assert sum(taken) == 250
    assert Manners(path).read()[HOST].asked == 250
    assert sorted(file.name for file in tmp_path.iterdir()) == ["manners.json", "manners.json.lock"]


@pytest.mark.parametrize("text", ["", "[]", '{"hosts": {"a": {"tired": 1}}}', '{"hosts": 1}'])
def test_a_memory_that_cannot_be_read_is_one_line(tmp_path: Path, text: str) -> None:
    """A file that somebody mended by hand would be taken for "nobody ever refused"."""
    path = tmp_path / "manners.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OrderError, match="not a memory of manners"):
        Manners(path).read()


def test_crawls_keep_rest_and_budget(
    world: World, serve: Callable[..., Replica], targets: Path, tmp_path: Path
) -> None:
    """A host would be asked although it rests, beyond its budget, or without the ledger saying why it was not."""
    resting, small, walled = (serve(world, NIGHT_1, *walls) for walls in ((), (), ("418",)))
    for replica in (resting, small, walled):
        replica.asked.clear()
    Manners(tmp_path / "resting.json").note_wall(resting.url.removeprefix("http://"), "http 432", NOW)
    plans = {"resting": (resting, {}), "small": (small, {"daily_budget": "7"}), "walled": (walled, {})}
    jobs = []
    for name, (replica, more) in plans.items():
        manners = str(tmp_path / f"{name}.json")
        orders = make_orders(replica, tmp_path / name, NIGHT_1, targets=str(targets), manners=manners, **more)
        jobs.append(("weibo_recheck", orders))
    run_crawls(jobs)
    assert resting.asked.total() == 0
    post = read_crawl(tmp_path / "resting", "weibo_recheck").line("post")
    assert (post["complete"], post["seen"] > 0) == (0, True)  # each target, as blocked
    assert "cool-down until 2024-07-09T02:30+08:00" in post["note"]
    assert small.asked.total() == 7
    assert "budget of 7 requests" in read_crawl(tmp_path / "small", "weibo_recheck").line("post")["note"]
    (record,) = json.loads((tmp_path / "walled.json").read_text(encoding="utf-8"))["hosts"].values()
    assert (record["rest_minutes"], record["reason"]) == (30, "http 418")
    assert record["asked"] == walled.asked.total()


def test_a_memory_that_cannot_be_read_stops_the_crawl(tmp_path: Path) -> None:
    """A crawl would begin as if no host had ever refused."""
    path = tmp_path / "manners.json"
    path.write_text("{", encoding="utf-8")
    orders = {"HOUXU_KEYWORDS": "求助", "HOUXU_BASE_URL": "http://127.0.0.1:9", "HOUXU_MANNERS": str(path)}
    code, said = run_scrapy("weibo_search", orders | {"HOUXU_SPOOL": str(tmp_path / "spool")})
    assert (code, "Traceback" in said) == (2, False)
    assert "not a memory of manners" in said
