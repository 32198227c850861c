"""Time and memory against the number of posts: all at once, new ones against a store, single look-ups."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.dedupe.contest import run
from benchmarks.dedupe.generate import corpus
from dedupe.counting import build_weights
from dedupe.index import Index
from dedupe.parameters import Parameters
from dedupe.query import look_up
from dedupe.reading import Batch
from dedupe.store import MemoryStore


@dataclass(frozen=True, slots=True)
class Growth:
    """What one size took: processor microseconds a post, peak gigabytes."""

    posts: int
    microseconds: float
    gigabytes: float


_COLD = """
import sys, time
started = time.perf_counter()
from dedupe.index import Index
from dedupe.parameters import Parameters
from dedupe.query import look_up
from dedupe.reading import Batch
from dedupe.store import MemoryStore
from dedupe.weights import prior_weights
look_up(Index(MemoryStore(), Parameters(), prior_weights()), Batch([sys.argv[1]]))
print(time.perf_counter() - started)
"""


def show_scale(most: int, seed: int, family: str, time_limit: float) -> list[Growth]:
    """Linking all at once, in steps that double up to `most`, each in a process of its own."""
    grown = []
    sizes = [most >> step for step in range(3, -1, -1)]
    for size in sizes:
        texts = [post.text for post in corpus(size, seed, family)]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "raw.json"
            source.write_text(json.dumps(texts), encoding="utf-8")
            command = [sys.executable, "-m", "benchmarks.dedupe.ours", str(source)]
            result = run(command, Path(folder) / "labels.npy", time_limit)
        if isinstance(result, str):
            print(f"{size:9d} {result}")
            continue
        stages = "  ".join(f"{stage} {seconds / size * 1e6:.1f}" for stage, seconds in result.stages.items())
        print(
            f"{size:9d} posts  {result.cpu / size * 1e6:6.1f} µs/post  {result.gigabytes:.2f} GB  ({stages})",
            flush=True,
        )
        grown.append(Growth(size, result.cpu / size * 1e6, result.gigabytes))
    return grown


def build(texts: list[str]) -> Index:
    """An index in memory of these texts, by position."""
    parameters = Parameters()
    index = Index(MemoryStore(), parameters, build_weights(Batch(texts), parameters))
    started = time.process_time()
    index.add(list(range(len(texts))), Batch(texts))
    print(f"build of {len(texts)}: {time.process_time() - started:.1f} s processor")
    return index


def show_incremental(stored: int, new: int, seed: int, family: str) -> None:
    """Two batches of half of `new` posts against `stored` ones."""
    texts = [post.text for post in corpus(stored + new, seed, family)]
    index, half = build(texts[:stored]), new // 2
    for first in (stored, stored + half):
        started, cpu = time.perf_counter(), time.process_time()
        index.add(list(range(first, first + half)), Batch(texts[first : first + half]))
        print(f"{half} new: {time.perf_counter() - started:.2f} s wall, {time.process_time() - cpu:.2f} s processor")


def show_lookups(stored: int, seed: int, family: str) -> None:
    """Times of 500 single look-ups in plain Python, and of one in a process that has loaded nothing."""
    texts = [post.text for post in corpus(stored + 500, seed, family)]
    index = build(texts[:stored])
    times = []
    for text in texts[stored:]:
        started = time.perf_counter()
        look_up(index, Batch([text]))
        times.append(time.perf_counter() - started)
    p50, p99 = np.percentile(np.array(times[20:]) * 1000, (50, 99))
    print(f"warm look-up: p50 {p50:.2f} ms, p99 {p99:.2f} ms wall")
    done = subprocess.run([sys.executable, "-c", _COLD, texts[-1]], capture_output=True, text=True, check=True)
    print(f"cold look-up in an empty index, imports included: {float(done.stdout):.2f} s wall")
