"""A night whose re-check is shared by several crawlers sees what one crawler sees."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.demo import replica_at
from tests.process.home import Home

redis = pytest.importorskip("redis", reason="the extra `queue` is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server (Debian: redis-server) is missing"),
]
NIGHT = "2024-07-11T02:00:00+08:00"


@pytest.fixture
def queue_url(tmp_path: Path) -> Iterator[str]:
    """A real Redis of our own at a socket."""
    socket = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL) as server:
        for _attempt in range(200):
            if socket.exists():
                break
            time.sleep(0.05)
        yield f"unix://{socket}"
        server.terminate()


def test_two_crawlers_see_what_one_sees(tmp_path: Path, queue_url: str) -> None:
    """A shared night would lose what the second crawler read, or leave its raw words where nobody cleans up (A3.8)."""
    seen = {}
    with replica_at(datetime.fromisoformat(NIGHT)) as base_url:
        for name, more in (("one", ""), ("two", f'queue_url = "{queue_url}"\nprocesses = 2\n')):
            home = Home(tmp_path / name)
            home.folder.mkdir()
            keywords = json.dumps(["求助", "#澜州求助#"], ensure_ascii=False)
            config = f'workers = 1\n[crawl]\nbase_url = "{base_url}"\nkeywords = {keywords}\ndelay_seconds = 0\n{more}'
            (home.folder / "houxu.toml").write_text(config, encoding="utf-8")
            said = home.run("nightly", "--now", NIGHT)
            assert said.code == 0, said.err
            seen[name] = set(home.values("SELECT post_id || availability || COALESCE(text, '') FROM posts"))
            assert home.values("SELECT COUNT(*) FROM recheck_orders WHERE outcome IS NULL") == [0]
    assert len(seen["one"]) > 50
    assert seen["one"] == seen["two"]
    (run,) = [path for path in home.spool.iterdir() if path.is_dir()]
    assert len(list(run.glob("weibo_recheck*.jsonl.gz"))) == 2
    row = home.row("SELECT * FROM run_sources WHERE source = 'weibo_recheck' AND query = 'timeline'")
    assert row["requested"] >= home.values("SELECT COUNT(DISTINCT author_id) FROM recheck_orders")[0]
