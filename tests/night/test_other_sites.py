"""Cases on every platform are looked at again: what was written after the first night is seen by the second."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.replica.server import Replica
from crawler.replica.world import load_world, read_native_ids
from tests.process.home import Home, Said

pytestmark = pytest.mark.slow

SMALL_WORLD = Path(__file__).parents[1] / "crawler" / "world"
NIGHT_1, NIGHT_2 = "2024-07-09T02:00:00+08:00", "2024-07-10T02:00:00+08:00"
BOARDS = ("liuyan", "rednet", "board")
# Written after the first night, on pleas that it found.
# The small world has an edit of p006 and the end of p007 besides.
LATER = (
    {"event": "comment", "id": "c900", "on": "p006", "by": "2100000004", "text": "您好，已安排车辆送医，已妥善处理。"},
    {"event": "post", "id": "p900", "by": "2100000002", "text": "孩子退烧了，谢谢帮忙找车的每一位"},
    {"event": "comment", "id": "c901", "on": "p003", "by": "2100000001", "text": "我父亲已经做上透析了，谢谢大家"},
)
# On the second night nobody finds these pleas by searching any more.
SOURCES = """
[mastodon]
tags = ["{url}/tags/{tag}"]
[liuyan]
base_url = "{url}"
[rednet]
base_url = "{url}"
[board]
boards = ["sample_board"]
base_url = "{url}"
[tieba]
threads = [{threads}]
base_url = "{url}"
[weibo_api]
base_url = "{url}"
token_file = "{folder}/token"
"""
NIGHT_SPIDERS = {
    NIGHT_1: ("weibo_search", "mastodon", *BOARDS, "tieba"),
    NIGHT_2: ("weibo_api", "mastodon", *BOARDS, "tieba"),
}


@dataclass(frozen=True, slots=True)
class Nights:
    """Two nights of one installation: the first found the pleas, the second searched for other words."""

    home: Home
    said: Said
    ids: dict[str, str]
    host: str

    def name(self, platform: str, symbol: str) -> str:
        """A post's id as its platform writes it."""
        prefix = {"mastodon": f"{self.host}/", "board": "lanzhou-"}.get(platform, "")
        return f"{platform}:{prefix}{self.ids[symbol]}"

    def seen_last(self, post_id: str) -> list[dict[str, Any]]:
        """What the second night saw of a post."""
        return self.home.rows(
            "SELECT o.* FROM observations o WHERE o.post_id = ?"
            " AND o.run_id = (SELECT MAX(run_id) FROM runs WHERE kind = 'nightly')",
            post_id,
        )

    def outcome(self, spider: str, post_id: str) -> str | None:
        """What became of the second night's order."""
        (told,) = self.home.values(
            "SELECT outcome FROM recheck_orders WHERE spider = ? AND post_id = ?"
            " AND run_id = (SELECT MAX(run_id) FROM runs WHERE kind = 'nightly')",
            spider,
            post_id,
        )
        return str(told) if told else None


def _write_world(folder: Path) -> Path:
    shutil.copytree(SMALL_WORLD, folder)
    with (folder / "events.jsonl").open("a", encoding="utf-8") as events:
        for event in LATER:
            events.write(json.dumps({"at": "2024-07-09T20:00:00+08:00"} | event, ensure_ascii=False) + "\n")
    return folder


