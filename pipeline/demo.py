"""The demo: three nights over the sample world, by the same code as a real night, against the replica on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from pipeline.datafiles import DATA_DIR
from pipeline.errors import UserError
from pipeline.night.crawl import PROJECT_DIR
from pipeline.night.nightly import Night, NightResult
from pipeline.places import DEMO_MARKER, Places, demo_dir_of, places_of
from pipeline.settings import CrawlSettings, Settings
from pipeline.store.database import open_store

WORLD_DIR = DATA_DIR / "world"
# 02:00 on 9 July 2024 in Beijing (data/world/README.md).
FIRST_NIGHT = datetime(2024, 7, 8, 18, tzinfo=UTC)
_KEYWORDS = ("#澜州求助#", "#沱阳暴雨求助#", "求助", "求扩散")


def night_at(number: int) -> datetime:
    """When night `number` (from 1) of the sample world looks."""
    return FIRST_NIGHT + timedelta(days=number - 1)


def run_nights(db_path: Path, nights: int, say: Callable[[str], None]) -> list[NightResult]:
    """Run the first nights of the sample world into a fresh database.

    Raises:
        UserError: there is a database at that path which is not a demo's.
    """
    with replica_at(night_at(1)) as base_url:
        settings = demo_settings(base_url, db_path)
        places = places_of(db_path, settings)
        _start_afresh(places)
        store = open_store(db_path)
        results = []
        for number in range(1, nights + 1):
            now = night_at(number)
            _set_clock(base_url, now)
            say(f"── 第 {number} 夜 / night {number} ──")
            results.append(Night(store, places, settings, now, now, lambda done: say(done.as_words())).run())
        store.close()
    return results


def demo_settings(base_url: str, db_path: Path) -> Settings:
    """Settings of a demo night: everything from the replica, without waiting between requests."""
    crawl = CrawlSettings(base_url=base_url, keywords=_KEYWORDS, delay_seconds=0, window_hours=72)
    return Settings(var_dir=demo_dir_of(db_path).name, crawl=crawl, workers=1)


@contextmanager
def replica_at(now: datetime) -> Iterator[str]:
    """The sample world served on loopback from a process of its own; yields its address."""
    options = ["--world", str(WORLD_DIR), "--port", "0", "--now", now.isoformat()]
    command = [sys.executable, "-m", "crawler.replica", *options]
    with subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 ours
        assert server.stdout is not None  # noqa: S101 it was asked for above
        try:
            line = server.stdout.readline()
            if "http://" not in line:
                raise UserError(f"示例世界没有起来 / the replica did not start: {line.strip()}")
            yield line.split()[-1]
        finally:
            server.terminate()


def _set_clock(base_url: str, now: datetime) -> None:
    request = Request(f"{base_url}/__replica__/clock", data=now.isoformat().encode(), method="POST")  # noqa: S310 loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 loopback
        answer.read()


def _start_afresh(places: Places) -> None:
    marker = places.var_dir / DEMO_MARKER
    if places.db_path.exists() and not marker.exists():
        raise UserError(f"{places.db_path}: 不是示例数据库，不覆盖；换一个 --db / not a demo's database")
    for suffix in ("", "-wal", "-shm"):
        places.db_path.with_name(places.db_path.name + suffix).unlink(missing_ok=True)
    if marker.exists():
        shutil.rmtree(places.var_dir)
    places.var_dir.mkdir(parents=True)
    marker.touch()
