"""Posts whose whole text is known: a list that shows the head of one tells that it is there, and need not be followed.

A file of lines `id<TAB>edited_at`, the moment in ISO 8601 or nothing where the post was never edited.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from crawler.orders import OrderError, read_aware
from crawler.weibo.mblog import Sighting

KnownPosts = dict[str, datetime | None]


def read_known(path: Path | None) -> KnownPosts:
    """By id: when a post was last edited, as far as is known. Empty where there is no file.

    Raises:
        OrderError: a line is none of these.
    """
    if path is None or not path.is_file():
        return {}
    known: KnownPosts = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        native_id, separator, edited_at = line.partition("\t")
        try:
            known[native_id] = read_aware(edited_at) if edited_at else None
        except ValueError as error:
            raise OrderError(f"{path}:{number}: not a known post ({error})") from error
        if not separator:
            raise OrderError(f"{path}:{number}: not a known post (no tab)")
    return known


def leave_out_known_text(sighting: Sighting, known: KnownPosts) -> Sighting:
    """The sighting without the text that a list has cut, where the whole text is known and was not edited since."""
    post = sighting.observation
    if not sighting.is_cut or post.id not in known or known[post.id] != post.edited_at:
        return sighting
    return leave_out_text(sighting)


def leave_out_text(sighting: Sighting) -> Sighting:
    """That a post is there, with its counters: no words, and no name, which is as personal as they are."""
    return Sighting(replace(sighting.observation, text=None, author_name=None))
