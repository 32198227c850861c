"""Posts per second of import and process on generated posts: `python -m benchmarks.throughput --posts 100000`.

`--then 10000` adds so many of the same generator to the finished store, imports and processes them, and times that too.
`--onto STORE` adds them to a copy of a store that was made of `--posts` before (same seed), instead of making one.
A curve shows the posts that the batches of process walk, and whether the last ones are as fast as the first.

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
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.dedupe.generate import corpus

if TYPE_CHECKING:
    from pipeline.places import Places
    from pipeline.settings import Settings
    from pipeline.store.database import Store

START = datetime(2024, 3, 1, tzinfo=UTC)
ENDINGS = ("已经住进医院了，谢谢大家", "人已经救出来了，平安", "药收到了，感谢好心人", "今天透析上了，不用再转了")


def write_posts(path: Path, count: int, seed: int) -> None:
    """Write `count` observations in the import format."""
    _write(path, _lines(count, seed))


def _write(path: Path, lines: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


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


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of process: posts walked until its end, and wall and processor seconds since process began."""

    walked: int
    seconds: float
    cpu_seconds: float


class Curve:
    """Notes how far process is after each batch."""

    def __init__(self) -> None:
        self._start, self._cpu_start = time.perf_counter(), time.process_time()
        self.batches: list[Batch] = []

    def note(self, walked: int) -> None:
        """Take note of a batch, as `progress` of `process`."""
        self.batches.append(Batch(walked, time.perf_counter() - self._start, time.process_time() - self._cpu_start))

    def print(self, posts: int) -> None:
        """A line for each tenth of the walk, and how the last tenth compares with the first after warming up."""
        before = self.batches[0]
        sizes = [later.walked - earlier.walked for earlier, later in pairwise(self.batches)]
        print(
            f"         linking and first batch ({before.walked:,} posts) {before.seconds:.1f} s;"
            f" {len(sizes)} more batches of {min(sizes, default=0):,} to {max(sizes, default=0):,} posts;"
            f" {self.batches[-1].walked / posts:.3f} walks a post"
        )
        print(f"         {'walked':>9}{'wall s':>8}{'CPU s':>8}{'posts/s':>9}{'posts/CPU s':>13}")
        rates = [_line_of(earlier, later) for earlier, later in pairwise(_tenths(self.batches))]
        if rates:
            print(
                f"         last tenth against first, posts a processor second: {rates[-1] / rates[0]:.2f}", flush=True
            )


def _tenths(batches: Sequence[Batch]) -> list[Batch]:
    """The batches that end each tenth of what the first batch left."""
    first, last = batches[0].walked, batches[-1].walked
    marks = [first + (last - first) * tenth / 10 for tenth in range(1, 11)]
    ends = [next(batch for batch in batches if batch.walked >= mark) for mark in marks if last > first]
    return list(dict.fromkeys([batches[0], *ends]))


def _line_of(earlier: Batch, later: Batch) -> float:
    posts = later.walked - earlier.walked
    rate = posts / max(1e-9, later.cpu_seconds - earlier.cpu_seconds)
    print(
        f"         {later.walked:>9,}{later.seconds:>8.1f}{later.cpu_seconds:>8.1f}"
        f"{posts / max(1e-9, later.seconds - earlier.seconds):>9.0f}{rate:>13.0f}"
    )
    return rate


def main() -> None:
    """Run for each number of workers and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--then", type=int, default=0, help="posts that arrive afterwards")
    parser.add_argument("--onto", type=Path, help="a processed store of --posts posts; --then is added to a copy of it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--profile", action="store_true", help="show where the time goes (one worker)")
    parser.add_argument("--run", nargs=2, metavar=("FOLDER", "WORKERS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        _measure(Path(arguments.run[0]), int(arguments.run[1]), arguments.profile)
        return
    print(f"{arguments.posts:,} posts")
    print(
        f"{'workers':>8}{'posts':>11}{'import s':>10}{'process s':>11}{'posts/s':>9}{'CPU s':>8}{'peak MB':>9}",
        flush=True,
    )
    for workers in arguments.workers:
        with tempfile.TemporaryDirectory() as folder:
            _prepare(Path(folder), workers, arguments)
            command = [sys.executable, "-m", "benchmarks.throughput", "--run", folder, str(workers)]
            subprocess.run(command + ["--profile"] * arguments.profile, check=True)


def _prepare(folder: Path, workers: int, arguments: argparse.Namespace) -> None:
    """The files to import, and the store that they are added to where one is given."""
    lines = _lines(arguments.posts + arguments.then, arguments.seed)
    earlier = islice(lines, arguments.posts)
    if arguments.onto is None:
        _write(folder / "1.jsonl", earlier)
    else:
        for _ in earlier:
            pass
        _copy(arguments.onto, folder, workers)
    if arguments.then:
        _write(folder / "2.jsonl", lines)


def _copy(stored: Path, folder: Path, workers: int) -> None:
    """A store with the key that its digests were made with."""
    from pipeline.places import places_of
    from pipeline.settings import Settings
    from pipeline.store.database import copy_store, read_store

    target = places_of(folder / f"bench{workers}.db", Settings())
    store = read_store(stored)
    copy_store(store, target.db_path)
    store.close()
    target.key_path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(places_of(stored, Settings()).key_path, target.key_path)


def _measure(folder: Path, workers: int, profile: bool) -> None:
    from pipeline.places import places_of
    from pipeline.settings import Settings
    from pipeline.store.database import open_store

    settings = Settings(workers=workers)
    places = places_of(folder / f"bench{workers}.db", settings)
    store = open_store(places.db_path)
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    for path in sorted(folder.glob("?.jsonl")):
        _time(store, places, settings, path)
    profiler.disable()
    print(f"         database {places.db_path.stat().st_size / 1e6:.0f} MB", flush=True)
    if profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def _time(store: Store, places: Places, settings: Settings, path: Path) -> None:
    """Import and process one file, and print its line of the table with the curve of process."""
    from pipeline.importing import import_paths
    from pipeline.process import process

    now = START + timedelta(days=400)
    cpu, started = _cpu_seconds(), time.perf_counter()
    counts = import_paths(store, places, settings, [path], now, lambda _: None)
    imported = time.perf_counter()
    curve = Curve()
    process(store, places, settings, now, curve.note)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{settings.workers:>8}{counts.lines:>11,}{imported - started:>10.1f}{done - imported:>11.1f}"
        f"{counts.lines / (done - started):>9.0f}{_cpu_seconds() - cpu:>8.1f}{peak:>9.0f}",
        flush=True,
    )
    curve.print(counts.new_posts)


def _cpu_seconds() -> float:
    """Of this process and of the workers that have ended."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main()
