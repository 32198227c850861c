"""The replica as an HTTP server on the loopback interface, with a virtual clock and walls that can be put up."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections import Counter
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.replica.answers import Answer, answer_json
from crawler.replica.facts import read_facts
from crawler.replica.question import Question, Sent
from crawler.replica.surfaces import answer_question, find_endpoint
from crawler.replica.visitors import VISITOR_PATH, Visitors
from crawler.replica.walls import WallPlan, put_wall, read_wall
from crawler.replica.world import Scene, World

ACCESS_MODES = ("none", "session", "visitor", "login")
CONTROL_PREFIX = "/__replica__/"


class Replica(ThreadingHTTPServer):
    """Serves a world at 127.0.0.1. `asked` counts the requests of each endpoint, refused ones included.

    With a `log_path` every request is a line there: seconds of the machine's clock, endpoint, path with query.
    """

    daemon_threads = True

    def __init__(self, world: World, now: datetime, port: int = 0, access: str = "login") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.world = world
        self.access = access
        self.walls: tuple[WallPlan, ...] = ()
        self.asked: Counter[str] = Counter()
        self.log_path: Path | None = None
        self.visitors = Visitors()
        self.facts = read_facts([])
        self._lock = threading.Lock()
        self._scene = world.at(now)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def set_clock(self, now: datetime) -> None:
        """Move the world to another moment, forward or back."""
        scene = self.world.at(now)
        with self._lock:
            self._scene = scene

    def set_walls(self, *specifications: str) -> None:
        """Put up these walls (crawler.replica.walls) and take down all others; the counting starts anew."""
        walls = tuple(read_wall(specification) for specification in specifications)
        with self._lock:
            self.walls = walls
            self.asked.clear()

    def set_facts(self, *specifications: str) -> None:
        """Take these for true (crawler.replica.facts), and all others for what they are by default."""
        self.facts = read_facts(list(specifications))

    def answer(self, path: str, parameters: dict[str, str], sent: Sent | None = None) -> Answer:
        """The answer to a request."""
        endpoint = find_endpoint(path, parameters)
        scene, wall = self._step(endpoint)
        if self.log_path is not None:
            with self.log_path.open("a", encoding="utf-8") as log:
                log.write(f"{time.monotonic():.6f}\t{endpoint}\t{path}?{urlencode(parameters)}\n")
        if path == VISITOR_PATH:
            return self.visitors.answer_new()
        if endpoint is None:
            return answer_json({"ok": 0, "msg": "暂无数据"}, 404)
        sent = sent or Sent()
        access = self.visitors.read_access(sent.headers.get("cookie", "")) if self.access == "session" else self.access
        question = Question(scene, parameters, access, self.url, sent, self.facts)
        answer = answer_question(endpoint, path, question)
        return put_wall(wall.name, answer) if wall else answer

    def control(self, name: str, body: str) -> Answer:
        """Orders from the loopback side: `clock` (an ISO 8601 moment), `walls`, `facts` (specifications)."""
        try:
            if name == "clock":
                self.set_clock(datetime.fromisoformat(body.strip()))
            elif name == "walls":
                self.set_walls(*body.split())
            elif name == "facts":
                self.set_facts(*body.split())
            else:
                return Answer(b"unknown order\n", 404, "text/plain")
        except ValueError as error:
            return Answer(f"{error}\n".encode(), 400, "text/plain")
        return Answer(b"done\n", content_type="text/plain")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that went away (or was sent away by a wall); show anything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def _step(self, endpoint: str | None) -> tuple[Scene, WallPlan | None]:
        with self._lock:
            before = self.asked[endpoint or "other"]
            self.asked[endpoint or "other"] += 1
            standing = (wall for wall in self.walls if endpoint and wall.covers(endpoint) and before >= wall.passing)
            return self._scene, next(standing, None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one segment; two would wait 40 ms for each other (Nagle, delayed ACK)
    disable_nagle_algorithm = True
    server: Replica

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        if self.path.startswith(CONTROL_PREFIX) and self.client_address[0] == "127.0.0.1":
            self._send(self.server.control(self.path.removeprefix(CONTROL_PREFIX), body))
        else:
            self._answer(body)

    def _answer(self, body: str) -> None:
        parts = urlsplit(self.path)
        sent = Sent({name.lower(): value for name, value in self.headers.items()}, body)
        self._send(self.server.answer(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), sent))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: the demo's screen belongs to the demo."""

    def _send(self, answer: Answer) -> None:
        if answer.is_reset:
            self._reset()
            return
        time.sleep(answer.delay_seconds)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _reset(self) -> None:
        # Lingering for no time makes the close a reset instead of an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
