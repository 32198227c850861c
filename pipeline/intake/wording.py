"""From raw words to what is stored of them: masked text, mentions with their digests, reading. Runs in workers.

Between processes go plain tuples: they are packed and unpacked several times as fast as the values they stand for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from pipeline.intake.mentioning import PackedMention, pack_mentions
from pipeline.models import Mention, Reading
from pipeline.privacy import Key
from pipeline.understand import Understanding, mask_words, reread, understand
from pipeline.workers import pool_of

# Below this many posts a pool costs more to start (each worker loads the dictionaries) than it saves.
_POOL_FROM_POSTS = 6_000

# A raw text, whether it stands on top of a native repost, and the author's name.
Worded = tuple[str | None, bool, str | None]
_PackedReading = tuple[str, float, str | None, str | None, str | None, str | None]
_Packed = tuple[str | None, tuple[PackedMention, ...], _PackedReading | None, str | None]


@dataclass(frozen=True, slots=True)
class Words:
    """What may be stored of a post's words; `text` and `reading` are None where it has none."""

    text: str | None
    mentions: tuple[Mention, ...]
    reading: Reading | None
    author_name: str | None


# Gives the words of many posts once it is called; until then they may be being read.
Answer = Callable[[], list[Words]]
Asker = Callable[[Sequence[Worded]], Answer]


@contextmanager
def word_readers(workers: int, key: Key) -> Iterator[Asker]:
    """Reads posts in this process at first, and in a pool once they prove many. `workers` 0: one a processor."""
    size = workers or os.cpu_count() or 1
    pool: ProcessPoolExecutor | None = None
    seen = 0

    def ask(posts: Sequence[Worded]) -> Answer:
        nonlocal pool, seen
        seen += len(posts)
        if size == 1 or seen <= _POOL_FROM_POSTS:
            return lambda: _unpack(_read_all(posts, key))
        if pool is None:
            pool = pool_of(size)
        step = max(1, -(-len(posts) // (size * 2)))
        parts = [pool.submit(_read_all, posts[at : at + step], key) for at in range(0, len(posts), step)]
        return lambda: [words for part in parts for words in _unpack(part.result())]

    try:
        yield ask
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _read_all(posts: Sequence[Worded], key: Key) -> list[_Packed]:
    return [_read(post, key) for post in posts]


def _read(post: Worded, key: Key) -> _Packed:
    text, is_repost, author_name = post
    name = _mask_name(author_name) if author_name else None
    if text is None:
        return None, (), None, name
    return *_read_text(text, is_repost, key), name


# A third of what spreads is word for word what came shortly before: a pasted plea, 转发微博.
@lru_cache(maxsize=16384)
def _read_text(text: str, is_repost: bool, key: Key) -> tuple[str, tuple[PackedMention, ...], _PackedReading]:
    found = understand(text, is_repost)
    return found.text, tuple(pack_mentions(found, key)), _pack_reading(found)


def _unpack(packed: Sequence[_Packed]) -> list[Words]:
    return [
        Words(text, tuple(Mention(*one) for one in mentions), Reading(*reading) if reading else None, name)
        for text, mentions, reading, name in packed
    ]


@lru_cache(maxsize=65536)
def _mask_name(name: str) -> str:
    return mask_words(name)


def _pack_reading(found: Understanding) -> _PackedReading:
    return found.label, round(found.score, 4), found.category, found.province, found.city, found.district


def reread_masked(text: str, is_repost: bool) -> Reading:
    """The reading of a text that is masked already."""
    return Reading(*_pack_reading(reread(text, is_repost)))