def _write_orders(home: Home, url: str, night: str, ids: dict[str, str]) -> None:
    keywords = ["求助", "求扩散"] if night == NIGHT_1 else ["没有人写过的词", "也没有人写过"]
    threads = [f"{url}/p/{ids[symbol]}" for symbol in ("p003", "p007")] if night == NIGHT_1 else []
    tag = quote("澜州求助" if night == NIGHT_1 else "没有人写过的词")
    (home.folder / "houxu.toml").write_text(
        f'workers = 1\n[crawl]\nbase_url = "{url}"\nkeywords = {json.dumps(keywords, ensure_ascii=False)}\n'
        f"delay_seconds = 0\nwindow_hours = 12\nspiders = {json.dumps(NIGHT_SPIDERS[night])}\n",
        encoding="utf-8",
    )
    var = home.folder / "var"
    var.mkdir(exist_ok=True)
    (var / "token").write_text("invented-token", encoding="ascii")
    sources = SOURCES.format(url=url, tag=tag, threads=json.dumps(threads)[1:-1], folder=var)
    (var / "sources.toml").write_text(sources, encoding="utf-8")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """The two nights, once."""
    home = Home(tmp_path_factory.mktemp("sites"))
    world = load_world(_write_world(home.folder / "world"))
    replica = Replica(world, datetime.fromisoformat(NIGHT_1))
    threading.Thread(target=replica.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    ids = read_native_ids(world)
    for night in (NIGHT_1, NIGHT_2):
        replica.set_clock(datetime.fromisoformat(night))
        _write_orders(home, replica.url, night, ids)
        said = home.run("nightly", "--now", night)
        assert said.code in (0, 1), said.err
    yield Nights(home, said, ids, replica.url.removeprefix("http://"))
    replica.shutdown()
    replica.server_close()


@pytest.mark.parametrize("platform", BOARDS)
def test_boards_edits_and_official_replies_are_seen(platform: str, nights: Nights) -> None:
    """What an office answered, and a letter that says that it is over, would never be read once the list moved on."""
    letter = nights.name(platform, "p006")
    assert nights.outcome(platform, letter) == "read"
    (seen,) = nights.seen_last(letter)
    assert "已解决" in seen["text"]
    replies = nights.home.rows("SELECT * FROM posts WHERE reply_to = ? AND text LIKE '%已安排车辆%'", letter)
    assert [reply["author_kind"] for reply in replies] == ["official"]
    states = nights.home.values("SELECT text FROM posts WHERE reply_to = ? AND post_id LIKE '%:state'", letter)
    assert states == ["【办理状态】已办结" if platform == "board" else "【办理状态】已办理"]


def test_mastodon_edits_and_authors_answers_are_seen(nights: Nights) -> None:
    """A status that its author edited to "it arrived", or answered below, would ask for help for ever."""
    edited = nights.name("mastodon", "p006")
    assert nights.outcome("mastodon", edited) == "read"
    (seen,) = nights.seen_last(edited)
    assert (seen["edited_at"], "已解决" in seen["text"]) == ("2024-07-09T01:30:00Z", True)
    assert "做上透析" in nights.seen_last(nights.name("mastodon", "c901"))[0]["text"]
    assert "退烧了" in nights.seen_last(nights.name("mastodon", "p900"))[0]["text"]  # on its author's page only


def test_tieba_authors_floors_are_seen(nights: Nights) -> None:
    """A thread that the operator did not name would be read once and never again."""
    assert nights.outcome("tieba", nights.name("tieba", "p003")) == "read"
    (floor,) = nights.seen_last(nights.name("tieba", "c901"))
    assert "做上透析" in floor["text"]


def test_weibo_is_looked_at_by_the_official_api_alone(nights: Nights) -> None:
    """With a token and nothing else no update of a case on Weibo would ever be seen."""
    assert nights.outcome("weibo_api", nights.name("weibo", "p006")) == "read"
    assert "已解决" in nights.seen_last(nights.name("weibo", "p006"))[0]["text"]
    assert "做上透析" in nights.seen_last(nights.name("weibo", "c901"))[0]["text"]
    assert nights.seen_last(nights.name("weibo", "p007"))[0]["availability"] == "not_found"
    subject = nights.name("weibo", "p003")
    head = nights.home.row("SELECT * FROM list_heads WHERE kind = 'comments' AND subject = ?", subject)
    assert (head["total"], head["newest_id"]) == (356, nights.ids["c901"])


def test_a_board_says_in_its_own_file_what_gone_means(nights: Nights) -> None:
    """A letter that was taken down would be `blocked` for ever, on a board whose sentence the operator knows."""
    gone = nights.name("board", "p007")
    assert nights.outcome("board", gone) == "read"
    assert [seen["availability"] for seen in nights.seen_last(gone)] == ["not_found"]


@pytest.mark.parametrize("platform", ["liuyan", "rednet", "tieba"])
def test_what_no_table_knows_is_blocked_and_reported(platform: str, nights: Nights) -> None:
    """A page that nobody can read would pass for a plea that was taken down, or the night for one without a hole."""
    gone = nights.name(platform, "p007")
    assert [seen["availability"] for seen in nights.seen_last(gone)] == ["blocked"]
    assert nights.outcome(platform, gone) == "refused"
    assert nights.home.values("SELECT availability FROM posts WHERE post_id = ?", gone) == ["visible"]
    row = nights.home.row(
        "SELECT * FROM run_sources WHERE source = ? AND query = 'targets'"
        " AND run_id = (SELECT MAX(run_id) FROM runs WHERE kind = 'nightly')",
        platform,
    )
    assert (row["complete"], row["refused"] > 0) == (0, True)
    assert f"{platform}「targets」" in nights.said.err
