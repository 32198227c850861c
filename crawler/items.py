"""The one thing that crosses from the crawler to the pipeline: an observation, as plain data.

An observation (观测) is one sighting of one post at one time. Spiders write it as one line of JSON, the
pipeline reads that line again. This module imports neither scrapy nor anything of ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

AUTHOR_KINDS = ("person", "official", "media", "platform")

AVAILABILITIES = (
    "visible",
    "deleted_by_author",
    "removed_by_platform",
    "hidden_by_author",
    "account_gone",
    "age_limited",
    "not_found",
    "blocked",
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters shown under a post; None where the page did not show them."""

    reposts: int | None = None
    comments: int | None = None
    likes: int | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One sighting of one post (ARCHITECTURE B2). Times are aware; ids are the platform's own, as text."""

    platform: str
    id: str
    observed_at: datetime
    availability: str = "visible"
    text: str | None = None
    url: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    author_kind: str = "person"
    posted_at: datetime | None = None
    repost_of: str | None = None
    reply_to: str | None = None
    edited_at: datetime | None = None
    images: tuple[str, ...] = ()  # addresses as a parser finds them; crawler.pictures makes relative paths of them
    counts: Counts = field(default_factory=Counts)

    def to_line(self) -> str:
        """The observation as one line of JSON without a line end, in the import format."""
        value = {
            "platform": self.platform,
            "id": self.id,
            "url": self.url,
            "author_id": self.author_id,
            "author_name": self.author_name,
            "author_kind": self.author_kind,
            "posted_at": _stamp(self.posted_at),
            "observed_at": _stamp(self.observed_at),
            "text": self.text,
            "repost_of": self.repost_of,
            "reply_to": self.reply_to,
            "edited_at": _stamp(self.edited_at),
            "availability": self.availability,
            "images": list(self.images),
            "counts": {
                "reposts": self.counts.reposts,
                "comments": self.counts.comments,
                "likes": self.counts.likes,
            },
        }
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
