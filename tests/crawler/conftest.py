"""A replica of a small invented world, and crawls against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.replica.server import Replica
from crawler.replica.world import World, load_world, read_native_ids
from crawler.spool import read_spool_lines

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NIGHT_1 = "2024-07-09T02:00:00+08:00"
NIGHT_2 = "2024-07-10T02:00:00+08:00"
QUICK = {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "False"}


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl left in its spool."""

    observations: list[dict[str, Any]]
    ledger: list[dict[str, Any]]

    def availabilities(self) -> dict[str, str]:
        """Availability by native id."""
        return {line["id"]: line["availability"] for line in self.observations}

    def line(self, query: str) -> dict[str, Any]:
        """The ledger's line of a query."""
        return next(line for line in self.ledger if line["query"] == query)


def read_crawl(spool: Path, spider: str) -> Crawl:
    """The spool files of one spider."""
    ledger = (spool / f"{spider}.ledger.jsonl").read_text(encoding="utf-8")
    lines = read_spool_lines(spool / f"{spider}.jsonl.gz")
    return Crawl([json.loads(line) for line in lines], [json.loads(line) for line in ledger.splitlines()])


@pytest.fixture(scope="session")
def world() -> World:
    """The small world of tests/crawler/world."""
    return load_world(HERE / "world")


@pytest.fixture(scope="session")
def ids(world: World) -> dict[str, str]:
    """Native id by symbolic id."""
    return read_native_ids(world)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Replica]]:
    """Starts replicas, stops them at the end."""
    replicas: list[Replica] = []

    def start(world: World, now: str, *walls: str, access: str = "login") -> Replica:
        replica = Replica(world, datetime.fromisoformat(now), access=access)
        replica.set_walls(*walls)
        threading.Thread(target=replica.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        replicas.append(replica)
        return replica

    yield start
    for replica in replicas:
        replica.shutdown()
        replica.server_close()


@pytest.fixture(scope="session")
def targets(world: World, ids: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A targets file of every post of night 1."""
    scene = world.at(datetime.fromisoformat(NIGHT_1))
    lines = [
        {"platform": "weibo", "id": post.native_id, "author_id": post.author.user_id, "posted_at": None}
        for post in scene.posts.values()
        if not post.text.startswith("求助信息汇总")
    ]
    path = tmp_path_factory.mktemp("targets") / "targets.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def make_orders(replica: Replica, spool: Path, now: str, **orders: str) -> dict[str, str]:
    """The settings of a crawl of a replica."""
    given = {f"HOUXU_{name.upper()}": value for name, value in orders.items()}
    return {"HOUXU_BASE_URL": replica.url, "HOUXU_SPOOL": str(spool), "HOUXU_NOW": now, **QUICK, **given}


def start_scrapy(spider: str, orders: dict[str, str], limit: str = ":") -> subprocess.Popen[str]:
    """`scrapy crawl SPIDER -s …` from the repository's root, after a shell command that sets limits."""
    settings = [part for name, value in orders.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", spider, *settings]
    return subprocess.Popen(
        ["sh", "-c", f'{limit}; exec "$@"', "sh", *command],
        cwd=ROOT,
        env=_environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run_scrapy(spider: str, orders: dict[str, str], limit: str = ":") -> tuple[int, str]:
    """The exit code of a crawl, and what it said."""
    process = start_scrapy(spider, orders, limit)
    _out, said = process.communicate(timeout=60)
    return process.returncode, said


def run_crawls(jobs: list[tuple[str, dict[str, str]]]) -> str:
    """Many crawls in one process; what they said."""
    done = subprocess.run(
        [sys.executable, str(HERE / "run_crawls.py")],
        cwd=ROOT,
        env=_environment() | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        input=json.dumps(jobs),
        text=True,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stderr


def _environment() -> dict[str, str]:
    return dict(os.environ, PYTHONPATH=str(ROOT))
