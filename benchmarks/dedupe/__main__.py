"""`python -m benchmarks.dedupe quality|incremental --n 100000 [--peer-python PYTHON]`: prints tables.

Also `real --real FOLDER`: precision and recall against pairs that share a phone, phones masked and used.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.dedupe.generate import Post, corpus
from benchmarks.dedupe.metrics import persons_merged, quality, recall_by_change
from benchmarks.dedupe.ours import run_ours
from benchmarks.dedupe.real import measure_real
from dedupe.counting import build_weights
from dedupe.index import Index
from dedupe.parameters import Parameters
from dedupe.query import look_up
from dedupe.reading import Batch, read_batch
from dedupe.store import MemoryStore
from dedupe.text import decode

PEERS = (
    ("datasketch-grams", (0.4, 0.5)),
    ("datasketch-words", (0.5, 0.7)),
    ("datasketch-word-pairs", (0.4,)),
    ("rensa-grams", (0.3, 0.5)),
)


def print_row(name: str, posts: list[Post], labels: np.ndarray, seconds: float) -> None:  # type: ignore[type-arg]
    """One contender's line."""
    found = quality(np.array([post.cluster for post in posts]), labels)
    figures = "  ".join(f"{key} {value:.3f}" for key, value in found.items())
    merged = f"persons merged {persons_merged(posts, labels):.3f}"
    print(f"{name:28s} {seconds / len(posts) * 1e6:8.1f} µs/post  {figures}  {merged}")
    changes = recall_by_change(posts, labels)
    print("   " + "  ".join(f"{change} {recall:.3f} ({number})" for change, (recall, number) in changes.items()))


def show_quality(options: argparse.Namespace) -> None:
    """Ours and, where --peer-python is given, each peer in a process of its own."""
    posts = corpus(options.n, options.seed, options.family)
    texts = [post.text for post in posts]
    run_ours(texts[:2000])  # compiles
    ours = run_ours(texts)
    print_row("ours", posts, ours.labels, ours.total)
    print("   " + "  ".join(f"{stage} {seconds:.2f} s" for stage, seconds in ours.seconds.items()), end="  ")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    if options.peer_python:
        show_peers(options.peer_python, posts, texts)


def show_peers(python: str, posts: list[Post], texts: list[str]) -> None:
    """Peers get cleaned text, as in the reference measurements."""
    reading = read_batch(Batch(texts))
    cleaned = [decode(reading.codes[a:b]) for a, b in zip(reading.ends, reading.ends[1:], strict=False)]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "texts.json", Path(folder) / "labels.npy"
        source.write_text(json.dumps(cleaned), encoding="utf-8")
        script = str(Path(__file__).with_name("contenders.py"))
        for name, thresholds in PEERS:
            for threshold in thresholds:
                command = [python, script, name, str(threshold), str(source), str(target)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"{name:28s} failed: {done.stderr.strip().splitlines()[-1]}")
                    continue
                print_row(f"{name} {threshold}", posts, np.load(target), json.loads(done.stdout)["cpu"])


def show_incremental(options: argparse.Namespace) -> None:
    """--new posts against --n stored ones, and look-ups afterwards."""
    posts = corpus(options.n + options.new, options.seed, options.family)
    texts = [post.text for post in posts]
    parameters = Parameters()
    weights = build_weights(Batch(texts[: options.n]), parameters)
    index = Index(MemoryStore(), parameters, weights)
    started = time.perf_counter()
    index.add(list(range(options.n)), Batch(texts[: options.n]))
    print(f"build of {options.n}: {time.perf_counter() - started:.1f} s")
    for round_number in range(2):
        half = options.new // 2
        first = options.n + round_number * half
        started, cpu = time.perf_counter(), time.process_time()
        index.add(list(range(first, first + half)), Batch(texts[first : first + half]))
        print(f"{half} new: {time.perf_counter() - started:.2f} s wall, {time.process_time() - cpu:.2f} s processor")
    show_lookups(index, texts[-1000:])


def show_lookups(index: Index, texts: list[str]) -> None:
    """Times of single look-ups in plain Python."""
    times = []
    for text in texts:
        started = time.perf_counter()
        look_up(index, Batch([text]))
        times.append(time.perf_counter() - started)
    p50, p99 = np.percentile(np.array(times[20:]) * 1000, (50, 99))
    print(f"look-up: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def main() -> None:
    """Read the arguments and run one table."""
    parser = argparse.ArgumentParser(prog="benchmarks.dedupe", description=__doc__)
    parser.add_argument("table", choices=("quality", "incremental", "real"))
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=("a", "b"), default="a", help="b and seeds from 7 on are held out")
    parser.add_argument("--peer-python", default="", help="an interpreter with datasketch, rensa, rjieba")
    parser.add_argument("--real", type=Path, help="folder with *.jsonl and *.same_phone.tsv")
    options = parser.parse_args()
    if options.table == "real":
        if options.real is None:
            sys.exit("real needs --real FOLDER")
        measure_real(options.real)
    else:
        {"quality": show_quality, "incremental": show_incremental}[options.table](options)


if __name__ == "__main__":
    main()
