"""A night that is refused says so, and concludes nothing from what it did not see (A3.3, A3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from pipeline.demo import replica_at
from tests.process.home import Home
from tests.process.trials import set_walls

pytestmark = pytest.mark.slow
NIGHT_1 = "2024-07-09T02:00:00+08:00"
NIGHT_2 = "2024-07-10T02:00:00+08:00"


def _set_clock(base_url: str, moment: str) -> None:
    request = Request(f"{base_url}/__replica__/clock", data=moment.encode(), method="POST")  # noqa: S310 loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 loopback
        answer.read()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, str]]:
    """An installation after a first good night, and the replica's address."""
    home = Home(tmp_path_factory.mktemp("walls"))
    with replica_at(datetime.fromisoformat(NIGHT_1)) as base_url:
        (home.folder / "houxu.toml").write_text(
            f'workers = 1\n[crawl]\nbase_url = "{base_url}"\nkeywords = ["#澜州求助#", "求助"]\ndelay_seconds = 0\n'
            "window_hours = 72\n",
            encoding="utf-8",
        )
        said = home.run("nightly", "--now", NIGHT_1)
        assert said.code == 0, said.err
        assert "这一夜是完整的" in said.last_line
        yield home, base_url


def test_a_wall_makes_a_hole_and_nothing_else(nights: tuple[Home, str]) -> None:
    """A refused night would look like a quiet one, or every post behind the wall like a deleted one."""
    home, base_url = nights
    before = home.tables("runs", "run_steps", "run_sources", "observations", "posts", "mentions")
    statuses = home.rows("SELECT case_id, status, stale_count FROM cases ORDER BY case_id")
    _set_clock(base_url, NIGHT_2)
    set_walls(base_url, "432")
    said = home.run("nightly", "--now", NIGHT_2)
    set_walls(base_url)
    assert said.code == 1
    assert "不完整" in said.last_line
    assert "求助" in said.last_line
    assert home.rows("SELECT case_id, status, stale_count FROM cases ORDER BY case_id") == statuses
    assert home.values("SELECT COUNT(*) FROM posts WHERE availability NOT IN ('visible', 'blocked')") == [0]
    assert (
        home.tables("runs", "run_steps", "run_sources", "observations", "posts", "mentions")["matches"]
        == before["matches"]
    )
    run = home.row("SELECT * FROM runs WHERE kind = 'nightly' ORDER BY started_at DESC LIMIT 1")
    assert run["outcome"] == "partial"
    sources = home.rows("SELECT * FROM run_sources WHERE run_id = ?", run["run_id"])
    assert sum(row["refused"] for row in sources) > 0
    assert not any(row["complete"] for row in sources if row["query"] == "*" and row["source"] == "weibo_search")
    report = home.folder / "var" / "reports" / f"{run['run_id']}.html"
    assert "432" in report.read_text(encoding="utf-8") or "被拒" in report.read_text(encoding="utf-8")


def test_the_night_after_the_wall_looks_again_and_sees_what_changed(nights: tuple[Home, str]) -> None:
    """A hole would stay for ever: updates said during it would never be read."""
    home, base_url = nights
    _set_clock(base_url, NIGHT_2)
    resolved = home.values("SELECT COUNT(*) FROM cases WHERE status = 'resolved'")[0]
    said = home.run("nightly", "--now", "2024-07-10T03:00:00+08:00")
    assert said.code == 0, said.err
    assert home.values("SELECT COUNT(*) FROM cases WHERE status = 'resolved'")[0] > resolved
    again = home.values(
        "SELECT COUNT(DISTINCT post_id) FROM observations WHERE run_id ="
        " (SELECT MAX(run_id) FROM runs WHERE kind = 'nightly') AND post_id IN"
        " (SELECT post_id FROM observations WHERE run_id = (SELECT MIN(run_id) FROM runs WHERE kind = 'nightly'))"
    )
    assert again[0] > 5


def test_a_night_without_keywords_is_refused(home: Home) -> None:
    """A configuration that was forgotten would give a night that asked nothing and reported success."""
    said = home.run("nightly")
    assert said.code == 2
    assert "keywords" in said.err
    assert not home.db.exists()


def test_raw_text_goes_when_its_time_is_over(home: Home) -> None:
    """Phones would lie in the spool for ever (A3.8)."""
    import os

    from pipeline.night.retention import drop_old_spool
    from pipeline.times import parse_time
    from tests.process.home import PLEA, observed

    home.take(observed("a1", PLEA))
    home.take(observed("a2", PLEA))
    folders = sorted(home.spool.iterdir())
    old = parse_time("2024-01-01T00:00:00Z").timestamp()
    for path in folders[0].iterdir():
        os.utime(path, (old, old))
    assert drop_old_spool(home.spool, parse_time("2024-07-12T00:00:00Z"), 90) == 1
    assert [path for path in folders if Path(path).exists()] == folders[1:]
