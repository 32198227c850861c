"""Who wrote what: originals, their twins, and the other posts that a matcher must not take for them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from benchmarks.phones import MOST_PHONES, phone_of
from benchmarks.screenshots.grammar import (
    Person,
    exchange_fact,
    fill_facts,
    load_grammar,
    make_person,
    strip_emoticons,
    write_form,
    write_plea,
)
from crawler.items import Counts, Observation
from crawler.replica.world import native_id

BEIJING = timezone(timedelta(hours=8))
FIRST_AT = datetime(2024, 7, 1, 6, 0, tzinfo=BEIJING)
DAYS = 16
FACTS = ("name", "phone", "age", "address")
HALVES = ("dev", "held")


@dataclass(frozen=True, slots=True)
class Post:
    """An invented post. `written` is its text as the site gives it, emoticons in brackets.

    `twin_of` is the id of the post that it differs from in `twin_kind` (a fact, or `form`: all facts) only.
    """

    post_id: str
    author_name: str
    author_id: str
    posted_at: datetime
    written: str
    person: Person
    half: str = "dev"
    is_absent: bool = False
    twin_of: str | None = None
    twin_kind: str | None = None

    @property
    def text(self) -> str:
        """The characters that a screenshot shows of it."""
        return strip_emoticons(self.written)


class Pen:
    """Writes posts one after another, from one seed; no id and no phone comes twice."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"pen/{seed}")
        self._phones = map(phone_of, range(MOST_PHONES))
        self._ids: set[str] = set()

    def write_group(self) -> list[Post]:
        """One post, or one with its twins: half of all groups stand alone."""
        kind = self._rng.choices(("alone", "twins", "form"), (0.5, 0.3, 0.2))[0]
        if kind == "alone":
            return [self._write(write_plea(self._rng), self._make_person())]
        template = write_form(self._rng) if kind == "form" else write_plea(self._rng)
        first = self._write(template, self._make_person())
        return [first, *self._write_twins(first, template, kind)]

    def _write_twins(self, first: Post, template: str, kind: str) -> Iterator[Post]:
        for _ in range(self._rng.choice((1, 1, 2, 3)) if kind == "form" else 1):
            possible = [fact for fact in FACTS if f"{{{_slot(fact)}}}" in template]
            fact = "all" if kind == "form" else self._rng.choice(possible)
            person = exchange_fact(self._rng, first.person, fact, next(self._phones))
            twin = self._write(template, person)
            yield replace(twin, twin_of=first.post_id, twin_kind="form" if kind == "form" else fact)

    def _make_person(self) -> Person:
        return make_person(self._rng, next(self._phones))

    def _write(self, template: str, person: Person) -> Post:
        rng = self._rng
        posted_at = FIRST_AT + timedelta(seconds=rng.randrange(DAYS * 86400))
        native = native_id(posted_at, f"s{len(self._ids)}")
        while native in self._ids:
            posted_at += timedelta(seconds=1)
            native = native_id(posted_at, f"s{len(self._ids)}")
        self._ids.add(native)
        name = load_grammar().say(rng, "{nick}")
        author_id = str(9_800_000_000 + len(self._ids))
        return Post(f"weibo:{native}", name, author_id, posted_at, fill_facts(template, person), person)


def _slot(fact: str) -> str:
    return "ADDR" if fact == "address" else fact.upper()


def make_originals(pen: Pen, count: int, seed: int) -> list[Post]:
    """At least `count` posts to take pictures of. Half of them are absent from the store.

    Twins share their half, so that nothing is tuned on what is measured later.
    """
    rng = random.Random(f"absent/{seed}")
    posts: list[Post] = []
    while len(posts) < count:
        half = min(HALVES, key=lambda name: sum(post.half == name for post in posts))
        posts += [replace(post, half=half, is_absent=rng.random() < 0.5) for post in pen.write_group()]
    return posts


def make_distractors(pen: Pen, count: int) -> Iterator[Post]:
    """`count` posts that no picture shows, twins included."""
    made = 0
    while made < count:
        for post in pen.write_group()[: count - made]:
            made += 1
            yield post


def to_line(post: Post) -> str:
    """The post as an observation to import (B2), seen an hour after it was written."""
    observation = Observation(
        platform="weibo",
        id=post.post_id.removeprefix("weibo:"),
        observed_at=post.posted_at + timedelta(hours=1),
        text=post.written,
        author_id=post.author_id,
        author_name=post.author_name,
        posted_at=post.posted_at,
        counts=Counts(reposts=3, comments=1, likes=0),
    )
    return json.dumps(json.loads(observation.to_line()), ensure_ascii=False)
