"""The sample world as it stands at a moment: its events replayed up to then (format: data/world/README.md)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.weibo.ids import ID_EPOCH_SECONDS, ID_LOW_BITS

HALF_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Person:
    """An account."""

    user_id: str
    screen_name: str
    kind: str
    verified_reason: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Counters as seen from outside, where the world names them."""

    reposts: int = 0
    comments: int = 0
    likes: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """A post at the moment of its scene. `gone` is an availability (crawler.items), or None while it is visible."""

    symbol: str
    native_id: str
    author: Person
    posted_at: datetime
    text: str
    repost_of: str | None = None
    pictures: tuple[str, ...] = ()
    edits: tuple[datetime, ...] = ()
    gone: str | None = None
    shown: Shown = field(default_factory=Shown)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `thread` is the native id of the top comment it answers, or None when it is one itself."""

    native_id: str
    post_id: str
    author: Person
    said_at: datetime
    text: str
    thread: str | None = None


@dataclass(slots=True)
class Scene:
    """Everything that exists at `now`, by native id, in the order in which it appeared."""

    now: datetime
    people: dict[str, Person]
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    pictures: Path | None = None

    # Made at the first question, when the scene is complete: a big world is asked thousands of times.
    _found: dict[str, list[Post]] = field(default_factory=dict)
    _by_author: dict[str, list[Post]] | None = None
    _comments: dict[str, list[Comment]] | None = None
    _reposts: Counter[str] | None = None

    def comments_on(self, post_id: str) -> list[Comment]:
        """The comments of a post, oldest first."""
        if self._comments is None:
            self._comments = {}
            for comment in self.comments.values():
                self._comments.setdefault(comment.post_id, []).append(comment)
        return list(self._comments.get(post_id, ()))

    def posts_by(self, user_id: str) -> list[Post]:
        """The visible posts of an account, newest first."""
        if self._by_author is None:
            self._by_author = {}
            for post in self.newest_first():
                self._by_author.setdefault(post.author.user_id, []).append(post)
        return list(self._by_author.get(user_id, ()))

    def reposts_of(self, post_id: str) -> int:
        """How many native reposts a post has."""
        if self._reposts is None:
            self._reposts = Counter(post.repost_of for post in self.posts.values() if post.repost_of)
        return self._reposts[post_id]

    def newest_first(self) -> list[Post]:
        """The visible posts."""
        visible = (post for post in self.posts.values() if post.gone is None)
        return sorted(visible, key=lambda post: int(post.native_id), reverse=True)

    def find(self, keyword: str) -> list[Post]:
        """The visible posts with a keyword, newest first. That a repost is found by the words of what it carries is
        unverified (grade U in platforms.md's terms).
        """
        if keyword not in self._found:
            self._found[keyword] = [post for post in self.newest_first() if self._matches(post, keyword)]
        return self._found[keyword]

    def _matches(self, post: Post, keyword: str) -> bool:
        if keyword in post.text:
            return True
        carried = self.posts.get(post.repost_of or "")
        return carried is not None and carried.gone is None and keyword in carried.text


@dataclass(frozen=True, slots=True)
class World:
    """People, and events in order of time; `pictures` is the folder with what their posts show, where there is one."""

    people: dict[str, Person]
    events: tuple[dict[str, Any], ...]
    pictures: Path | None = None

    def at(self, now: datetime) -> Scene:
        """The scene at `now`, events of that very second included."""
        scene = Scene(now, self.people, pictures=self.pictures)
        minted: dict[str, str] = {}
        for event in self.events:
            if datetime.fromisoformat(event["at"]) > now:
                break
            _HAPPENINGS[event["event"]](scene, minted, event)
        return scene


def native_id(at: datetime, symbol: str) -> str:
    """The 16-digit id that the replica gives to the post or comment `symbol` (like `p017`) written at `at`.

    As on the real site it carries its second (platforms.md §1.1); the low bits come from the symbol.
    """
    low = int.from_bytes(hashlib.sha256(symbol.encode()).digest()[:3]) % (1 << ID_LOW_BITS)
    return str(((int(at.timestamp()) - ID_EPOCH_SECONDS) << ID_LOW_BITS) | low)


def load_world(folder: Path) -> World:
    """The world of `people.jsonl` and `events.jsonl` in a folder."""
    people = (Person(**_known(line, Person)) for line in _lines(folder / "people.jsonl"))
    events = sorted(_lines(folder / "events.jsonl"), key=lambda event: datetime.fromisoformat(event["at"]))
    return World({person.user_id: person for person in people}, tuple(events), folder / "shots")


def read_native_ids(world: World) -> dict[str, str]:
    """Native id of each symbolic id (posts and comments), for whoever compares with `truth.jsonl`."""
    written = (event for event in world.events if event["event"] in ("post", "comment"))
    return {event["id"]: native_id(datetime.fromisoformat(event["at"]), event["id"]) for event in written}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _known(line: dict[str, Any], kind: type) -> dict[str, Any]:
    return {name: line[name] for name in kind.__dataclass_fields__ if name in line}  # type: ignore[attr-defined]


def _mint(minted: dict[str, str], event: dict[str, Any]) -> tuple[str, datetime]:
    at = datetime.fromisoformat(event["at"])
    minted[event["id"]] = native_id(at, event["id"])
    return minted[event["id"]], at


def _add_post(scene: Scene, minted: dict[str, str], event: dict[str, Any]) -> None:
    post_id, at = _mint(minted, event)
    pictures = list(event.get("images") or [])
    if event.get("screenshot_of") and not pictures:
        pictures = [f"shot-{event['id']}"]
    scene.posts[post_id] = Post(
        symbol=event["id"],
        native_id=post_id,
        author=scene.people[event["by"]],
        posted_at=at,
        text=event["text"],
        repost_of=minted[event["repost_of"]] if event.get("repost_of") else None,
        pictures=tuple(pictures),
    )


def _add_comment(scene: Scene, minted: dict[str, str], event: dict[str, Any]) -> None:
    comment_id, at = _mint(minted, event)
    answered = scene.comments[minted[event["reply_to"]]] if event.get("reply_to") else None
    scene.comments[comment_id] = Comment(
        native_id=comment_id,
        post_id=minted[event["on"]],
        author=scene.people[event["by"]],
        said_at=at,
        text=event["text"],
        thread=(answered.thread or answered.native_id) if answered else None,
    )


def _edit(scene: Scene, minted: dict[str, str], event: dict[str, Any]) -> None:
    post = scene.posts[minted[event["id"]]]
    at = datetime.fromisoformat(event["at"])
    scene.posts[post.native_id] = replace(post, text=event["text"], edits=(*post.edits, at))


def _count(scene: Scene, minted: dict[str, str], event: dict[str, Any]) -> None:
    post = scene.posts[minted[event["id"]]]
    shown = Shown(**{name: event.get(name, getattr(post.shown, name)) for name in ("reposts", "comments", "likes")})
    scene.posts[post.native_id] = replace(post, shown=shown)


def _take(scene: Scene, minted: dict[str, str], event: dict[str, Any]) -> None:
    post = scene.posts[minted[event["id"]]]
    scene.posts[post.native_id] = replace(post, gone=_GONE[event["event"]])


def _take_all(scene: Scene, _minted: dict[str, str], event: dict[str, Any]) -> None:
    limit = datetime.fromisoformat(event["at"]) - HALF_YEAR
    for post in list(scene.posts.values()):
        is_old = event["event"] == "close_account" or post.posted_at < limit
        if post.author.user_id == event["by"] and post.gone is None and is_old:
            scene.posts[post.native_id] = replace(post, gone=_GONE[event["event"]])


_GONE = {
    "delete": "deleted_by_author",
    "remove": "removed_by_platform",
    "private": "hidden_by_author",
    "half_year": "age_limited",
    "close_account": "account_gone",
}

_HAPPENINGS = {
    "post": _add_post,
    "comment": _add_comment,
    "edit": _edit,
    "counts": _count,
    "delete": _take,
    "remove": _take,
    "private": _take,
    "half_year": _take_all,
    "close_account": _take_all,
}
