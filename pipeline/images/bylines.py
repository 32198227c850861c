"""Whether a picture names a stored post's author and time, or somebody else's: evidence beside the words.

Weibo and its like write who and when over each post. In a chat, in moments or in notes stands whoever passed it on:
there a name speaks for the post where it is the author's, and against nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.fuzz import ratio

from pipeline.images.layout.chrome import squeeze
from pipeline.words import BEIJING

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})$")
_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?$")
# Of 100: names that differ in one of five characters are one name, read wrongly.
_SAME_NAME = 75
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Head:
    """Who and when, as a picture shows it over one post; None where it does not."""

    author: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a picture says of authors: its platform, the heads of all posts in it, and all its words, line by line."""

    platform: str | None
    heads: tuple[Head, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a stored post, when (aware), and where; None where that is not known."""

    author_name: str | None
    posted_at: datetime | None
    platform: str


def names_author(page: Page, byline: Byline) -> bool:
    """Whether the author's name, or the minute of the post, stands anywhere in the picture."""
    if any(_says_minute(head, byline) is True for head in page.heads):
        return True
    name = squeeze(byline.author_name or "")
    if len(name) < _SHORTEST_NAME:
        return False
    shown = (squeeze(head.author) for head in page.heads if head.author)
    return any(_are_one_name(one, name) for one in shown) or any(name in squeeze(line) for line in page.lines)


def names_other(page: Page, heads: Iterable[Head], byline: Byline) -> bool:
    """Whether the posts under these heads are somebody else's, or of another minute, on the byline's own platform."""
    if page.platform != byline.platform or byline.author_name is None or names_author(page, byline):
        return False
    return any(head.author is not None or _says_minute(head, byline) is False for head in heads)


def _are_one_name(left: str, right: str) -> bool:
    return ratio(left, right) >= _SAME_NAME


def _says_minute(head: Head, byline: Byline) -> bool | None:
    """Whether a time with a clock is the post's; None of 3小时前, for nobody knows when the picture was taken."""
    clock = _CLOCK.search(head.time or "")
    if clock is None or byline.posted_at is None:
        return None
    moment = byline.posted_at.astimezone(BEIJING)
    day = _DAY.search(clock.string[: clock.start()].strip())
    is_day = day is None or (int(day[1]), int(day[2])) == (moment.month, moment.day)
    return is_day and (int(clock[1]), int(clock[2])) == (moment.hour, moment.minute)
