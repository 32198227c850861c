"""Kills a command at a random moment and runs it again: what is left must be what an undisturbed run leaves."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.process.dumps import differences, read_content

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Kill:
    """One disturbed run: when it was killed, how many runs were cut, and what came out different."""

    after_seconds: float
    was_cut: bool
    exit_code: int
    different: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A command over an installation. `folder` is copied for each run, and `before_run` may reset the world."""

    folder: Path
    command: tuple[str, ...]
    good_codes: tuple[int, ...] = (0,)
    before_run: Callable[[], None] = lambda: None

    def undisturbed(self, target: Path) -> float:
        """Run to the end in a copy at `target`; how long it took, in seconds."""
        _copy(self.folder, target)
        self.before_run()
        start = time.monotonic()
        code = _start(self.command, target).wait()
        if code not in self.good_codes:
            raise RuntimeError(f"{' '.join(self.command)} ended with {code}")
        return time.monotonic() - start

    def kill_at(self, calm: Path, target: Path, after_seconds: float) -> Kill:
        """Kill a run after some seconds, run again until it ends, compare with the undisturbed one."""
        _copy(self.folder, target)
        self.before_run()
        process = _start(self.command, target)
        try:
            process.wait(timeout=after_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        was_cut = process.returncode < 0
        code = _start(self.command, target).wait() if was_cut else process.returncode
        different = differences(read_content(target / "houxu.db"), read_content(calm / "houxu.db"))
        return Kill(after_seconds, was_cut, code, tuple(different))


def try_kills(trial: Trial, workplace: Path, kills: int, seed: int) -> list[Kill]:
    """Kill at so many random moments between the first write and the end of an undisturbed run."""
    chance = random.Random(seed)  # noqa: S311 a seed makes the moments repeatable
    calm = workplace / "calm"
    lasted = trial.undisturbed(calm)
    done = []
    for number in range(kills):
        target = workplace / f"killed-{number}"
        done.append(trial.kill_at(calm, target, lasted * chance.uniform(0.15, 1.0)))
        shutil.rmtree(target)
    return done


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    # A session of its own: a kill of the night must not leave its spider behind, nor hit whoever runs the trial.
    return subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *command, "--db", "houxu.db"],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
