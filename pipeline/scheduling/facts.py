"""What the scheduler knows of a case, and what it orders. Plain values; moments are aware, ids carry their platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

POST, TIMELINE, COMMENTS = "post", "timeline", "comments"


class Rank(IntEnum):
    """Who comes first when the budget does not reach for all."""

    GONE_ONCE = 0
    NEW = 1
    SPREADING = 2
    QUIET = 3
    ENDED = 4


@dataclass(frozen=True, slots=True)
class GoneSince:
    """A post that the last look did not find, and the looks in a row that say so: the first, the last."""

    first_at: datetime
    last_at: datetime
    availability: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One plea of a case: its origin, or the first in it with another telephone or on another platform.

    `author_id` is None where nobody knows the author, or where no page of an author's is read. `spread` is how many
    posts of others carried it in the last day, as seen or by the counter under it. `moved_at` is when anybody last
    posted in it. `looked_at` is when the author's page was last read (or, without an author, the post by an order),
    None for never. `comments_total` is how many comments the site counted when they were last read to the end;
    `comments_newest_id` the newest of those.
    """

    case_id: str
    post_id: str
    author_id: str | None
    posted_at: datetime | None
    moved_at: datetime
    spread: int
    is_ended: bool
    looked_at: datetime | None
    gone: GoneSince | None = None
    edited_at: datetime | None = None
    comments_total: int | None = None
    comments_newest_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One case to look at tonight: which pages unconditionally, why, and since when it is due."""

    case: CaseFacts
    rank: Rank
    looks: tuple[str, ...]
    reason: str
    due_at: datetime

    @property
    def is_urgent(self) -> bool:
        """Whether leaving it out makes the night incomplete."""
        return self.rank <= Rank.SPREADING


@dataclass(frozen=True, slots=True)
class Pace:
    """How often: a case that moves every `base_hours`; a quiet one after `growth` times as long as it has been quiet.

    A case quiet for `end_days` is left alone. A post that was gone is asked for again after `gone_gap_hours`.
    `looks_at_all` asks for the post and its comments even where the author's page has shown that nothing changed.
    """

    base_hours: float
    growth: float
    end_days: float
    gone_gap_hours: float
    looks_at_all: bool = False
