"""`python -m benchmarks.screenshots.known SET`: pictures a second that the store has already, asked by the look-up.

A store of posts that carry the pictures is made by the commands that a desk would use; then each file is asked again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.screenshots.asking import NOW
from benchmarks.screenshots.truth import Truth, read_truth
from pipeline.asking.ask_image import ask_image
from pipeline.privacy import load_or_make_key
from pipeline.store.database import read_store

CARRIERS = "weibo:40404"
"""How ids of posts that carry pictures begin; no post of the set has such a one."""


def carrier_of(number: int) -> str:
    """The post that carries the picture of this number."""
    return f"{CARRIERS}{number:011d}"


def write_carriers(folder: Path, truths: Sequence[Truth]) -> Path:
    """A file of posts beside the set, each carrying one of its pictures."""
    path = folder / "carriers.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number, truth in enumerate(truths):
            value = {
                "platform": "weibo",
                "id": carrier_of(number).removeprefix("weibo:"),
                "author_id": str(9_700_000_000 + number),
                "observed_at": "2024-07-19T00:00:00+08:00",
                "posted_at": "2024-07-18T12:00:00+08:00",
                "text": "求扩散",
                "images": [truth.file],
            }
            lines.write(f"{json.dumps(value, ensure_ascii=False)}\n")
    return path


def time_known(folder: Path, truths: Sequence[Truth], rounds: int) -> tuple[int, float, float]:
    """How many answers named a post that carries the picture, answers a second, and seconds of processor an answer."""
    with tempfile.TemporaryDirectory() as scratch:
        db = Path(scratch) / "houxu.db"
        for command in (["import", str(write_carriers(folder, truths))], ["process"]):
            arguments = ["-m", "pipeline.cli", *command, "--db", str(db), "--now", NOW]
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        store, key = read_store(db), load_or_make_key(Path(scratch) / "var" / "houxu.key")
        pictures = [(folder / truth.file).read_bytes() for truth in truths]
        ask_image(store, key, pictures[0])
        started, before = time.perf_counter(), time.process_time()
        asked = [ask_image(store, key, data) for _ in range(rounds) for data in pictures]
        seconds, processor = time.perf_counter() - started, time.process_time() - before
    return sum(bool(one.answer.candidates) for one in asked), len(asked) / seconds, processor / len(asked)


def main() -> None:
    """Draw a sample, measure, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    truths = random.Random("known").sample(list(read_truth(given.folder)), given.count)
    load = os.getloadavg()[0]
    found, rate, processor = time_known(given.folder, truths, given.rounds)
    print(f"{rate:.0f} known pictures a second; {found} of {given.count * given.rounds} answers name a case")
    print(f"{processor:.4f} s of processor an answer; load of the machine when it began: {load:.1f}")


if __name__ == "__main__":
    main()
