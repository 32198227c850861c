"""What a re-check does not ask: what an author's page has shown, and lists that have not changed."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import NIGHT_1, NIGHT_2, Crawl, make_orders, read_crawl, run_crawls, run_scrapy, start_scrapy

from crawler.orders import NEVER
from crawler.replica.server import Replica
from crawler.replica.world import Post, World
from crawler.targets import Target, Unit, read_unit, write_unit

pytestmark = pytest.mark.slow
RECHECK = "weibo_recheck"
Serve = Callable[..., Replica]


@dataclass(frozen=True, slots=True)
class Night:
    """One crawl, the replica that it asked, and what it said of its orders."""

    crawl: Crawl
    replica: Replica
    answers: list[dict[str, Any]]

    def heads(self, kind: str) -> dict[str, dict[str, Any]]:
        """The answers of a kind by subject."""
        return {answer["subject"]: answer for answer in self.answers if answer["kind"] == kind}


def posts_of_night_1(world: World) -> list[Post]:
    """Every post that was visible then, but the round-up's many."""
    scene = world.at(datetime.fromisoformat(NIGHT_1))
    return [post for post in scene.posts.values() if not post.gone and not post.text.startswith("求助信息汇总")]


def write_targets(path: Path, posts: Iterable[Post], before: Night | None = None) -> Path:
    """A line a post: read its author's page first; what is known is what an earlier night said."""
    lines = []
    for post in posts:
        comments = before.heads("comments").get(post.native_id, {}) if before else {}
        line = {
            "platform": "weibo",
            "id": post.native_id,
            "author_id": post.author.user_id,
            "posted_at": post.posted_at.isoformat(),
            "checked_at": NIGHT_1 if before else None,
            "looks": ["timeline"],
            "edited_at": post.edits[-1].isoformat() if post.edits else None,
            "comments_total": comments.get("total"),
            "comments_newest_id": comments.get("newest_id"),
        }
        lines.append(json.dumps(line))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read_answers(spool: Path) -> list[dict[str, Any]]:
    """What a crawl said of its orders."""
    text = (spool / f"{RECHECK}.answers.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def nights(world: World, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Night]:
    """A first night; the same moment once more; the next night; the next night with everything asked for."""
    folder = tmp_path_factory.mktemp("thrift")
    posts = posts_of_night_1(world)

    def run(names: dict[str, tuple[str, Path]]) -> dict[str, Night]:
        replicas = {name: serve(world, now) for name, (now, _targets) in names.items()}
        jobs = [
            (RECHECK, make_orders(replicas[name], folder / name, now, targets=str(targets)))
            for name, (now, targets) in names.items()
        ]
        run_crawls(jobs)
        return {
            name: Night(read_crawl(folder / name, RECHECK), replicas[name], read_answers(folder / name))
            for name in names
        }

    first = run({"first": (NIGHT_1, write_targets(folder / "first.jsonl", posts))})
    known = write_targets(folder / "known.jsonl", posts, first["first"])
    everything = folder / "everything.jsonl"
    bare = [{"platform": "weibo", "id": post.native_id, "author_id": post.author.user_id} for post in posts]
    everything.write_text("".join(f"{json.dumps(line)}\n" for line in bare), encoding="utf-8")
    return first | run(
        {"again": (NIGHT_1, known), "next": (NIGHT_2, known), "everything": (NIGHT_2, everything)},
    )


def test_nothing_new_costs_one_page_an_author(nights: dict[str, Night], world: World) -> None:
    """Lists that have not changed would be read again every night (zero refetch beyond the window)."""
    night = nights["again"]
    authors = {post.author.user_id for post in posts_of_night_1(world)}
    assert night.replica.asked["timeline"] == len(authors)
    unread = [one for one in nights["first"].heads("comments").values() if one["total"] is None]
    assert night.replica.asked["comments"] <= len(unread)
    assert night.replica.asked["show"] == nights["first"].replica.asked["show"] == 0
    assert all(line["complete"] for line in night.crawl.ledger if line["query"] != "*")


def test_less_is_asked_and_as_much_is_seen(nights: dict[str, Night]) -> None:
    """Thrift would cost an author's word, an edit, or the news that a post is gone."""
    thrifty, whole = nights["next"], nights["everything"]
    assert sum(thrifty.replica.asked.values()) < 0.8 * sum(whole.replica.asked.values())
    known = {line["id"] for line in nights["first"].crawl.observations}
    fresh = {line["id"] for line in whole.crawl.observations} - known
    assert fresh
    assert fresh <= {line["id"] for line in thrifty.crawl.observations}
    seen, ought = thrifty.crawl.availabilities(), whole.crawl.availabilities()
    gone = {native_id: state for native_id, state in ought.items() if state != "visible"}
    assert len(gone) >= 3
    assert {native_id: seen.get(native_id) for native_id in gone} == gone


def test_an_edit_is_read_in_full(nights: dict[str, Night], ids: dict[str, str]) -> None:
    """An author who writes "resolved" into the plea itself would be missed, or be read as far as the list shows it."""
    lines = {line["id"]: line for line in nights["next"].crawl.observations}
    ought = {line["id"]: line for line in nights["everything"].crawl.observations}
    edited = [line for line in ought.values() if line["edited_at"] and line["edited_at"] > NIGHT_1]
    assert edited
    for line in edited:
        assert lines[line["id"]]["text"] == line["text"]
        assert lines[line["id"]]["edited_at"] == line["edited_at"]


def test_a_long_text_that_a_list_cuts_is_not_taken_for_an_edit(nights: dict[str, Night], ids: dict[str, str]) -> None:
    """The head of a long plea would replace its whole text."""
    for name in ("first", "again", "next"):
        texts = [line["text"] for line in nights[name].crawl.observations if line["text"]]
        assert not any(text.rstrip().endswith("全文</a>") for text in texts)
    again = {line["id"]: line for line in nights["again"].crawl.observations}
    assert again[ids["p003"]]["availability"] == "visible"
    assert again[ids["p003"]]["text"] is None


def test_comments_read_to_the_end_are_told_so(nights: dict[str, Night], ids: dict[str, str], world: World) -> None:
    """The next night would not know where the known comments end."""
    head = nights["first"].heads("comments")[ids["p007"]]
    scene = world.at(datetime.fromisoformat(NIGHT_1))
    assert head["total"] == len(scene.comments_on(ids["p007"]))
    assert head["newest_id"] == max(comment.native_id for comment in scene.comments_on(ids["p007"]))


def test_known_comments_are_not_handed_over_again(nights: dict[str, Night]) -> None:
    """The same comment would be an observation every night, without end."""
    first = {line["id"] for line in nights["first"].crawl.observations if line["reply_to"]}
    whole = {post_id for post_id, answer in nights["first"].heads("comments").items() if answer["total"] is not None}
    again = {line["id"] for line in nights["next"].crawl.observations if line["reply_to"] in whole}
    assert first
    assert not first & again


def test_a_killed_re_check_goes_on_where_it_was(world: World, serve: Serve, tmp_path: Path) -> None:
    """A night of many hours would ask for everything again, and have no budget left for the rest."""
    replica = serve(world, NIGHT_1)
    replica.log_path = tmp_path / "log"
    targets = write_targets(tmp_path / "targets.jsonl", posts_of_night_1(world))
    orders = make_orders(replica, tmp_path / "spool", NIGHT_1, targets=str(targets))
    process = start_scrapy(RECHECK, orders | {"DOWNLOAD_DELAY": "0.15"})
    path = tmp_path / "spool" / f"{RECHECK}.answers.jsonl"
    while not (path.exists() and sum(answer["kind"] == "unit" for answer in _whole(path)) >= 3):
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = {answer["subject"] for answer in _whole(path) if answer["kind"] == "unit"}
    asked_before = len(replica.log_path.read_text(encoding="utf-8").splitlines())
    run_scrapy(RECHECK, orders)
    later = replica.log_path.read_text(encoding="utf-8").splitlines()[asked_before:]
    assert later
    assert not [line for line in later for author_id in done if f"107603{author_id}" in line]
    crawl = read_crawl(tmp_path / "spool", RECHECK)
    assert {post.native_id for post in posts_of_night_1(world)} <= set(crawl.availabilities())


def test_a_budget_ends_the_crawl_before_it_is_passed(world: World, serve: Serve, tmp_path: Path) -> None:
    """A night would take requests that the next one needs, or not say whom it left out."""
    replica = serve(world, NIGHT_1)
    targets = write_targets(tmp_path / "targets.jsonl", posts_of_night_1(world))
    run_scrapy(RECHECK, make_orders(replica, tmp_path / "spool", NIGHT_1, targets=str(targets), recheck_budget="12"))
    assert 0 < sum(replica.asked.values()) - replica.asked["robots"] <= 12
    line = read_crawl(tmp_path / "spool", RECHECK).line("timeline")
    assert line["complete"] == 0
    assert "authors of new or spreading pleas not asked" in line["note"]


def test_a_unit_survives_the_queue() -> None:
    """An order would change on its way through Redis."""
    moment = datetime.fromisoformat(NIGHT_1)
    target = Target("weibo", "1", "7", moment, True, NEVER, ("timeline",), False, False, moment, 3, "99")
    units = [Unit("7", (target,)), Unit("post 2", (Target("weibo", "2", None, None, False),))]
    assert [read_unit(write_unit(unit)) for unit in units] == units


def _whole(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]
