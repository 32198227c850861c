"""Writes observations with their mentions, and keeps each post's row equal to what its observations show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.derive import derive_post
from pipeline.models import Mention, Post, Reading, Reject, StoredObservation, Understood
from pipeline.store.database import Store
from pipeline.store.images import PostPicture, enter_pictures
from pipeline.store.rows import (
    OBSERVATION_COLUMNS,
    POST_COLUMNS,
    observation_of,
    observation_row,
    post_of,
    post_row,
)
from pipeline.store.wordindex import index_words

_POST_MARKS = ", ".join("?" * (POST_COLUMNS.count(",") + 1))
_OBSERVATION_MARKS = ", ".join("?" * (OBSERVATION_COLUMNS.count(",") + 1))
_POST_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in POST_COLUMNS.replace("\n", " ").split(", ")[1:])


# From a masked text, and whether it stands on top of a native repost, to its reading.
Reread = Callable[[str, bool], Reading]


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did: observations added, ids of posts seen for the first time, of others whose row changed."""

    observations: int
    new_posts: frozenset[str]
    changed_posts: frozenset[str]


def known_observations(store: Store, observation_ids: Sequence[str]) -> set[str]:
    """Those of the ids that are stored already."""
    rows = store.conn.execute(
        "SELECT observation_id FROM observations WHERE observation_id IN (SELECT value FROM json_each(?))",
        (json.dumps(observation_ids),),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Extras:
    """What comes with a batch of observations: lines and pictures that were refused, and pictures that were taken."""

    rejects: tuple[Reject, ...] = ()
    pictures: tuple[PostPicture, ...] = ()


def write_batch(store: Store, run_id: str, batch: Sequence[Understood], extras: Extras, reread: Reread) -> Written:
    """Store a batch of new observations, rejects and pictures in one transaction.

    `reread` reads a masked text again where the latest text of a post is not the one in this batch.
    """
    with store.writing() as conn:
        conn.executemany(
            "INSERT OR IGNORE INTO rejects (file, line, reason, run_id) VALUES (?, ?, ?, ?)",
            [(one.file, one.line, one.reason, run_id) for one in extras.rejects],
        )
        grouped: dict[str, list[Understood]] = {}
        for one in batch:
            grouped.setdefault(one.observation.post_id, []).append(one)
        before = load_posts(store, list(grouped))
        posts = _derive(store, grouped, before, reread)
        changed = [post for post in posts if post != _without_cohort(before.get(post.post_id))]
        _upsert_posts(store, changed)
        _insert_observations(store, run_id, batch)
        enter_pictures(store, extras.pictures)
    new = frozenset(grouped.keys() - before.keys())
    return Written(len(batch), new, frozenset(post.post_id for post in changed) - new)


def load_posts(store: Store, post_ids: Sequence[str]) -> dict[str, Post]:
    """Posts by id; ids that are not stored are left out."""
    rows = store.conn.execute(
        f"SELECT {POST_COLUMNS}, cohort FROM posts WHERE post_id IN (SELECT value FROM json_each(?))",  # noqa: S608 our own column list
        (json.dumps(post_ids),),
    )
    return {row["post_id"]: post_of(row) for row in rows}


def load_observations(store: Store, post_ids: Sequence[str]) -> dict[str, list[StoredObservation]]:
    """All observations of posts, by post id, in no particular order."""
    rows = store.conn.execute(
        f"SELECT {OBSERVATION_COLUMNS} FROM observations"  # noqa: S608 our own column list
        " WHERE post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(post_ids),),
    )
    found: dict[str, list[StoredObservation]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(observation_of(row))
    return found


def load_mentions(store: Store, post_ids: Sequence[str]) -> dict[str, list[tuple[str, Mention]]]:
    """(observation id, mention) pairs of posts, by post id."""
    rows = store.conn.execute(
        'SELECT post_id, observation_id, kind, masked, hmac, start, "end", rule FROM mentions'
        " WHERE post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(post_ids),),
    )
    found: dict[str, list[tuple[str, Mention]]] = {}
    for post_id, observation_id, *mention in rows:
        found.setdefault(post_id, []).append((observation_id, Mention(*mention)))
    return found


def load_fact_keys(store: Store, post_ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """What posts say that can be compared, by observation id: (kind, digest), of a need with its name in the kind."""
    rows = store.conn.execute(
        "SELECT observation_id, CASE kind WHEN 'need' THEN 'need:' || masked ELSE kind END, hmac FROM mentions"
        " WHERE post_id IN (SELECT value FROM json_each(?)) AND hmac <> ''",
        (json.dumps(post_ids),),
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for observation_id, kind, digest in rows:
        found.setdefault(observation_id, set()).add((kind, digest))
    return found


def load_facts(store: Store, post_ids: Sequence[str], kinds: Iterable[str]) -> dict[str, list[Mention]]:
    """Mentions of these kinds that have a digest, by observation id."""
    rows = store.conn.execute(
        'SELECT observation_id, kind, masked, hmac, start, "end", rule FROM mentions'
        " WHERE post_id IN (SELECT value FROM json_each(?)) AND hmac IS NOT NULL"
        " AND kind IN (SELECT value FROM json_each(?))",
        (json.dumps(post_ids), json.dumps(list(kinds))),
    )
    found: dict[str, list[Mention]] = {}
    for observation_id, *mention in rows:
        found.setdefault(observation_id, []).append(Mention(*mention))
    return found


def rewrite_posts(store: Store, post_ids: Sequence[str], reread: Reread) -> None:
    """Derive posts again from what is stored, in the caller's transaction."""
    # Without the link to the text that was read, every text that is still there is read again.
    before = {post_id: replace(post, text_observation_id=None) for post_id, post in load_posts(store, post_ids).items()}
    posts = _derive(store, {post_id: [] for post_id in post_ids}, before, reread)
    _upsert_posts(store, posts)


def _without_cohort(post: Post | None) -> Post | None:
    if post is None:
        return None
    values = {name: getattr(post, name) for name in Post.__slots__ if name != "cohort"}
    return Post(**values)


def _derive(
    store: Store,
    grouped: dict[str, list[Understood]],
    before: dict[str, Post],
    reread: Reread,
) -> list[Post]:
    earlier = load_observations(store, list(before)) if before else {}
    posts = []
    for post_id, fresh in grouped.items():
        known = before.get(post_id)
        observations = [one.observation for one in fresh] + earlier.get(post_id, [])
        posts.append(derive_post(observations, _reader(fresh, known, observations, reread)))
    return posts


def _reader(
    fresh: Sequence[Understood],
    known: Post | None,
    observations: Iterable[StoredObservation],
    reread: Reread,
) -> Callable[[str], Reading | None]:
    """How to find the reading of an observation's text: fresh, as stored, or read again from the masked text."""
    readings = {one.observation.observation_id: one.reading for one in fresh}

    def reading_of(observation_id: str) -> Reading | None:
        if observation_id in readings:
            return readings[observation_id]
        observation = next(one for one in observations if one.observation_id == observation_id)
        text = observation.text
        if known is not None and (known.text_observation_id == observation_id or text is None):
            return _purged_reading(known) if text is None else known.reading
        return reread(text, observation.repost_of is not None) if text is not None else None

    return reading_of


def _purged_reading(known: Post) -> Reading | None:
    """What is still known of a deleted text: that it asked must survive its words."""
    if known.reading is not None and known.was_plea:
        return replace(known.reading, label="plea")
    return known.reading


def _upsert_posts(store: Store, posts: Sequence[Post]) -> None:
    store.conn.executemany(
        f"INSERT INTO posts ({POST_COLUMNS}) VALUES ({_POST_MARKS})"  # noqa: S608 our own column list
        f" ON CONFLICT (post_id) DO UPDATE SET {_POST_UPDATES}, is_dirty = 1",
        [post_row(post) for post in posts],
    )
    index_words(store.conn, [(post.post_id, post.text, post.text_observation_id) for post in posts])


def _insert_observations(store: Store, run_id: str, batch: Sequence[Understood]) -> None:
    store.conn.executemany(
        f"INSERT INTO observations ({OBSERVATION_COLUMNS}) VALUES ({_OBSERVATION_MARKS})",  # noqa: S608 our own columns
        [observation_row(one.observation, run_id) for one in batch],
    )
    store.conn.executemany(
        'INSERT INTO mentions (post_id, observation_id, kind, masked, hmac, start, "end", rule)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one.observation.post_id,
                one.observation.observation_id,
                mention.kind,
                mention.masked,
                mention.hmac,
                mention.start,
                mention.end,
                mention.rule,
            )
            for one in batch
            for mention in one.mentions
        ],
    )
