"""The crawl itself: memory by length, pace at the replica, kill -9, replay.

    python -m benchmarks.crawling memory [--targets 250 1000 4000]
    python -m benchmarks.crawling pace [--delay 0.5] [--processes 3]
    python -m benchmarks.crawling kill [--kills 20]
    python -m benchmarks.crawling replay

memory: the largest resident size of one re-check over so many authors. pace: requests an hour at the replica beside
what the delay allows, alone and (with Redis) by several crawlers that share a queue. kill: one re-check that is killed
so many times and goes on, and as many searches that are killed once and run again; "lost" counts what an undisturbed
crawl handed over and they did not. replay: the spool of a night read into two new databases; "different" counts rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from crawler.replica.bigworld import FIRST_DAY, make_world, write_world
from crawler.replica.bigworld_texts import TOPICS
from crawler.replica.server import Replica
from crawler.replica.world import World, load_world
from crawler.spool import read_spool_lines

ROOT = Path(__file__).resolve().parents[1]
NOW = FIRST_DAY + timedelta(days=5, hours=2)
RECHECK, SEARCH = "weibo_recheck", "weibo_search"
QUICK = {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "False"}


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("memory", "pace", "kill", "replay"))
    parser.add_argument("--targets", type=int, nargs="+", default=[250, 1000, 4000])
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        {
            "memory": lambda: show_memory(folder, options.targets),
            "pace": lambda: show_pace(folder, options.delay, options.processes),
            "kill": lambda: show_kills(folder, options.kills),
            "replay": lambda: show_replay(folder),
        }[options.what]()


def show_memory(folder: Path, counts: Sequence[int]) -> None:
    """A row a length."""
    world = build_world(folder, 2 * max(counts), 2 * max(counts))
    print(f"{'authors':>8} {'requests':>9} {'seconds':>8} {'peak MB':>8}")
    for count in counts:
        with serve(world) as replica:
            targets = write_targets(folder / f"{count}.jsonl", world, count)
            start = time.monotonic()
            crawl = start_crawl(RECHECK, orders_of(replica, folder / f"memory-{count}", targets))
            _pid, _status, usage = os.wait4(crawl.pid, 0)
            asked = sum(replica.asked.values())
            print(f"{count:8} {asked:9} {time.monotonic() - start:8.0f} {usage.ru_maxrss / 1024:8.1f}", flush=True)


def show_pace(folder: Path, delay: float, processes: int) -> None:
    """A row for one crawler, and one for several."""
    world = build_world(folder, 400, 400)
    allowed = 3600 / delay
    print(f"{'crawlers':>9} {'requests':>9} {'an hour':>8} {'allowed':>8} {'shortest gap s':>15}")
    with serve(world) as replica:
        targets = write_targets(folder / "targets.jsonl", world, 25)
        pace = {"DOWNLOAD_DELAY": str(delay), "AUTOTHROTTLE_ENABLED": "False"}
        replica.log_path = folder / "alone.log"
        start_crawl(RECHECK, orders_of(replica, folder / "alone", targets) | pace).wait()
        _print_pace(1, replica.log_path, allowed)
        if shutil.which("redis-server") is None:
            print("redis-server is missing: several crawlers not measured")
            return
        replica.log_path = folder / "shared.log"
        with serve_redis(folder) as url:
            shared = pace | {"HOUXU_QUEUE": url, "HOUXU_RUN": "pace"}
            crawls = [
                start_crawl(RECHECK, orders_of(replica, folder / f"shared-{at}", targets) | shared)
                for at in range(processes)
            ]
            for crawl in crawls:
                crawl.wait()
        _print_pace(processes, replica.log_path, allowed)


def _print_pace(crawlers: int, log: Path, allowed: float) -> None:
    moments = [float(line.split("\t")[0]) for line in log.read_text(encoding="utf-8").splitlines()]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    an_hour = len(gaps) / (moments[-1] - moments[0]) * 3600
    print(f"{crawlers:9} {len(moments):9} {an_hour:8.0f} {allowed:8.0f} {min(gaps):15.3f}", flush=True)


def show_kills(folder: Path, kills: int) -> None:
    """A row for the re-check, one for the search."""
    world = build_world(folder, 3000, 600)
    chance = random.Random(1)
    print(f"{'spider':14} {'kills':>6} {'seen':>6} {'lost':>6} {'requests':>9} {'undisturbed':>12}")
    with serve(world) as replica:
        targets = write_targets(folder / "targets.jsonl", world, 300)
        calm, asked = _run_calm(replica, RECHECK, orders_of(replica, folder / "calm", targets))
        orders = orders_of(replica, folder / "killed", targets)
        replica.asked.clear()
        killed, pause = 0, asked / (kills + 1)
        for _kill in range(kills):
            killed += _kill_after(start_crawl(RECHECK, orders), replica, pause * chance.uniform(0.5, 1.5))
        start_crawl(RECHECK, orders).wait()
        _print_kills(RECHECK, killed, (calm, _ids(orders, RECHECK)), (replica.asked.total(), asked))
        search = orders_of(replica, folder / "search", targets)
        calm, asked = _run_calm(replica, SEARCH, search)
        lost: set[str] = set()
        killed, requests = 0, 0
        for at in range(kills):
            orders = orders_of(replica, folder / f"search-{at}", targets)
            replica.asked.clear()
            killed += _kill_after(start_crawl(SEARCH, orders), replica, (asked - 1) * chance.uniform(0.0, 1.0))
            start_crawl(SEARCH, orders).wait()
            requests += replica.asked.total()
            lost |= calm - _ids(orders, SEARCH)
        _print_kills(SEARCH, killed, (calm, calm - lost), (requests // kills, asked))


def _run_calm(replica: Replica, spider: str, orders: dict[str, str]) -> tuple[set[str], int]:
    """What an undisturbed crawl hands over, and its requests."""
    replica.asked.clear()
    start_crawl(spider, orders).wait()
    return _ids(orders, spider), replica.asked.total()


def _kill_after(crawl: subprocess.Popen[bytes], replica: Replica, requests: float) -> bool:
    """Kill a crawl when it has made so many further requests; False where it ended before."""
    last = replica.asked.total() + max(1, round(requests))
    while crawl.poll() is None and replica.asked.total() < last:
        time.sleep(0.002)
    if crawl.poll() is not None:
        return False
    crawl.send_signal(signal.SIGKILL)
    crawl.wait()
    return True


def _ids(orders: dict[str, str], spider: str) -> set[str]:
    path = Path(orders["HOUXU_SPOOL"]) / f"{spider}.jsonl.gz"
    lines = (json.loads(line) for line in read_spool_lines(path))
    return {f"{line['id']} {line['availability']} {line['text']}" for line in lines}


def _print_kills(spider: str, kills: int, seen: tuple[set[str], set[str]], requests: tuple[int, int]) -> None:
    calm, disturbed = seen
    print(f"{spider:14} {kills:6} {len(calm):6} {len(calm - disturbed):6} {requests[0]:9} {requests[1]:12}", flush=True)


def show_replay(folder: Path) -> None:
    """How many rows of posts and observations two databases from one spool differ in."""
    from tests.process.dumps import differences, read_content
    from tests.process.home import Home

    world = build_world(folder, 2000, 400)
    with serve(world) as replica:
        orders = orders_of(replica, folder / "spool", folder / "none")
        start_crawl(SEARCH, orders).wait()
    spool = Path(orders["HOUXU_SPOOL"]) / f"{SEARCH}.jsonl.gz"
    homes = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        home = Home(folder / name)
        if homes:  # the key makes the ids: without the same key the same spool gives other ones
            (folder / name / "var").mkdir()
            shutil.copy(homes[0].folder / "var" / "houxu.key", folder / name / "var" / "houxu.key")
        for _time in range(len(homes) + 1):  # the second database reads it twice
            said = home.run("import", spool, "--now", NOW.isoformat())
            assert said.code == 0, said.err  # noqa: S101 a benchmark that did nothing must not print a figure
        home.run("process", "--now", NOW.isoformat())
        homes.append(home)
    one, two = (read_content(home.db) for home in homes)
    print(f"observations {len(one['observations'])}, cases {len(one['cases'])}, different {len(differences(one, two))}")


def build_world(folder: Path, posts: int, authors: int) -> World:
    """A big world of that size."""
    write_world(make_world(posts, authors, 1), folder / "world")
    return load_world(folder / "world")


@contextmanager
def serve(world: World) -> Iterator[Replica]:
    """A replica of it in this process, five days in."""
    replica = Replica(world, NOW)
    threading.Thread(target=replica.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield replica
    finally:
        replica.shutdown()
        replica.server_close()


@contextmanager
def serve_redis(folder: Path) -> Iterator[str]:
    """A Redis of our own."""
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL) as server:
        while not socket.exists():
            time.sleep(0.05)
        yield f"unix://{socket}"
        server.terminate()


def write_targets(path: Path, world: World, authors: int) -> Path:
    """The posts of so many authors, each by its author's page."""
    chosen: dict[str, str] = {}
    for post in world.at(NOW).posts.values():
        if post.author.user_id not in chosen and len(chosen) < authors:
            chosen[post.author.user_id] = post.native_id
    lines = (
        {"platform": "weibo", "id": native_id, "author_id": author_id, "looks": ["timeline"]}
        for author_id, native_id in chosen.items()
    )
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def orders_of(replica: Replica, spool: Path, targets: Path) -> dict[str, str]:
    """A crawl of the replica as fast as it goes."""
    return {
        "HOUXU_BASE_URL": replica.url,
        "HOUXU_SPOOL": str(spool),
        "HOUXU_NOW": NOW.isoformat(),
        "HOUXU_TARGETS": str(targets),
        "HOUXU_KEYWORDS": "|".join(TOPICS),
        "HOUXU_WINDOW_START": (NOW - timedelta(days=2)).isoformat(),
        **QUICK,
    }


def start_crawl(spider: str, orders: dict[str, str]) -> subprocess.Popen[bytes]:
    """`scrapy crawl` as a process of its own."""
    settings = [part for name, value in orders.items() for part in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", spider, *settings],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
