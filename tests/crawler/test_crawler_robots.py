"""robots.txt: the defect of Scrapy 2.14-2.19 shown, and that our middleware does not have it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import HERE, ROOT

STOCK = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
OURS = "crawler.middlewares.robots.RobotsTxtMiddleware"
FORBIDDING = b"User-agent: *\nDisallow: /private/\n"


class Site(ThreadingHTTPServer):
    """A site with a robots.txt of its own status, and a count of what was fetched although it is private."""

    daemon_threads = True

    def __init__(self, robots_status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.robots_status = robots_status
        self.robots_fetched = 0
        self.private_fetched = 0
        self.reasons: set[str] = set()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        is_robots = self.path == "/robots.txt"
        self.server.robots_fetched += is_robots
        self.server.private_fetched += not is_robots
        if is_robots:
            time.sleep(0.2)  # long enough for all ten requests to wait for it
        self.send_response(self.server.robots_status if is_robots else 200)
        self.end_headers()
        self.wfile.write(FORBIDDING)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[tuple[str, int], Site]]:
    """A site for each middleware and status of robots.txt, after the crawl."""
    places = {(OURS, status): Site(status) for status in (200, 404, 503, 302)} | {(STOCK, 200): Site(200)}
    jobs = [(f"http://127.0.0.1:{site.server_port}", middleware) for (middleware, _), site in places.items()]
    command = [sys.executable, str(Path(HERE) / "run_robots.py")]
    done = subprocess.run(
        command,
        input=json.dumps(jobs),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
        env=_environment(),
    )
    reasons = [json.loads(line) for line in done.stdout.splitlines()]
    for site in places.values():
        address = f"http://127.0.0.1:{site.server_port}"
        site.reasons = {reason for url, reason in reasons if url == address}
    yield places
    for site in places.values():
        site.shutdown()
        site.server_close()


def test_stock_scrapy_fetches_disallowed_pages(sites: dict[tuple[str, int], Site]) -> None:
    """If this fails, Scrapy has mended its defect and crawler/middlewares/robots.py may lose its `robot_parser`."""
    assert sites[STOCK, 200].private_fetched > 0


def test_ours_fetches_none(sites: dict[tuple[str, int], Site]) -> None:
    """Pages that a site asked not to fetch would be fetched."""
    assert (sites[OURS, 200].private_fetched, sites[OURS, 200].robots_fetched) == (0, 1)


@pytest.mark.parametrize(("status", "fetched"), [(404, 10), (503, 0), (302, 0)])
def test_robots_that_cannot_be_had_follows_rfc_9309(
    status: int, fetched: int, sites: dict[tuple[str, int], Site]
) -> None:
    """A host in trouble (5xx, redirected into nowhere) would be crawled as if it allowed all, or a 404 forbid all."""
    assert sites[OURS, status].private_fetched == fetched


@pytest.mark.parametrize(
    ("status", "reason"), [(200, "Forbidden by robots.txt"), (503, "robots.txt cannot be had: status 503")]
)
def test_the_reason_says_whether_the_site_forbade_it(
    status: int, reason: str, sites: dict[tuple[str, int], Site]
) -> None:
    """An operator would read that the site forbids its pages where the host was only down."""
    assert sites[OURS, status].reasons == {reason}


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ, PYTHONPATH=str(ROOT))
