"""A case as its page shows it: what happened in order, its copies over time and one by one, and why they are here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from desk.channels import Channel
from desk.views.answers import COPY_ROLES, channels_of, origin_of, sentence_of
from desk.views.histogram import Histogram, Sighting, draw
from desk.views.redrawing import Redrawn, redraw
from pipeline.store.caseview import CaseView
from pipeline.store.database import Store
from pipeline.store.desk_case import Grounds, first_text_of, grounds_of, pictures_of, reach_of, verdict_on
from pipeline.times import from_text, from_text_or_none

COPIES_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `kind` is plea, author, official, desk, other or gone; times are stored text.

    `update` is a reading of somebody's words, `post` what was posted, `gone` how a post disappeared.
    """

    at: str
    kind: str
    post: sqlite3.Row | None = None
    update: sqlite3.Row | None = None
    gone: sqlite3.Row | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy with why it is in this case, its counters and its pictures."""

    post: sqlite3.Row
    grounds: Grounds | None
    reach: int | None
    pictures: tuple[Redrawn, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page of a case shows, with one page of its copies. `first_text` is the plea as first seen, where its
    author changed it since; `verdict` the desk's own word, where it agrees with somebody else's."""

    view: CaseView
    origin: sqlite3.Row | None
    first_text: str | None
    sentence: str
    verdict: sqlite3.Row | None
    events: tuple[Event, ...]
    histogram: Histogram | None
    copy_count: int
    late_count: int
    copies: tuple[Copy, ...]
    page: int
    page_count: int
    channels: tuple[Channel, ...]
    origin_pictures: tuple[Redrawn, ...]


def show_case(store: Store, view: CaseView, page: int) -> CasePage:
    """The case, with page `page` (from 1) of its copies."""
    copies = [post for post in view.posts if post["role"] in COPY_ROLES]
    page_count = max(1, -(-len(copies) // COPIES_A_PAGE))
    page = min(max(page, 1), page_count)
    listed = copies[(page - 1) * COPIES_A_PAGE : page * COPIES_A_PAGE]
    origin_id = view.case["origin_post_id"]
    return CasePage(
        view=view,
        origin=origin_of(view),
        first_text=_first_text(store, view),
        sentence=sentence_of(view),
        verdict=_agreeing_verdict(store, view),
        events=tuple(sorted(_events(view), key=lambda event: event.at)),
        histogram=_histogram(view, copies),
        copy_count=len(copies),
        late_count=sum(post["is_late"] for post in view.posts),
        copies=_copies(store, origin_id, listed),
        page=page,
        page_count=page_count,
        channels=channels_of(store, view.case),
        origin_pictures=tuple(redraw(one) for one in pictures_of(store, [origin_id])),
    )


def _agreeing_verdict(store: Store, view: CaseView) -> sqlite3.Row | None:
    verdict, update = verdict_on(store, view.case["origin_post_id"]), view.update_in_force
    is_shown = update is not None and update["source"] == "desk"
    return verdict if verdict is not None and verdict["status"] == view.case["status"] and not is_shown else None


def _first_text(store: Store, view: CaseView) -> str | None:
    origin = origin_of(view)
    if origin is None or not origin["is_edited"]:
        return None
    first = first_text_of(store, origin["post_id"])
    return first if first != origin["text"] else None


def _events(view: CaseView) -> Iterator[Event]:
    read = {update["post_id"] for update in view.updates}
    for post in view.posts:
        at = post["posted_at"] or post["first_seen_at"]
        if post["post_id"] == view.case["origin_post_id"]:
            yield Event(at, "plea", post=post)
        elif post["role"] in ("author_post", "author_update") and post["post_id"] not in read:
            yield Event(at, "author", post=post)
        elif post["role"] == "official_reply" and post["post_id"] not in read:
            yield Event(at, "official", post=post)
    for update in view.updates:
        kind = {"author": "author", "official": "official", "desk": "desk"}.get(update["source"], "other")
        yield Event(update["said_at"], kind, update=update)
    for gone in view.gone:
        if gone["role"] not in COPY_ROLES:
            yield Event(gone["observed_at"], "gone", gone=gone)


def _histogram(view: CaseView, copies: list[sqlite3.Row]) -> Histogram | None:
    update = view.update_in_force
    has_ended = view.case["status"] in ("resolved", "withdrawn", "closed")
    answered_at = from_text_or_none(update["said_at"]) if update is not None and has_ended else None
    sightings = [
        Sighting(from_text(post["posted_at"]), _series(post, answered_at)) for post in copies if post["posted_at"]
    ]
    return draw(sightings, answered_at)


def _series(post: sqlite3.Row, answered_at: datetime | None) -> int:
    if answered_at is None or from_text(post["posted_at"]) <= answered_at:
        return 0
    return 2 if post["is_stale"] else 1


def _copies(store: Store, origin_id: str, listed: list[sqlite3.Row]) -> tuple[Copy, ...]:
    ids = [post["post_id"] for post in listed]
    grounds, reach = grounds_of(store, origin_id, ids), reach_of(store, ids)
    pictures: dict[str, list[Redrawn]] = {}
    for picture in pictures_of(store, ids):
        pictures.setdefault(picture.post_id, []).append(redraw(picture))
    return tuple(
        Copy(post, grounds.get(post["post_id"]), reach.get(post["post_id"]), tuple(pictures.get(post["post_id"], ())))
        for post in listed
    )
