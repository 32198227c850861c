"""How fast the desk answers while a night runs: `python -m benchmarks.desk_load --posts 20000 --rate 20 --seconds 30`.

Posts come from the generator of benchmarks/throughput. Questions are copies as people paste them: words in front, the
end cut off. They are sent at a fixed rate by a client of its own, and each is timed from when it was due, so that a
slow answer cannot hide the wait of the next one. Meanwhile another process imports and processes new posts, under
`nice` as docs/desk.md says a night should run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from urllib.parse import urlencode

from benchmarks.throughput import START, write_posts

_CLIENTS = 16
_SEED, _NIGHT_SEED = 7, 8
_HOUXU = (sys.executable, "-c", "from pipeline.cli import main; main()")
_QUEUE_LISTS = ("spreading", "waiting", "review", "gone")
_OTHER_PAGES = ("/boards", "/boards?list=newest", "/boards?list=asked", "/clocks", "/search?q=%E9%80%8F%E6%9E%90")
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Timed:
    """One answer: what was asked for, milliseconds since it was due, and its HTTP status."""

    place: str
    milliseconds: float
    status: int


@dataclass(frozen=True, slots=True)
class Question:
    """A form of the desk's first page, ready to be sent."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Served:
    """A running desk."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time that it has used; unlike waiting, it does not depend on what else the machine does."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_store(db_path: Path, posts: int) -> None:
    """A processed store of so many posts, unless there is one at that path."""
    if db_path.is_file():
        return
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "posts.jsonl"
        write_posts(dump, posts, _SEED)
        _houxu("import", str(dump), "--db", str(db_path))
    _houxu("process", "--db", str(db_path), "--now", _now(posts).isoformat())


def _now(posts: int) -> datetime:
    return START + timedelta(seconds=posts * 3, hours=2)


def _houxu(*arguments: str) -> None:
    done = subprocess.run([*_HOUXU, *arguments], stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.returncode)


@contextmanager
def desk_at(db_path: Path, now: datetime) -> Iterator[Served]:
    """`houxu desk` in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [*_HOUXU, "desk", "--db", str(db_path), "--port", str(port), "--now", now.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield Served(port, process.pid)
        finally:
            process.terminate()


@contextmanager
def night_beside(db_path: Path, posts: int) -> Iterator[None]:
    """Imports and processes new posts over and over until the measuring is done, as a night does."""
    if posts == 0:
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "night.py"
        script.write_text(_NIGHT.format(db=str(db_path), folder=folder, posts=posts, seed=_NIGHT_SEED))
        command = ["nice", "-n", "10", sys.executable, str(script)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as night:
            try:
                yield
            finally:
                # With whatever it has begun: a night that goes on would be in the next measurement.
                os.killpg(night.pid, signal.SIGTERM)


_NIGHT = """
import subprocess, sys
from pathlib import Path
from benchmarks.throughput import write_posts
houxu = [sys.executable, "-c", "from pipeline.cli import main; main()"]
for turn in range(1000):
    dump = Path({folder!r}) / f"{{turn}}.jsonl"
    write_posts(dump, {posts}, {seed} + turn)
    text = dump.read_text(encoding="utf-8").replace('"id": "48', f'"id": "9{{turn % 10}}')
    dump.write_text(text, encoding="utf-8")
    subprocess.run([*houxu, "import", str(dump), "--db", {db!r}], stdout=subprocess.DEVNULL)
    subprocess.run([*houxu, "process", "--db", {db!r}], stdout=subprocess.DEVNULL)
"""


def questions_of(db_path: Path, port: int) -> list[Question]:
    """Two hundred questions about posts of the store, as forms."""
    conn = sqlite3.connect(f"file:{db_path}?mode=ro", uri=True)
    texts = [row[0] for row in conn.execute("SELECT text FROM posts WHERE length(text) > 40 LIMIT 4000")]
    conn.close()
    rng = random.Random(_SEED)
    cookie, token = _form_of(port)
    chosen = rng.sample(texts, min(200, len(texts)))
    return [_question(f"急！大家帮忙看看 {text[: int(len(text) * 0.8)]}", cookie, token) for text in chosen]


def pages_of(db_path: Path) -> list[str]:
    """Addresses to look at: each list of the queue, whole and cut to the rarest district; the other pages."""
    conn = sqlite3.connect(f"file:{db_path}?mode=ro", uri=True)
    rare = conn.execute(
        "SELECT district FROM cases WHERE district IS NOT NULL GROUP BY district ORDER BY COUNT(*), district LIMIT 1"
    ).fetchone()
    conn.close()
    queue = [f"/queue?list={name}&days=all" for name in _QUEUE_LISTS]
    cut = [f"/queue?list={name}&days=30&{urlencode({'district': rare[0]})}" for name in _QUEUE_LISTS] if rare else []
    return [*queue, *cut, *_OTHER_PAGES]


def _question(text: str, cookie: str, token: str) -> Question:
    body = urlencode({"question": text, "csrf": token}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "HX-Request": "true"}
    return Question(body, headers)


def _form_of(port: int) -> tuple[str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/")
    answer = connection.getresponse()
    page = answer.read().decode()
    found = re.search(r'name="csrf" value="(\w+)"', page)
    if found is None:
        raise SystemExit(f"the desk answered {answer.status}")
    return (answer.headers["Set-Cookie"] or "").split(";")[0], found[1]


class Client:
    """Threads with a kept connection each."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = local()

    def ask(self, question: Question, due: float) -> Timed:
        """Send a question that was due at a time of the monotonic clock."""
        return self._send("ask", ("POST", "/ask", question.body, question.headers), due)

    def look(self, place: str) -> Timed:
        """Open a page now."""
        return self._send(place, ("GET", place, None, {}), time.perf_counter())

    def _send(self, name: str, request: tuple[str, str, bytes | None, dict[str, str]], due: float) -> Timed:
        try:
            status = self._status_of(request)
        except ConnectionError:
            # The server closes what was quiet for five seconds; the time counts.
            self._own.connection.close()
            status = self._status_of(request)
        return Timed(name, (time.perf_counter() - due) * 1000, status)

    def _status_of(self, request: tuple[str, str, bytes | None, dict[str, str]]) -> int:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(request[0], request[1], request[2], request[3])
        answer = connection.getresponse()
        answer.read()
        return answer.status


def ask_all(client: Client, questions: Sequence[Question], rate: float, seconds: float) -> list[Timed]:
    """Ask at a fixed rate."""
    with ThreadPoolExecutor(_CLIENTS) as pool:
        start = time.perf_counter()
        waiting = []
        for number in range(int(rate * seconds)):
            due = start + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.append(pool.submit(client.ask, questions[number % len(questions)], due))
        return [one.result() for one in waiting]


def tell(timed: Sequence[Timed]) -> dict[str, dict[str, float]]:
    """p50, p95, p99 and the longest, in milliseconds, for each thing that was asked for."""
    told = {}
    for place in dict.fromkeys(one.place for one in timed):
        times = sorted(one.milliseconds for one in timed if one.place == place)
        failed = sum(one.status != 200 for one in timed if one.place == place)
        quantiles = {f"p{share}": times[min(len(times) - 1, len(times) * share // 100)] for share in (50, 95, 99)}
        told[place] = {"requests": len(times), "failed": failed, **quantiles, "max": times[-1]}
    return told


def main() -> None:
    """Make the store, serve it, ask, and print the table as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--db", type=Path, default=None, help="keep or use the store at this path")
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--night-posts", type=int, default=2_000, help="posts of each turn of the night; 0: no night")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db_path = options.db or Path(folder) / "load.db"
        make_store(db_path, options.posts)
        with desk_at(db_path, _now(options.posts)) as served:
            questions = questions_of(db_path, served.port)
            client = Client(served.port)
            client.ask(questions[0], time.perf_counter())  # the first question reads what later ones share
            with night_beside(db_path, options.night_posts):
                before = served.cpu_seconds()
                timed = ask_all(client, questions, options.rate, options.seconds)
                cpu_ms = (served.cpu_seconds() - before) * 1000 / len(timed)
                timed += [client.look(place) for place in pages_of(db_path) for _ in range(_LOOKS)]
    for place, figures in tell(timed).items():
        print(json.dumps({"what": place} | {key: round(value, 1) for key, value in figures.items()}))
    print(json.dumps({"what": "the desk's processor time for one question, ms", "cpu_ms": round(cpu_ms, 1)}))
    print(json.dumps({"what": "load of the machine, 1 minute", "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
