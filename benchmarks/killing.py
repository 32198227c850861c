"""Kill -9 at random moments of import, process and nightly, then run again: is the content the same?

    python -m benchmarks.killing [N]      N kills of each command, 20 by default

"cut" counts the kills that met the command still running; "different" the runs whose database then differs from an
undisturbed one (run bookkeeping left out).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.process.killing import Kill, Trial, try_kills
from tests.process.trials import import_trial, night_trial, process_trial


def main() -> None:
    """Print a table, a line a command, and every difference below it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{'command':10} {'kills':>6} {'cut':>6} {'from s':>7} {'to s':>7} {'failed':>7} {'different':>10}")
    for name in ("import", "process", "nightly"):
        with tempfile.TemporaryDirectory() as folder, _trial(name, Path(folder) / "home") as trial:
            kills = try_kills(trial, Path(folder), options.kills, options.seed)
        _print_row(name, kills, trial)


@contextmanager
def _trial(name: str, folder: Path) -> Iterator[Trial]:
    folder.mkdir()
    if name == "import":
        yield import_trial(folder, 5_000)
    elif name == "process":
        yield process_trial(folder, 2_000)
    else:
        with night_trial(folder) as trial:
            yield trial


def _print_row(name: str, kills: list[Kill], trial: Trial) -> None:
    moments = [kill.after_seconds for kill in kills]
    cut = sum(kill.was_cut for kill in kills)
    failed = sum(kill.exit_code not in trial.good_codes for kill in kills)
    different = [kill for kill in kills if kill.different]
    print(f"{name:10} {len(kills):6} {cut:6} {min(moments):7.1f} {max(moments):7.1f} {failed:7} {len(different):10}")
    for kill in different:
        print(f"  killed after {kill.after_seconds:.2f} s:", *kill.different[:8], sep="\n    ")


if __name__ == "__main__":
    main()
