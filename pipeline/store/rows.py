"""Rows of SQLite to values and back, for posts and observations."""

from __future__ import annotations

import sqlite3

from crawler.items import Counts
from pipeline.models import Post, Reading, StoredObservation
from pipeline.times import from_text, from_text_or_none, to_text, to_text_or_none

POST_COLUMNS = (
    "post_id, platform, native_id, url, author_id, author_name, author_kind, posted_at, first_seen_at, last_seen_at,"
    " last_checked_at, availability, repost_of, reply_to, text, text_observation_id, is_edited, is_plea, was_plea,"
    " label, label_score, category, province, city, district"
)
OBSERVATION_COLUMNS = (
    "observation_id, post_id, observed_at, availability, text, edited_at, reposts, comments, likes, url, author_id,"
    " author_name, author_kind, posted_at, repost_of, reply_to, is_purged, run_id"
)


def post_row(post: Post) -> tuple[object, ...]:
    """The values of POST_COLUMNS."""
    reading = post.reading
    return (
        post.post_id,
        post.platform,
        post.native_id,
        post.url,
        post.author_id,
        post.author_name,
        post.author_kind,
        to_text_or_none(post.posted_at),
        to_text(post.first_seen_at),
        to_text_or_none(post.last_seen_at),
        to_text_or_none(post.last_checked_at),
        post.availability,
        post.repost_of,
        post.reply_to,
        post.text,
        post.text_observation_id,
        int(post.is_edited),
        int(post.is_plea),
        int(post.was_plea),
        reading.label if reading else None,
        reading.label_score if reading else None,
        reading.category if reading else None,
        reading.province if reading else None,
        reading.city if reading else None,
        reading.district if reading else None,
    )


def post_of(row: sqlite3.Row) -> Post:
    """The post in a row with POST_COLUMNS and cohort."""
    return Post(
        post_id=row["post_id"],
        platform=row["platform"],
        native_id=row["native_id"],
        url=row["url"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        author_kind=row["author_kind"],
        posted_at=from_text_or_none(row["posted_at"]),
        first_seen_at=from_text(row["first_seen_at"]),
        last_seen_at=from_text_or_none(row["last_seen_at"]),
        last_checked_at=from_text_or_none(row["last_checked_at"]),
        availability=row["availability"],
        repost_of=row["repost_of"],
        reply_to=row["reply_to"],
        text=row["text"],
        text_observation_id=row["text_observation_id"],
        is_edited=bool(row["is_edited"]),
        reading=reading_of(row),
        was_plea=bool(row["was_plea"]),
        cohort=row["cohort"],
    )


def reading_of(row: sqlite3.Row) -> Reading | None:
    """The reading in a row of posts; None where its text was never read."""
    if row["label"] is None:
        return None
    return Reading(row["label"], row["label_score"], row["category"], row["province"], row["city"], row["district"])


def observation_row(observation: StoredObservation, run_id: str) -> tuple[object, ...]:
    """The values of OBSERVATION_COLUMNS."""
    return (
        observation.observation_id,
        observation.post_id,
        to_text(observation.observed_at),
        observation.availability,
        observation.text,
        to_text_or_none(observation.edited_at),
        observation.counts.reposts,
        observation.counts.comments,
        observation.counts.likes,
        observation.url,
        observation.author_id,
        observation.author_name,
        observation.author_kind,
        to_text_or_none(observation.posted_at),
        observation.repost_of,
        observation.reply_to,
        int(observation.is_purged),
        run_id,
    )


def observation_of(row: sqlite3.Row) -> StoredObservation:
    """The observation in a row of observations joined with its post's platform and native_id."""
    platform, native_id = row["post_id"].split(":", 1)
    return StoredObservation(
        observation_id=row["observation_id"],
        post_id=row["post_id"],
        platform=platform,
        native_id=native_id,
        observed_at=from_text(row["observed_at"]),
        availability=row["availability"],
        text=row["text"],
        url=row["url"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        author_kind=row["author_kind"],
        posted_at=from_text_or_none(row["posted_at"]),
        repost_of=row["repost_of"],
        reply_to=row["reply_to"],
        edited_at=from_text_or_none(row["edited_at"]),
        counts=Counts(row["reposts"], row["comments"], row["likes"]),
        is_purged=bool(row["is_purged"]),
    )
