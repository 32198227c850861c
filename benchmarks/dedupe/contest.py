"""Contenders side by side: each in a process of its own with a time limit, one after the other in every round."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.dedupe.generate import Post
from benchmarks.dedupe.metrics import persons_merged, quality, recall_by_change
from dedupe.reading import Batch, read_batch
from dedupe.text import decode

PEERS = (
    ("datasketch-grams", (0.4, 0.5)),
    ("datasketch-words", (0.5, 0.7)),
    ("datasketch-word-pairs", (0.4,)),
    ("rensa-grams", (0.3, 0.5)),
)


# Recall and number of pairs by kind of change.
Recalls = dict[str, tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Result:
    """Labels of one run, with its processor and wall seconds and peak gigabytes."""

    labels: npt.NDArray[np.int64]
    cpu: float
    wall: float
    gigabytes: float
    stages: dict[str, float]


def compete(posts: list[Post], peer_python: str, rounds: int, time_limit: float) -> dict[str, Recalls]:
    """Print a line for every run, and give each contender's recall by change; ours starts from raw texts, peers get
    cleaned ones."""
    recalls: dict[str, Recalls] = {}
    texts = [post.text for post in posts]
    reading = read_batch(Batch(texts))
    cleaned = [decode(reading.codes[a:b]) for a, b in zip(reading.ends, reading.ends[1:], strict=False)]
    with tempfile.TemporaryDirectory() as folder:
        raw_path, cleaned_path = Path(folder) / "raw.json", Path(folder) / "cleaned.json"
        raw_path.write_text(json.dumps(texts), encoding="utf-8")
        cleaned_path.write_text(json.dumps(cleaned), encoding="utf-8")
        commands = {"ours": [sys.executable, "-m", "benchmarks.dedupe.ours", str(raw_path)]}
        script = str(Path(__file__).with_name("contenders.py"))
        for name, thresholds in PEERS if peer_python else ():
            for threshold in thresholds:
                commands[f"{name} {threshold}"] = [peer_python, script, name, str(threshold), str(cleaned_path)]
        for _ in range(rounds):
            for name, command in commands.items():
                result = run(command, Path(folder) / "labels.npy", time_limit)
                print_result(name, posts, result)
                if isinstance(result, Result):
                    recalls[name] = recall_by_change(posts, result.labels)
    return recalls


def run(command: list[str], target: Path, time_limit: float) -> Result | str:
    """The result of one contender, or why there is none."""
    try:
        done = subprocess.run([*command, str(target)], capture_output=True, text=True, check=False, timeout=time_limit)
    except subprocess.TimeoutExpired:
        return f"did not finish in {time_limit:.0f} s"
    if done.returncode:
        return f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
    spent: dict[str, Any] = json.loads(done.stdout)
    return Result(np.load(target), spent["cpu"], spent["wall"], spent["gb"], spent.get("stages", {}))


def print_result(name: str, posts: list[Post], result: Result | str) -> None:
    """One contender's lines: time, memory, quality, recall by change."""
    if isinstance(result, str):
        print(f"{name:28s} {result}")
        return
    found = quality(np.array([post.cluster for post in posts]), result.labels)
    figures = "  ".join(f"{key} {value:.3f}" for key, value in found.items())
    merged = persons_merged(posts, result.labels)
    print(f"{name:28s} {result.cpu / len(posts) * 1e6:8.1f} µs/post  {result.gigabytes:.2f} GB  {figures}", end="  ")
    print(f"persons merged {merged:.3f}")
    changes = recall_by_change(posts, result.labels)
    print("   " + "  ".join(f"{change} {recall:.3f} ({number})" for change, (recall, number) in changes.items()))
    if result.stages:
        print("   " + "  ".join(f"{stage} {seconds:.2f} s" for stage, seconds in result.stages.items()))
