"""Comments of a post: `hotflow`, and `hotFlowChild` for the rest of a thread (platforms.md §2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.items import Counts, Observation
from crawler.page import Page, Refused
from crawler.weibo.ids import read_id_time
from crawler.weibo.mblog import PLATFORM, read_author_kind, read_count, read_dict, read_id, read_text
from crawler.weibo.times import read_time
from crawler.weibo.walls import read_json


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of comments, replies shown inside them included.

    `total` is what the site counts, `max_id` asks for the next page (None at the end), `threads` are the ids of
    comments that hold more replies than were shown.
    """

    observations: tuple[Observation, ...]
    total: int
    max_id: str | None
    max_id_type: str
    threads: tuple[str, ...]


def read_comments(page: Page, post_id: str, author_id: str | None) -> CommentPage:
    """A page of `hotflow` under the post `post_id`, which `author_id` wrote.

    Raises:
        Refused: the page is not a page of comments; `ok:0` is one too, since the spider asks only where there are some.
    """
    value = read_json(page, "comments")
    data = value.get("data")
    if value.get("ok") != 1 or not isinstance(data, dict):
        raise Refused(f"comments ok {value.get('ok')}: {value.get('msg') or 'no message'}")
    return _read(data, data.get("data"), (post_id, author_id), page.seen_at)


def read_thread(page: Page, post_id: str, author_id: str | None) -> CommentPage:
    """A page of `hotFlowChild`, whose members are at top level.

    Raises:
        Refused: the page is not a page of replies.
    """
    value = read_json(page, "comments")
    if value.get("ok") != 1:
        raise Refused(f"thread ok {value.get('ok')}: {value.get('msg') or 'no message'}")
    return _read(value, value.get("data"), (post_id, author_id), page.seen_at)


def _read(envelope: dict[str, Any], comments: object, post: tuple[str, str | None], seen_at: datetime) -> CommentPage:
    if not isinstance(comments, list):
        raise Refused("no list of comments")
    top = [comment for comment in comments if isinstance(comment, dict) and read_id(comment.get("id"))]
    max_id = str(envelope.get("max_id") or "0")
    return CommentPage(
        observations=tuple(_read_comment(comment, post, seen_at) for comment in _with_replies(top)),
        total=read_count(envelope.get("total_number")) or 0,
        max_id=None if max_id == "0" else max_id,
        max_id_type=str(envelope.get("max_id_type") or "0"),
        threads=tuple(str(comment["id"]) for comment in top if _hides_replies(comment)),
    )


def _with_replies(comments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for comment in comments:
        yield comment
        yield from (reply for reply in _inline(comment) if read_id(reply.get("id")))


def _inline(comment: dict[str, Any]) -> list[dict[str, Any]]:
    replies = comment.get("comments")  # `false` where there are none
    return [reply for reply in replies if isinstance(reply, dict)] if isinstance(replies, list) else []


def _hides_replies(comment: dict[str, Any]) -> bool:
    return (read_count(comment.get("total_number")) or 0) > len(_inline(comment))


def _read_comment(comment: dict[str, Any], post: tuple[str, str | None], seen_at: datetime) -> Observation:
    post_id, author_id = post
    user = read_dict(comment.get("user"))
    kind = read_author_kind(user)
    native_id = read_id(comment["id"]) or ""
    user_id = read_id(user.get("id"))
    by_author = comment.get("is_mblog_author") is True or (author_id is not None and user_id == author_id)
    return Observation(
        platform=PLATFORM,
        id=native_id,
        observed_at=seen_at,
        text=read_text(comment.get("text")),
        author_id=author_id if by_author and author_id else user_id,
        author_name=read_text(user.get("screen_name"))
        if by_author or kind != "person"
        else None,  # bystanders stay nameless
        author_kind=kind,
        posted_at=read_time(str(comment.get("created_at") or ""), seen_at) or read_id_time(native_id),
        reply_to=post_id,
        counts=Counts(likes=read_count(comment.get("like_count"))),
    )
