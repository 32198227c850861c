"""The values that stages hand to each other. Frozen, slotted, one meaning a field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.items import Counts


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact in a text: what kind, its masked form, its keyed digest, and where it stands in the stored text."""

    kind: str
    masked: str
    hmac: str | None
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was taken for: its label (plea, update, …) with score, need category and place."""

    label: str
    label_score: float
    category: str | None
    province: str | None
    city: str | None
    district: str | None

    @property
    def is_plea(self) -> bool:
        """Whether the text asks for help for somebody."""
        return self.label == "plea"


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """An observation as the store keeps it: text masked, ids qualified with their platform, times UTC."""

    observation_id: str
    post_id: str
    platform: str
    native_id: str
    observed_at: datetime
    availability: str
    text: str | None
    url: str | None
    author_id: str | None
    author_name: str | None
    author_kind: str
    posted_at: datetime | None
    repost_of: str | None
    reply_to: str | None
    edited_at: datetime | None
    counts: Counts
    is_purged: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """One new observation with everything that was read out of its raw text."""

    observation: StoredObservation
    mentions: tuple[Mention, ...]
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its observations show it; `text` is the latest and None where the author deleted it.

    `was_plea` holds when any of its texts asked for help: an author who replaces the plea by thanks still
    wrote the plea. So does who handed one on at the end of a chain: its first post may never be seen.
    """

    post_id: str
    platform: str
    native_id: str
    url: str | None
    author_id: str | None
    author_name: str | None
    author_kind: str
    posted_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    last_checked_at: datetime | None
    availability: str
    repost_of: str | None
    reply_to: str | None
    text: str | None
    text_observation_id: str | None
    is_edited: bool
    reading: Reading | None
    was_plea: bool = False
    cohort: int | None = None

    @property
    def is_plea(self) -> bool:
        """Whether its text asks for help for somebody."""
        return self.reading is not None and self.reading.is_plea

    @property
    def is_visible(self) -> bool:
        """Whether the last observation that was not refused showed it."""
        return self.availability == "visible"

    @property
    def written_at(self) -> datetime:
        """When it was posted, or first seen where that is unknown."""
        return self.posted_at or self.first_seen_at


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that was not taken, and why."""

    file: str
    line: int
    reason: str
