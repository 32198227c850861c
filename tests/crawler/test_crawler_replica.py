"""The replica: its clock, its walls, its command line, and the shapes that are traps on the real site."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest
from conftest import HERE, NIGHT_1, NIGHT_2, ROOT

from crawler.replica.server import Replica
from crawler.replica.walls import read_wall
from crawler.replica.world import World


def ask(url: str, path: str, order: str | None = None) -> tuple[int, bytes]:
    """The status and body of an answer; with an order, of a POST."""
    connection = HTTPConnection(str(urlsplit(url).netloc), timeout=10)
    connection.request("GET" if order is None else "POST", path, body=None if order is None else order.encode())
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


@pytest.fixture
def replica(world: World, serve: Callable[..., Replica]) -> Replica:
    """A replica at night 1."""
    return serve(world, NIGHT_1)


def test_clock_moves_the_world(replica: Replica, ids: dict[str, str]) -> None:
    """Night 2 of the demo would look at the world of night 1."""
    path = f"/statuses/show?id={ids['p006']}"
    assert json.loads(ask(replica.url, path)[1])["data"].get("edit_count") is None
    assert ask(replica.url, "/__replica__/clock", NIGHT_2)[0] == 200
    edited = json.loads(ask(replica.url, path)[1])["data"]
    assert (edited["edit_count"], edited["edit_at"]) == (1, "Tue Jul 09 09:30:00 +0800 2024")
    assert ask(replica.url, "/__replica__/clock", "tomorrow")[0] == 400
    assert ask(replica.url, "/__replica__/nothing", "")[0] == 404


def test_future_posts_are_not_there(replica: Replica, ids: dict[str, str]) -> None:
    """A night would read words that were not yet said."""
    body = json.loads(ask(replica.url, f"/statuses/show?id={ids['p020']}")[1])
    assert body == {"ok": 0, "errno": "20101", "msg": "该微博不存在"}


def test_walls_go_up_and_come_down(replica: Replica) -> None:
    """A test of one wall would be spoilt by the wall of another."""
    assert ask(replica.url, "/__replica__/walls", "432@search")[0] == 200
    search = f"/api/container/getIndex?containerid={quote('100103type=61&q=求助')}"
    assert ask(replica.url, search) == (432, b"")
    assert ask(replica.url, "/robots.txt")[0] == 200
    assert ask(replica.url, "/__replica__/walls", "")[0] == 200
    assert ask(replica.url, search)[0] == 200
    assert ask(replica.url, "/__replica__/walls", "moat")[0] == 400


@pytest.mark.parametrize("specification", ["moat", "432@cellar", "432+x", ""])
def test_unknown_wall_is_an_error(specification: str) -> None:
    """A misspelt wall would let a test of it pass."""
    with pytest.raises(ValueError, match="unknown wall"):
        read_wall(specification)


def test_wire_has_its_traps(replica: Replica, ids: dict[str, str]) -> None:
    """Readers that pass here would fail on the real site (platforms.md §13)."""
    search = json.loads(ask(replica.url, f"/api/container/getIndex?containerid={quote('100103type=61&q=求助')}")[1])
    cards = search["data"]["cards"]
    assert {type(card["card_type"]) for card in cards} == {int, str}
    assert {str(card["card_type"]) for card in cards} == {"9", "11"}
    detail = ask(replica.url, f"/detail/{ids['p008']}")[1].decode()
    assert "][0]" in detail.split('"status"')[1].split('"status_title"')[0]
    listed = json.loads(ask(replica.url, "/api/container/getIndex?containerid=1076032100000001")[1])
    plea = next(c["mblog"] for c in listed["data"]["cards"] if c["mblog"]["id"] == ids["p003"])
    assert plea["isLongText"] is True
    assert plea["text"].endswith(f'...<a href="/status/{ids["p003"]}">全文</a>')
    assert (type(plea["id"]), type(plea["user"]["id"])) == (str, int)
    assert listed["data"]["cards"][0]["profile_type_id"].startswith("proweibotop_")
    assert "since_id" not in listed["data"]["cardlistInfo"]
    raw = ask(replica.url, f"/comments/hotflow?id={ids['p003']}&mid={ids['p003']}&max_id_type=0")[1]
    assert raw.isascii()
    thread, plain = json.loads(raw)["data"]["data"]
    assert plain["comments"] is False
    assert len(thread["comments"]) == 2
    assert thread["total_number"] == 3


def test_pictures_are_served(replica: Replica, ids: dict[str, str]) -> None:
    """A screenshot post would carry links to nowhere."""
    post = json.loads(ask(replica.url, f"/statuses/show?id={ids['p010']}")[1])["data"]
    pictures = post["pics"].values() if isinstance(post["pics"], dict) else post["pics"]
    (url,) = [picture["url"] for picture in pictures]
    assert url.startswith(f"{replica.url}/pics/")
    picture = ask(replica.url, urlsplit(url).path)[1]
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    position = 8
    while position < len(picture):  # length, type, data, checksum
        length = int.from_bytes(picture[position : position + 4])
        chunk, checksum = picture[position + 4 : position + 8 + length], picture[position + 8 + length :][:4]
        assert zlib.crc32(chunk) == int.from_bytes(checksum)
        position += 12 + length


def test_command_line_says_where_it_listens() -> None:
    """The demo would not know where to send its spiders."""
    command = [sys.executable, "-m", "crawler.replica", "--world", str(HERE / "world"), "--now", NIGHT_1]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("replica listening on http://127.0.0.1:")
        status, body = ask(line.split()[-1], "/api/config")
        process.terminate()
    assert (status, json.loads(body)["ok"]) == (200, 1)
