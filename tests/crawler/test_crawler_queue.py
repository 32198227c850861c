"""Several crawlers over one real Redis: no order twice, none lost with a killed crawler, one pace and one budget."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import NIGHT_1, make_orders, read_crawl, start_scrapy

from crawler.replica.server import Replica
from crawler.replica.world import World

redis = pytest.importorskip("redis", reason="the extra `queue` is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server (Debian: redis-server) is missing"),
]
RECHECK = "weibo_recheck"
Serve = Callable[..., Replica]


@pytest.fixture(scope="module")
def queue_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis of our own on a free port, with nothing kept on disk."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL) as server:
        client = redis.Redis(port=port)
        for _attempt in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        client.close()
        server.terminate()


@pytest.fixture
def shared(queue_url: str) -> Iterator[Any]:
    """A client of an empty Redis."""
    client = redis.Redis.from_url(queue_url, decode_responses=True)
    client.flushall()
    yield client
    client.close()


def orders_of(replica: Replica, folder: Path, name: str, targets: Path, queue_url: str) -> dict[str, str]:
    """One crawler of a run with its own spool."""
    orders = make_orders(replica, folder / name, NIGHT_1, targets=str(targets), run="night", queue=queue_url)
    return orders | {"HOUXU_MANNERS": ""}


def asked_authors(replica: Replica) -> Counter[str]:
    """How often each author's first page was asked for."""
    lines = replica.log_path.read_text(encoding="utf-8").splitlines() if replica.log_path else []
    return Counter(line for line in (entry.split("\t")[2] for entry in lines) if "=107603" in line)


def test_three_crawlers_share_the_work(
    world: World, serve: Serve, targets: Path, queue_url: str, shared: Any, tmp_path: Path
) -> None:
    """A site would be asked three times for everything, or some of it by nobody."""
    replica = serve(world, NIGHT_1)
    replica.log_path = tmp_path / "log"
    names = ("a", "b", "c")
    crawls = [
        start_scrapy(RECHECK, orders_of(replica, tmp_path, name, targets, queue_url) | {"DOWNLOAD_DELAY": "0.02"})
        for name in names
    ]
    for crawl in crawls:
        _out, said = crawl.communicate(timeout=120)
        assert crawl.returncode == 0, said
    spools = [read_crawl(tmp_path / name, RECHECK) for name in names]
    authors = {json.loads(line)["author_id"] for line in targets.read_text(encoding="utf-8").splitlines()}
    asked = asked_authors(replica)
    assert len(asked) == len(authors)
    assert set(asked.values()) == {1}
    posts = Counter(line["id"] for spool in spools for line in spool.observations if line["reply_to"] is None)
    wanted = {json.loads(line)["id"] for line in targets.read_text(encoding="utf-8").splitlines()}
    assert wanted <= set(posts)
    assert sum(bool(spool.observations) for spool in spools) >= 2, "one crawler did everything"
    assert shared.xlen("houxu:night:units") == 0


def test_the_orders_of_a_killed_crawler_return(
    world: World, serve: Serve, targets: Path, queue_url: str, shared: Any, tmp_path: Path
) -> None:
    """What a crawler had taken when it died would be looked at by nobody."""
    replica = serve(world, NIGHT_1, "slow")
    mine = orders_of(replica, tmp_path, "killed", targets, queue_url) | {"DOWNLOAD_DELAY": "0.5"}
    crawl = start_scrapy(RECHECK, mine)
    deadline = time.monotonic() + 60
    while not (shared.exists("houxu:night:units") and shared.xpending("houxu:night:units", "crawlers")["pending"]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    crawl.send_signal(signal.SIGKILL)
    crawl.communicate()
    held = shared.xpending("houxu:night:units", "crawlers")["pending"]
    assert held >= 1
    other = orders_of(replica, tmp_path, "other", targets, queue_url) | {"HOUXU_QUEUE_LEASE": "1"}
    second = start_scrapy(RECHECK, other)
    _out, said = second.communicate(timeout=120)
    assert second.returncode == 0, said
    assert shared.xlen("houxu:night:units") == 0
    done = [json.loads(line) for line in _lines(tmp_path / "killed") + _lines(tmp_path / "other")]
    looked_at = {post for answer in done if answer["kind"] == "unit" for post in answer["posts"]}
    assert looked_at == {json.loads(line)["id"] for line in targets.read_text(encoding="utf-8").splitlines()}


def test_crawlers_keep_one_pace_and_one_budget(
    world: World, serve: Serve, targets: Path, queue_url: str, shared: Any, tmp_path: Path
) -> None:
    """Three polite crawlers would together be one rude one."""
    replica = serve(world, NIGHT_1)
    replica.log_path = tmp_path / "log"
    pace = {"DOWNLOAD_DELAY": "0.2", "HOUXU_DAILY_BUDGET": "15"}
    names = ("a", "b", "c")
    crawls = [start_scrapy(RECHECK, orders_of(replica, tmp_path, name, targets, queue_url) | pace) for name in names]
    for crawl in crawls:
        crawl.communicate(timeout=120)
    moments = [float(line.split("\t")[0]) for line in replica.log_path.read_text(encoding="utf-8").splitlines()]
    assert len(moments) == 15
    lasted = moments[-1] - moments[0]
    assert lasted >= 14 * 0.2 * 0.95, f"{len(moments)} requests in {lasted:.2f} s"
    record = json.loads(shared.hget("houxu:manners", replica.url.removeprefix("http://")))
    assert record["asked"] == 15


def test_a_wall_met_by_one_crawler_holds_for_all(
    world: World, serve: Serve, targets: Path, queue_url: str, shared: Any, tmp_path: Path
) -> None:
    """A site that said stop to one crawler would go on being asked by the others."""
    replica = serve(world, NIGHT_1, "432")
    crawl = start_scrapy(RECHECK, orders_of(replica, tmp_path, "a", targets, queue_url))
    crawl.communicate(timeout=120)
    asked = sum(replica.asked.values())
    second = orders_of(replica, tmp_path, "b", targets, queue_url) | {"HOUXU_RUN": "another"}
    start_scrapy(RECHECK, second).communicate(timeout=120)
    assert sum(replica.asked.values()) == asked
    assert "cool-down" in read_crawl(tmp_path / "b", RECHECK).line("timeline")["note"]
    record = json.loads(shared.hget("houxu:manners", replica.url.removeprefix("http://")))
    assert datetime.fromisoformat(record["rest_until"]) > datetime.fromisoformat(NIGHT_1).astimezone(UTC)


def test_a_queue_that_is_not_there_is_one_line(targets: Path, serve: Serve, world: World, tmp_path: Path) -> None:
    """The operator would get a traceback, or a crawler that works alone without saying so."""
    replica = serve(world, NIGHT_1)
    crawl = start_scrapy(RECHECK, orders_of(replica, tmp_path, "a", targets, "redis://127.0.0.1:9/0"))
    _out, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 2
    assert "HOUXU_QUEUE: no Redis at 127.0.0.1" in said
    assert "Traceback" not in said
    assert sum(replica.asked.values()) == 0


def _lines(spool: Path) -> list[str]:
    path = spool / f"{RECHECK}.answers.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
