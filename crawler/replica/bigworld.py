"""A big invented world for the replica: `python -m crawler.replica.bigworld OUT --posts 20000 --seed 1`.

Ten days of pleas in eight topics, with reposts and copies that come in heavy-tailed waves, what the authors write later
(posts, reposts of their own plea, comments, edits), bystanders' comments, chatter, and posts that go. The same
arguments give the same world. Format: data/world/README.md; truth.jsonl has a line a plea and a line an update.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from crawler.replica.bigworld_texts import (
    PleaWords,
    write_chatter,
    write_copy,
    write_plea,
    write_repost,
    write_tip,
    write_update,
)

FIRST_DAY = datetime(2024, 7, 31, 16, tzinfo=UTC)  # midnight in Beijing
DAYS = 10
_PLEA_SHARE, _UPDATES_A_PLEA, _COMMENTS_A_PLEA = 0.1, 1.2, 2.0
_ENDINGS = (("delete", 0.04), ("remove", 0.01), ("private", 0.01))

Event = dict[str, Any]


@dataclass(slots=True)
class BigWorld:
    """A world in the making: its events, and what a test wants to know of it."""

    chance: Random
    authors: list[str]
    events: list[Event] = field(default_factory=list)
    truths: list[Event] = field(default_factory=list)
    posts: int = 0
    comments: int = 0

    def add_post(self, at: datetime, by: str, text: str, **more: Any) -> str:
        """A post; its id."""
        self.posts += 1
        post_id = f"p{self.posts:06}"
        self.events.append({"at": at.isoformat(), "event": "post", "id": post_id, "by": by, "text": text, **more})
        return post_id

    def add_comment(self, at: datetime, on: str, by: str, text: str) -> str:
        """A comment; its id."""
        self.comments += 1
        comment_id = f"c{self.comments:06}"
        event = {"at": at.isoformat(), "event": "comment", "id": comment_id, "on": on, "by": by, "text": text}
        self.events.append(event)
        return comment_id


@dataclass(frozen=True, slots=True)
class _Plea:
    words: PleaWords
    post_id: str
    author: str
    posted_at: datetime
    ends_at: datetime | None  # when it is deleted, removed or hidden


def make_world(posts: int, authors: int, seed: int) -> BigWorld:
    """So many posts by so many authors."""
    world = BigWorld(Random(seed), [f"99{number:08}" for number in range(authors)])  # noqa: S311 a seeded world
    plea_authors = world.authors[: max(1, int(authors * 0.6))]
    waves = [_add_plea(world, number, plea_authors) for number in range(int(posts * _PLEA_SHARE))]
    left = posts - world.posts
    _spread(world, waves, int(left * 0.62))
    for _ in range(posts - world.posts):
        text = write_tip(world.chance) if world.chance.random() < 0.2 else write_chatter(world.chance)
        world.add_post(_any_time(world.chance), world.chance.choice(world.authors), text)
    world.events.sort(key=lambda event: (event["at"], event.get("id", "")))
    return world


def _add_plea(world: BigWorld, number: int, authors: list[str]) -> _Plea:
    chance = world.chance
    words, author, at = write_plea(chance, number), chance.choice(authors), _any_time(chance)
    post_id = world.add_post(at, author, words.text)
    world.truths.append({"kind": "plea", "id": post_id, "at": at.isoformat(), "by": author})
    ends_at = _add_ending(world, post_id, at)
    plea = _Plea(words, post_id, author, at, ends_at)
    _add_updates(world, plea)
    for _ in range(_count(chance, _COMMENTS_A_PLEA)):
        said_at = _later(chance, at, 16)
        if _is_there(plea, said_at):
            world.add_comment(said_at, post_id, chance.choice(world.authors), write_repost(chance))
    return plea


def _add_ending(world: BigWorld, post_id: str, at: datetime) -> datetime | None:
    drawn = world.chance.random()
    for event, share in _ENDINGS:
        if drawn < share:
            ends_at = _later(world.chance, at, 48)
            world.events.append({"at": ends_at.isoformat(), "event": event, "id": post_id})
            return ends_at
        drawn -= share
    return None


def _add_updates(world: BigWorld, plea: _Plea) -> None:
    chance = world.chance
    moments = sorted(_later(chance, plea.posted_at, 22) for _ in range(_count(chance, _UPDATES_A_PLEA)))
    text = plea.words.text
    for number, at in enumerate(moments):
        is_done = number == len(moments) - 1 and chance.random() < 0.6
        said = write_update(chance, plea.words, is_done)
        form = chance.choices(("self_repost", "post", "comment", "edit"), (3, 2, 3, 2))[0]
        if form != "post" and not _is_there(plea, at):
            form = "post"
        if form == "edit":
            text = f"{text} 【{said}】"
            world.events.append({"at": at.isoformat(), "event": "edit", "id": plea.post_id, "text": text})
            update_id = plea.post_id
        elif form == "comment":
            update_id = world.add_comment(at, plea.post_id, plea.author, said)
        elif form == "self_repost":
            update_id = world.add_post(at, plea.author, said, repost_of=plea.post_id)
        else:
            update_id = world.add_post(at, plea.author, said)
        truth = {"kind": "update", "form": form, "id": update_id, "of": plea.post_id, "at": at.isoformat()}
        world.truths.append(truth)


def _spread(world: BigWorld, pleas: list[_Plea], carriers: int) -> None:
    """Reposts and copies: a third of the pleas hardly spread, a few go round for days."""
    chance = world.chance
    weights = [0.2 if chance.random() < 0.35 else chance.lognormvariate(0.6, 1.1) for _ in pleas]
    halves = [chance.lognormvariate(2.6, 0.7) for _ in pleas]  # hours, median 13
    for at in chance.choices(range(len(pleas)), weights, k=carriers):
        plea = pleas[at]
        carried_at = plea.posted_at + timedelta(seconds=60 + int(chance.expovariate(0.7 / halves[at]) * 3600))
        by = chance.choice(world.authors)
        is_native = chance.random() < 0.75 and _is_there(plea, carried_at)
        text = write_repost(chance) if is_native else write_copy(chance, plea.words)
        more = {"repost_of": plea.post_id} if is_native else {}
        post_id = world.add_post(carried_at, by, text, **more)
        world.truths.append({"kind": "carrier", "id": post_id, "of": plea.post_id, "at": carried_at.isoformat()})


def _any_time(chance: Random) -> datetime:
    return FIRST_DAY + timedelta(seconds=chance.randrange(DAYS * 86_400))


def _later(chance: Random, at: datetime, median_hours: float) -> datetime:
    return at + timedelta(seconds=60 + int(median_hours * 3600 * chance.lognormvariate(0.0, 0.9)))


def _count(chance: Random, mean: float) -> int:
    # Heavy-tailed: most have few, some have many.
    return int(chance.expovariate(1 / mean) + 0.5)


def _is_there(plea: _Plea, at: datetime) -> bool:
    return plea.ends_at is None or at < plea.ends_at


def write_world(world: BigWorld, folder: Path) -> None:
    """people.jsonl, events.jsonl and truth.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "people.jsonl", _people(world))
    _write(folder / "events.jsonl", iter(world.events))
    _write(folder / "truth.jsonl", iter(world.truths))


def _people(world: BigWorld) -> Iterator[Event]:
    for number, user_id in enumerate(world.authors):
        yield {"user_id": user_id, "screen_name": f"澜沱用户{number}", "kind": "person", "region": "江澜"}


def _write(path: Path, values: Iterator[Event]) -> None:
    path.write_text("".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write a world."""
    parser = argparse.ArgumentParser(prog="python -m crawler.replica.bigworld", description="Make a big world.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--authors", type=int, default=0, help="a tenth of the posts by default")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    world = make_world(options.posts, options.authors or max(10, options.posts // 10), options.seed)
    write_world(world, options.out)
    sys.stdout.write(f"{world.posts} posts, {world.comments} comments, {len(world.authors)} authors: {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
