"""A desk over invented stories, and a browser without scripts that walks through it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from desk.app import make_app
from desk.people import passwords
from pipeline.settings import Settings
from tests.process.home import Home, observed, run_houxu, seen_again
from tests.process.scenes import LATE_COPY, STORY

NOW = datetime(2024, 7, 10, 20, tzinfo=UTC)
PASSWORD = "correct horse battery"
ASK = (
    "求助！婆婆宁秀兰，六十八岁，住澜州市东篱区，糖尿病，胰岛素只剩一针了，社区说要等，求帮忙买药，"
    "联系电话 13700003344，求扩散"
)
ASKED = observed("d1", ASK, "07-10T02:00", author_id="u20", author_name="东篱阿宁")
REPLY = observed(
    "d2",
    "您好，您反映的情况已转交东篱区社区，正在协调配药",
    "07-10T04:30",
    author_id="u21",
    author_name="东篱发布",
    author_kind="official",
    reply_to="d1",
)
HOSTILE_NAME = "<img src=x onerror=alert(1)>\u202e\u2066"
HOSTILE_TEXT = (
    "求助！&lt;script&gt;alert('xss')&lt;/script&gt; 老人被困在澜州市北汀区老楼三层，"
    "\u202e没有水也没有吃的，javascript:alert(1)"
    " 请帮忙转发！！" + "🆘" * 400
)
HOSTILE = observed(
    "x1", HOSTILE_TEXT, "07-10T03:00", author_id="u30", author_name=HOSTILE_NAME, url="javascript:alert(2)"
)
# The late copy once more, with its counters as they were then.
SPREAD = seen_again(LATE_COPY, "07-10T12:00", counts={"reposts": 40, "comments": 12, "likes": 5})
WEBSITE = "https://weibo.example/p/{id}"


@dataclass(slots=True)
class Browser:
    """A reader without JavaScript: it follows forms as they stand on the page."""

    client: TestClient

    def get(self, place: str, **more: Any) -> Response:
        """A page, redirects followed."""
        return self.client.get(place, **more)

    def text(self, place: str, **more: Any) -> str:
        """What a page holds, as HTML."""
        answer = self.client.get(place, **more)
        assert answer.status_code == 200, answer.text[:2000]
        return answer.text

    @property
    def csrf(self) -> str:
        """The token of this browser's forms."""
        found = re.search(r'name="csrf" value="(\w+)"', self.client.get("/login").text)
        assert found is not None
        return found[1]

    def post(self, place: str, files: Any = None, **fields: Any) -> Response:
        """Send a form of one of the desk's pages."""
        return self.client.post(place, data={"csrf": self.csrf, **fields}, files=files)

    def login(self, name: str, password: str = PASSWORD) -> Response:
        """Log in."""
        return self.post("/login", name=name, password=password)


def words_of(html: str) -> str:
    """The words of a page, in a line, as they are read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", " ", html))).split())


def _with_link(line: dict[str, Any]) -> dict[str, Any]:
    return line if "availability" in line or "url" in line else line | {"url": WEBSITE.format(id=line["id"])}


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function at a fraction of its cost: many log-ins are tried here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stories of tests/process/scenes.py, an office's answer and a hostile post: made once, read only."""
    home = Home(tmp_path_factory.mktemp("stories"))
    home.settle(*(_with_link(line) for line in (*STORY, ASKED, REPLY, HOSTILE, SPREAD)), now=NOW.isoformat())
    return home


@pytest.fixture
def desk_home(stories: Home, tmp_path: Path) -> Home:
    """The stories once more, to be changed."""
    shutil.copytree(stories.folder, tmp_path / "home")
    return Home(tmp_path / "home")


def app_of(home: Home, settings: Settings | None = None, *, is_loopback: bool = True) -> FastAPI:
    """The desk of an installation, its clock stopped at NOW."""
    return make_app(home.db, settings or Settings(), lambda: NOW, is_loopback=is_loopback)


def browse(home: Home, settings: Settings | None = None, *, is_loopback: bool = True) -> Browser:
    """A fresh browser at the desk of an installation; Chinese, and bugs come through as what they are."""
    app = app_of(home, settings, is_loopback=is_loopback)
    return Browser(TestClient(app, headers={"accept-language": "zh-CN"}))


def add_user(home: Home, name: str, role: str) -> None:
    """An account with PASSWORD."""
    said = home.run("desk", "user", "add", name, "--role", role, "--password-stdin", stdin=f"{PASSWORD}\n".encode())
    assert said.code == 0, said.err


def add_token(home: Home, *scopes: str) -> str:
    """A token for the API."""
    options = [part for scope in scopes for part in ("--scope", scope)]
    said = run_houxu("desk", "token", "add", "robot", *options, "--db", home.db)
    assert said.code == 0, said.err
    return said.out.strip()


@pytest.fixture
def browser(stories: Home) -> Iterator[Browser]:
    """Somebody at this machine, on a desk without accounts, who only reads."""
    return browse(stories)


@pytest.fixture
def worker(desk_home: Home) -> Iterator[Browser]:
    """The same on a desk that may be changed."""
    return browse(desk_home)


def quote_of(home: Home, post_id: str) -> str:
    """The words that the status of a post's case stands on."""
    (found,) = home.values(
        "SELECT u.quote FROM cases c JOIN status_updates u USING (case_id)"
        " WHERE c.case_id = ? AND u.update_id = c.status_update_id",
        case_of(home, post_id),
    )
    return str(found)


def case_of(home: Home, post_id: str) -> str:
    """The case that a post belongs to."""
    (found,) = home.values("SELECT case_id FROM case_posts WHERE post_id = ? AND role <> 'round_up'", post_id)
    return str(found)
