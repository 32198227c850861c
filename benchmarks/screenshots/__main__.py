"""`python -m benchmarks.screenshots`: match, read and speed by transformation, and what peers make of the same set.

Draws the set first where it isn't there yet. The table is of one half: tune on `dev`, measure on `held`.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

from benchmarks.screenshots.asking import Bench, db_of, open_bench, score_all
from benchmarks.screenshots.generate import write_set
from benchmarks.screenshots.peers import draw_references, judge_hashes, judge_tesseract
from benchmarks.screenshots.rowcache import place_of
from benchmarks.screenshots.scoring import Scored, sum_up, table
from benchmarks.screenshots.truth import Truth, read_truth
from benchmarks.screenshots.whole import Drawn


def main() -> None:
    """Parse the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("var/screenshots"))
    parser.add_argument("--count", type=int, default=4800, help="pictures, when the set is drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distractors", type=int, default=20_000)
    parser.add_argument("--half", choices=("dev", "held"), default="held")
    parser.add_argument("--sample", type=int, help="only so many pictures, drawn at random by the seed")
    parser.add_argument("--kept", action="store_true", help="only pictures whose lines `rowcache` has kept")
    parser.add_argument("--tesseract", type=int, default=150, help="pictures that Tesseract reads")
    parser.add_argument("--worst", type=int, default=20, help="failures to list")
    parser.add_argument("--only", choices=("ours", "peers"), help="one part of the bench")
    given = parser.parse_args()
    if not (given.folder / "truth.jsonl").exists():
        write_set(given.folder, given.count, given.seed, given.distractors, os.cpu_count() or 1)
    half = [truth for truth in read_truth(given.folder) if truth.half == given.half]
    truths = choose(given, half)
    if given.only != "peers":
        bench = open_bench(given.folder, half, Drawn(given.count, given.seed))
        print_worst(print_ours(bench, given.folder, truths), given.worst)
    if given.only != "ours":
        print_hashes(given, truths)
        print(judge_tesseract(given.folder, truths, given.tesseract))


def choose(given: argparse.Namespace, half: Sequence[Truth]) -> list[Truth]:
    """The pictures that are asked for."""
    truths = [truth for truth in half if not given.kept or place_of(given.folder, truth).exists()]
    if given.sample is None:
        return truths
    return random.Random(given.seed).sample(truths, min(given.sample, len(truths)))


def print_ours(bench: Bench, folder: Path, truths: Sequence[Truth]) -> list[Scored]:
    """The tables of our reader and matcher, with times and memory."""
    scored = list(score_all(bench, folder, truths))
    print(f"{len(scored)} pictures of {folder}, {sum(one.is_present for one in scored)} of posts in the store")
    for key in (
        lambda one: one.truth.transform,
        lambda one: f"surface {one.truth.surface}",
        lambda one: f"twin {one.truth.twin_kind or '–'}",
        lambda one: "fits a stored twin as well" if one.is_undecidable else "can be told",
    ):
        print("\n".join(table(scored, key)), end="\n\n")
    told = [one for one in scored if not one.is_undecidable]
    print("those that can be told:", *table(told, lambda one: one.truth.transform), sep="\n", end="\n\n")
    print_profile(scored)
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"memory at the most: {own:.0f} MB, its decoder {children:.0f} MB at the most")
    print(f"one cold `houxu lookup --image`: {time_command(folder, truths[0]):.2f} s")
    mean_rate = sum(one.error_rate or 0 for one in scored) / max(1, sum(one.error_rate is not None for one in scored))
    print(f"CER mean {mean_rate:.4f}; twins confused {sum_up('all', scored).twins / len(scored):.4f} of all pictures")
    return scored


def print_profile(scored: Sequence[Scored]) -> None:
    """Where the time of a picture goes: median, mean and 95 % of each step."""
    print("| step | median s | mean s | 95 % within s |\n|---|---|---|---|")
    for name in ("decode", "read", "read_processor", "lay_out", "ask"):
        seconds = sorted(getattr(one.times, name) for one in scored)
        p95 = seconds[int(len(seconds) * 0.95)]
        print(f"| {name} | {median(seconds):.3f} | {mean(seconds):.3f} | {p95:.3f} |")
    print()


def time_command(folder: Path, truth: Truth) -> float:
    """Seconds of the whole command, interpreter and models included."""
    command = [sys.executable, "-m", "pipeline.cli", "lookup", "--image", str(folder / truth.file)]
    started = time.perf_counter()
    subprocess.run([*command, "--db", str(db_of(folder))], check=False, capture_output=True)
    return time.perf_counter() - started


def print_worst(scored: Sequence[Scored], count: int) -> None:
    """Wrong answers first, then the right case not offered, then not named for sure, then the worst readings."""
    ranked = sorted(scored, key=_badness, reverse=True)
    print(f"\nthe {count} worst:")
    for one in ranked[:count]:
        rate = "–" if one.error_rate is None else f"{one.error_rate:.3f}"
        named = f"{one.outcome}{' of a twin' if one.is_twin else ''}{', of another case' if one.is_other_case else ''}"
        place = "present" if one.is_present else "absent"
        print(f"  {one.truth.file} ({place}): {named}, {len(one.truth.visible_text)} characters to see, CER {rate}")
    print()


def _badness(one: Scored) -> tuple[bool, bool, bool, float]:
    is_wrong = one.is_match and not one.is_right
    is_missed = one.is_present and not one.is_right
    return is_wrong, is_missed and not one.is_offered, is_missed, one.error_rate or 0.0


def print_hashes(given: argparse.Namespace, truths: Sequence[Truth]) -> None:
    """The table of the perceptual hashes."""
    references = draw_references(given.count, given.seed, given.half)
    judged = judge_hashes(given.folder, truths, references)
    print("| | PDQ ≤ 31 recall | precision | pHash ≤ 10 recall | precision |\n|---|---|---|---|---|")
    for pdq, phash in zip(judged["PDQ"], judged["pHash"], strict=True):
        cells = (pdq.recall, pdq.precision, phash.recall, phash.precision)
        print(f"| {pdq.name} | {' | '.join('–' if cell is None else f'{cell:.3f}' for cell in cells)} |")
    print()


if __name__ == "__main__":
    main()
