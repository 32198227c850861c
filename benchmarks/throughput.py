"""Posts per second of import and process on generated posts: `python -m benchmarks.throughput --posts 100000`.

Each run is a process of its own, so that its peak memory is its own. Posts come from the generator of
benchmarks/dedupe: clusters with heavy tails, forms filled by different persons, mutated copies; every eighth copy
becomes a native repost and every twentieth author says how it ended.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.dedupe.generate import corpus

START = datetime(2024, 3, 1, tzinfo=UTC)
ENDINGS = ("已经住进医院了，谢谢大家", "人已经救出来了，平安", "药收到了，感谢好心人", "今天透析上了，不用再转了")


def write_posts(path: Path, count: int, seed: int) -> None:
    """Write `count` observations in the import format."""
    with path.open("w", encoding="utf-8") as file:
        for line in _lines(count, seed):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(count: int, seed: int) -> Iterator[dict[str, object]]:
    rng = random.Random(seed)
    firsts: dict[int, str] = {}
    for number, post in enumerate(corpus(count, seed, "a")):
        native_id = str(4_800_000_000_000_000 + number * 1000)
        first = firsts.setdefault(post.cluster, native_id)
        is_first = first == native_id
        at = START + timedelta(seconds=number * 3)
        line: dict[str, object] = {
            "platform": "weibo",
            "id": native_id,
            "author_id": f"a{post.cluster}" if is_first else f"r{rng.randrange(count)}",
            "author_name": f"用户{number}",
            "posted_at": at.isoformat(),
            "observed_at": (at + timedelta(hours=1)).isoformat(),
            "text": post.text,
        }
        if not is_first and rng.random() < 0.125:
            line |= {"repost_of": first, "text": "转发微博"}
        elif not is_first and rng.random() < 0.05:
            line |= {"author_id": f"a{post.cluster}", "repost_of": first, "text": rng.choice(ENDINGS)}
        yield line


def main() -> None:
    """Run for each number of workers and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--profile", action="store_true", help="show where the time goes (one worker)")
    parser.add_argument("--run", nargs=2, metavar=("FOLDER", "WORKERS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        _measure(Path(arguments.run[0]), int(arguments.run[1]), arguments.profile)
        return
    print(f"{arguments.posts:,} posts")
    print(f"{'workers':>8}{'import s':>10}{'process s':>11}{'posts/s':>9}{'CPU s':>8}{'peak MB':>9}")
    for workers in arguments.workers:
        with tempfile.TemporaryDirectory() as folder:
            write_posts(Path(folder) / "posts.jsonl", arguments.posts, arguments.seed)
            command = [sys.executable, "-m", "benchmarks.throughput", "--run", folder, str(workers)]
            subprocess.run(command + ["--profile"] * arguments.profile, check=True)


def _measure(folder: Path, workers: int, profile: bool) -> None:
    from pipeline.importing import import_paths
    from pipeline.places import places_of
    from pipeline.process import process
    from pipeline.settings import Settings
    from pipeline.store.database import open_store

    settings = Settings(workers=workers)
    places = places_of(folder / f"bench{workers}.db", settings)
    store = open_store(places.db_path)
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    started = time.perf_counter()
    now = START + timedelta(days=400)
    counts = import_paths(store, places, settings, [folder / "posts.jsonl"], now, lambda _: None)
    imported = time.perf_counter()
    process(store, places, settings, now, lambda _: None)
    done = time.perf_counter()
    profiler.disable()
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    print(
        f"{workers:>8}{imported - started:>10.1f}{done - imported:>11.1f}{counts.lines / (done - started):>9.0f}"
        f"{cpu:>8.1f}{own.ru_maxrss / 1024:>9.0f}",
        flush=True,
    )
    print(f"         database {places.db_path.stat().st_size / 1e6:.0f} MB", flush=True)
    if profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
