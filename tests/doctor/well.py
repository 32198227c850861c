"""An installation that is well, and the site that it reads: what every test of the doctor begins with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.store.database import open_store
from pipeline.store.runs import RunSource, finish_run, start_run, write_source
from tests.process.home import Home, Said

NOW = datetime(2024, 7, 12, 0, tzinfo=UTC)
LAST_NIGHT = datetime(2024, 7, 11, 18, tzinfo=UTC)


class Host(ThreadingHTTPServer):
    """A site that has nothing but a robots.txt; `asked` are the paths that were asked for."""

    daemon_threads = True
    status, robots, date = 200, "User-agent: *\nAllow: /\n", NOW

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        body = self.server.robots.encode()
        self.send_response_only(self.server.status)
        self.send_header("Date", format_datetime(self.server.date, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing."""


def configure(home: Home, host: Host, **more: object) -> None:
    lines = {"base_url": f"http://127.0.0.1:{host.server_address[1]}", "keywords": ["求助", "求扩散"]} | more
    text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in lines.items())
    (home.folder / "houxu.toml").write_text(f"[crawl]\n{text}", encoding="utf-8")


def enter_night(home: Home, at: datetime, *, is_complete: bool, note: str | None = None) -> None:
    store = open_store(home.db)
    run_id = f"nightly-{at:%Y%m%dT%H%M%SZ}"
    start_run(store, run_id, "nightly", at)
    write_source(store, run_id, RunSource("weibo_search", "求助", 3, 2, 1, 0, 0, complete=is_complete, note=note))
    finish_run(store, run_id, at, "done" if is_complete else "partial", note)
    store.close()


def examine(home: Home, *more: str) -> Said:
    """The doctor's word."""
    return home.run("doctor", "--now", NOW.isoformat(), *more)
