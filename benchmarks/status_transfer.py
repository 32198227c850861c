"""Leave one writer out: the whole status stage on one writer's set, with a second reader fitted on all the others'.

    python -m benchmarks.status_transfer [--readers DIR] [--without SET] [--quiet] [a b c e f g h i … r y]

The rules have been read against these sets, so only the second reader is honest here; what is true of a new writer an
untouched set must tell. `--readers` keeps the fitted readers, so that a change of thresholds needs no new fit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import status, status_dev
from benchmarks.fit_second_reader import fit
from benchmarks.status_texts import HERE, WORLDS, read_writers
from benchmarks.status_worlds import evaluate_file
from pipeline.status import second_opinion
from pipeline.status.second_reader import SecondReader, load_second_reader, store_second_reader


def main() -> None:
    """Print the tables of each left-out writer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("writers", nargs="*", default=list("abcefghijklmnoqry"))
    parser.add_argument("--readers", type=Path, help="folder that keeps the fitted readers")
    parser.add_argument("--without", help="a set that is left out of every fit as well, to see what it adds")
    parser.add_argument("--quiet", action="store_true", help="no list of misses")
    options = parser.parse_args()
    for writer in options.writers:
        name = f"dev_{writer}.jsonl"
        reader = reader_without(name, options.without or "", options.readers)
        second_opinion.load_second_reader = lambda reader=reader: reader  # type: ignore[misc,assignment]
        print(f"\n== {name}, second reader fitted on the others")
        report(HERE / name, options.quiet)


def reader_without(left_out: str, also: str, folder: Path | None) -> SecondReader:
    """The second reader fitted on every set but `left_out` and `also`; kept in `folder` if there is one."""
    kept = folder / f"{left_out}.bin" if folder else None
    if kept and kept.exists():
        return load_second_reader(kept)
    with threadpool_limits(limits=1):
        sets = read_writers().items()
        reader = fit([one for name, heard in sets if name not in {left_out, also} for one in heard])
    if kept:
        store_second_reader(reader, {"without": left_out}, kept)
    return reader


def report(path: Path, is_quiet: bool) -> None:
    """The tables of a set in either form."""
    if path.name in WORLDS:
        results = evaluate_file(path)
        status.report_worlds(results, is_quiet)
        return
    stories = list(status_dev.read_stories(path, "all"))
    heard = [text for story in stories for text in status_dev.hear(story)]
    ended = [status_dev.end(story) for story in stories if "end" in story]
    status_dev.report(heard, ended)
    status_dev.show(heard, ended, "none" if is_quiet else "false")


if __name__ == "__main__":
    main()
