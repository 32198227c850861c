"""`python -m benchmarks.screenshots.speed SET`: new pictures a second through the commands that a desk uses, and which
cases they join.

Posts that carry pictures of the held half are imported into a copy of the set's store; `process` then decodes, reads,
lays out, masks, links, with start-up and all else that a run does. Seconds of processor tell what a busy machine hides.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screenshots.asking import NOW, db_of
from benchmarks.screenshots.known import CARRIERS, carrier_of, write_carriers
from benchmarks.screenshots.truth import Truth, read_truth
from pipeline.store.asking import cases_of_post
from pipeline.store.caseview import view_case
from pipeline.store.database import Store, read_store


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of clock and of all processors."""

    clock: float
    processor: float


def run(*arguments: str) -> Spent:
    """A `houxu` command and what it took, its processes included."""
    started, before = time.perf_counter(), _processor()
    subprocess.run([sys.executable, "-m", "pipeline.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    return Spent(time.perf_counter() - started, _processor() - before)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class Joined:
    """How many pictures joined a case of stored posts, which of these another than theirs, how many could have."""

    joined: int
    wrong: tuple[str, ...]
    present: int


def time_new(folder: Path, truths: Sequence[Truth]) -> tuple[Spent, Spent, Joined]:
    """What taking pictures in (decoding, hashing) takes, what reading and linking them takes, and where they went."""
    with tempfile.TemporaryDirectory() as scratch:
        db = Path(shutil.copytree(db_of(folder).parent, Path(scratch) / "store")) / db_of(folder).name
        carriers = write_carriers(folder, truths)
        taken = run("import", str(carriers), "--db", str(db), "--now", NOW)
        read = run("process", "--db", str(db), "--now", NOW)
        return taken, read, judge(read_store(db), truths)


def judge(store: Store, truths: Sequence[Truth]) -> Joined:
    """Which cases the carriers of pictures are in; a case of carriers alone is nobody's."""
    joined = present = 0
    wrong = []
    for number, truth in enumerate(truths):
        wanted = {case_id for post_id in truth.posts for case_id in cases_of_post(store, post_id)}
        found = {case_id for case_id in cases_of_post(store, carrier_of(number)) if _has_stored(store, case_id)}
        joined, present = joined + bool(found), present + bool(wanted)
        if not found <= wanted:
            wrong.append(truth.file)
    return Joined(joined, tuple(wrong), present)


def _has_stored(store: Store, case_id: str) -> bool:
    return any(not post["post_id"].startswith(CARRIERS) for post in view_case(store, case_id).posts)


def main() -> None:
    """Draw a sample, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=150)
    given = parser.parse_args()
    held = [truth for truth in read_truth(given.folder) if truth.half == "held"]
    truths = random.Random("speed").sample(held, given.count)
    before = os.getloadavg()[0]
    taken, read, joined = time_new(given.folder, truths)
    cores = os.cpu_count() or 1
    for name, one in (("import", taken), ("process", read)):
        print(
            f"{name}: {given.count / one.clock:.2f} pictures a second; {one.processor / given.count:.3f} s of processor"
            f" a picture, which is {cores * given.count / one.processor:.2f} a second where {cores} cores are free"
        )
    print(f"{joined.present} of posts in the store; {joined.joined} joined a stored case; wrongly: {joined.wrong}")
    print(f"load of the machine when it began: {before:.1f}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"memory of the largest process at the most: {most:.0f} MB")


if __name__ == "__main__":
    main()
