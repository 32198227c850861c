"""Ten real nights (`houxu nightly`, a process each, HTTP over loopback) of a big world, by one way of re-checking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from crawler.replica.bigworld import FIRST_DAY
from crawler.replica.bigworld_texts import TOPICS

ROOT = Path(__file__).resolve().parents[1]
WINDOW_HOURS = 26
NIGHT_HOUR = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A way of re-checking: its name, requests a day to the host, the [recheck] section of houxu.toml."""

    name: str
    daily_budget: int
    recheck: tuple[str, ...] = ()


@dataclass(slots=True)
class Ran:
    """What a way left: its folder with the database, the replica's log cut by nights, how nights ended."""

    way: Way
    folder: Path
    asked: list[list[str]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def db(self) -> Path:
        """The database."""
        return self.folder / "houxu.db"

    @property
    def requests(self) -> list[int]:
        """Requests at the replica, night by night."""
        return [len(night) for night in self.asked]


def night_at(number: int) -> datetime:
    """Night `number`, from 1."""
    return FIRST_DAY + timedelta(days=number, hours=NIGHT_HOUR)


def run_nights(way: Way, world: Path, folder: Path, nights: Sequence[int]) -> Ran:
    """All nights of a way, each from the command line; those that a kept folder holds are read instead."""
    kept = folder / "ran.json"
    ran = _read_kept(way, folder, kept)
    if len(ran.asked) >= len(nights):
        first = len(nights)
        return Ran(way, folder, ran.asked[:first], ran.outcomes[:first], ran.seconds[:first])
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "replica.log"
    log.touch()
    with _serve(world, log) as base_url:
        (folder / "houxu.toml").write_text(_config(way, base_url), encoding="utf-8")
        for number in nights[len(ran.asked) :]:
            _set_clock(base_url, night_at(number))
            start = time.monotonic()
            ran.outcomes.append(_run_night(folder, night_at(number)))
            ran.seconds.append(time.monotonic() - start)
            ran.asked.append(log.read_text(encoding="utf-8").splitlines()[sum(ran.requests) :])
            value = {"asked": ran.asked, "outcomes": ran.outcomes, "seconds": ran.seconds}
            kept.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
            print(f"  {way.name} night {number}: {ran.requests[-1]} requests, {ran.seconds[-1]:.0f} s", flush=True)
    return ran


def _read_kept(way: Way, folder: Path, kept: Path) -> Ran:
    values = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    return Ran(way, folder, **values)


def _config(way: Way, base_url: str) -> str:
    keywords = json.dumps(TOPICS, ensure_ascii=False)
    lines = [
        "workers = 1",
        "[crawl]",
        f'base_url = "{base_url}"',
        f"keywords = {keywords}",
        "delay_seconds = 0",
        f"window_hours = {WINDOW_HOURS}",
        f"daily_budget = {way.daily_budget}",
        f"recheck_limit = {way.daily_budget}",
        "[recheck]",
        *way.recheck,
    ]
    return "\n".join(lines) + "\n"


def _run_night(folder: Path, now: datetime) -> str:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "nightly", "--now", now.isoformat()]
    done = subprocess.run(
        [*command, "--log-json", "--db", "houxu.db", "--config", "houxu.toml"],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"houxu nightly ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stderr.strip().splitlines()[-1] if done.returncode else "complete"


@contextmanager
def _serve(world: Path, log: Path) -> Iterator[str]:
    options = ["--world", str(world), "--now", night_at(1).isoformat(), "--log", str(log)]
    command = [sys.executable, "-m", "crawler.replica", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 it was asked for above
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


def _set_clock(base_url: str, now: datetime) -> None:
    request = Request(f"{base_url}/__replica__/clock", data=now.isoformat().encode(), method="POST")  # noqa: S310 loopback
    with urlopen(request, timeout=60) as answer:  # noqa: S310 loopback
        answer.read()
