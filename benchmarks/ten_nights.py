"""Ten nights of a big world, scheduled within a quarter of all possible requests, beside a fixed daily re-check.

    python -m benchmarks.ten_nights [--posts 20000] [--seed 1] [--nights 10] [--picture docs/pictures/ten_nights.svg]

fixed: every case is looked at every night, its post, its comments and its author's page, with no budget at all.
quarter: the schedule, with a daily budget of a quarter of a page for every post and every author of the world.
tight: the schedule, with a quarter of what "fixed" asked for on the average night, discovery included.

All are real nights over loopback: `houxu nightly`, robots.txt, ledger, spool, evidence, delay 0. "in time": seen by the
first night after it was written; "spreading": somebody else carried the plea in the day before that night. Refetched:
list pages beyond the window that said nothing new, by the replica's log. The same page is asked for twice on the first
night only, to prove that an empty page was the end. With --keep, nights that a folder holds
already are not run again: what was cut short goes on, and --nights may be fewer than it holds.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.ten_nights_measure import Figures, measure, read_wanted
from benchmarks.ten_nights_run import Ran, Way, run_nights
from crawler.replica.bigworld import BigWorld, make_world, write_world

UNLIMITED = 1_000_000
WAYS = ("fixed", "quarter", "tight")
FIXED = Way("fixed", UNLIMITED, ("base_hours = 0", "growth = 0", "looks_at_all = true"))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nights", type=int, default=10)
    parser.add_argument(
        "--ways", nargs="+", choices=("fixed", "quarter", "tight"), default=["fixed", "quarter", "tight"]
    )
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for worlds and databases, kept")
    options = parser.parse_args()
    nights = range(1, options.nights + 1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        world = make_world(options.posts, options.posts // 10, options.seed)
        write_world(world, folder / "world")
        wanted = read_wanted(folder / "world", nights)
        print(f"world: {world.posts} posts, {len(world.authors)} authors, seed {options.seed}")
        print(f"to be seen: {len(wanted.pleas)} pleas, {len(wanted.updates)} updates")
        rans: list[Ran] = []
        for name in options.ways:
            way = _way(name, world, rans)
            rans.append(run_nights(way, folder / "world", folder / name, nights))
        measured = [(ran, measure(ran, wanted, folder / "world", nights)) for ran in rans]
    print_tables(measured)
    if options.picture:
        from benchmarks.ten_nights_picture import draw

        draw([(ran.way, figures) for ran, figures in measured], options.picture)


def _way(name: str, world: BigWorld, before: Sequence[Ran]) -> Way:
    if name == "fixed":
        return FIXED
    if name == "quarter":
        return Way(name, (world.posts + len(world.authors)) // 4)
    fixed = next((ran for ran in before if ran.way.name == "fixed"), None)
    if fixed is None:
        raise SystemExit("tight is a quarter of fixed: name fixed before it")
    return Way(name, sum(fixed.requests) // len(fixed.requests) // 4)


def print_tables(measured: Sequence[tuple[Ran, Figures]]) -> None:
    """Night by night, then the whole."""
    print()
    for ran, _figures in measured:
        print(f"{ran.way.name}: daily budget {'none' if ran.way is FIXED else ran.way.daily_budget}")
    print(f"{'night':>6}" + "".join(f"{ran.way.name + ' requests':>20}{'in time':>12}" for ran, _ in measured))
    for at, night in enumerate(measured[0][1].nights):
        row = [figures.nights[at] for _ran, figures in measured]
        print(f"{night.night:6}" + "".join(f"{one.requests:20}{f'{one.in_time}/{one.due}':>12}" for one in row))
    rows = (
        ("requests, all nights", lambda one: f"{one.requests}"),
        ("pleas found", lambda one: f"{one.pleas_found:.4f}"),
        ("updates of spreading cases in time", lambda one: f"{one.in_time_spreading:.4f}"),
        ("updates of all cases in time", lambda one: f"{one.in_time_all:.4f}"),
        ("updates seen by the last night", lambda one: f"{one.seen_at_last:.4f}"),
        ("requests per update seen", lambda one: f"{one.requests_per_update:.1f}"),
        ("handed over twice in a night", lambda one: f"{one.handed_over_twice}"),
        ("same page asked twice in a night", lambda one: f"{one.same_page_twice}"),
        ("unchanged list pages refetched", lambda one: f"{one.refetched}"),
    )
    print(f"\n{'':36}" + "".join(f"{ran.way.name:>14}" for ran, _ in measured))
    for name, show in rows:
        print(f"{name:36}" + "".join(f"{show(figures):>14}" for _ran, figures in measured))
    fixed = [figures.requests for ran, figures in measured if ran.way is FIXED]
    if fixed:
        shares = [fixed[0] / max(1, figures.requests) for _ran, figures in measured]
        print(f"{'requests of fixed / of this way':36}" + "".join(f"{share:14.2f}" for share in shares))
    print(f"{'seconds':36}" + "".join(f"{sum(ran.seconds):14.0f}" for ran, _ in measured))
    for ran, _figures in measured:
        for number, outcome in enumerate(ran.outcomes, 1):
            if outcome != "complete":
                print(f"{ran.way.name} night {number}: {outcome[:300]}")


if __name__ == "__main__":
    main()
