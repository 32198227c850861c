"""The official API, api.weibo.com/2: one post, and the comments under it (platforms.md §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from crawler.items import Counts, Observation
from crawler.page import Page, Refused
from crawler.refusals import decode, find_site_wall, read_json_page
from crawler.weibo.ids import read_id_time
from crawler.weibo.mblog import (
    PLATFORM,
    Sighting,
    read_author_kind,
    read_count,
    read_dict,
    read_id,
    read_mblog,
    read_text,
)
from crawler.weibo.posts import Gone
from crawler.weibo.times import read_time
from crawler.weibo.tombstones import load_tombstones

SITE = "weibo_api"
_CUT_END = re.compile(r"(?:\.\.\.|…)\s*全文[:：]?\s*(?:https?://\S+)?\s*$")  # how the API ends a cut text (U)
_ERROR_STATUSES = (400, 403, 404)  # which of them comes with which code is not known (grade U), so none is trusted


@dataclass(frozen=True, slots=True)
class ApiComments:
    """A page of comments, newest first; `total` is what the site counts."""

    observations: tuple[Observation, ...]
    total: int


def read_api_post(page: Page, native_id: str) -> tuple[Sighting, ...] | Gone:
    """`statuses/show.json`: the post (and the post it carries), or what its error code says.

    Raises:
        Refused: neither this post nor a code that data/tombstones.tsv knows.
    """
    value = _read_object(page)
    if "error_code" in value:
        availability = load_tombstones().read_code(value["error_code"])
        if availability in (None, "blocked"):
            raise Refused(f"code {value['error_code']}: {str(value.get('error') or 'no message')[:60]}")
        return Gone(str(availability))
    carried = value.get("retweeted_status")
    if isinstance(carried, dict):
        value["retweeted_status"] = _with_whole_text(carried)
    sightings = read_mblog(_with_whole_text(value), page.seen_at)
    if not sightings or sightings[0].observation.id != native_id:
        raise Refused("another post than asked for")
    availability = sightings[0].observation.availability
    if availability == "blocked":
        raise Refused("a tombstone not in the table")
    return sightings if availability == "visible" else Gone(availability)


def read_api_comments(page: Page, post_id: str, author_id: str | None) -> ApiComments:
    """`comments/show.json` under the post `post_id`, which `author_id` wrote.

    Raises:
        Refused: the page is not a page of comments.
    """
    value = _read_object(page)
    comments = value.get("comments")
    if "error_code" in value or not isinstance(comments, list):
        raise Refused(f"comments: code {value.get('error_code')}, {str(value.get('error') or 'no message')[:60]}")
    known = [one for one in comments if isinstance(one, dict) and read_id(one.get("id"))]
    observations = tuple(_read_comment(one, (post_id, author_id), page) for one in known)
    return ApiComments(observations, read_count(value.get("total_number")) or 0)


def _with_whole_text(value: dict[str, Any]) -> dict[str, Any]:
    """The post with its long text where the answer holds it; a text that is cut ends as cut ones do everywhere."""
    long_text = read_text(read_dict(value.get("longText")).get("longTextContent"))
    text = read_text(value.get("text"))
    return {**value, "text": long_text or (_CUT_END.sub("...全文", text) if text else None)}


def _read_object(page: Page) -> dict[str, Any]:
    """The JSON object of a page; an error of the API comes with a status of its own, which is not trusted."""
    is_error = page.status in _ERROR_STATUSES and '"error_code"' in decode(page.content_type, page.body)
    if is_error and find_site_wall(page, SITE) is None:
        page = Page(page.url, 200, page.content_type, page.body, page.seen_at)
    value = read_json_page(page, SITE)
    if not isinstance(value, dict):
        raise Refused("no json object")
    return value


def _read_comment(comment: dict[str, Any], post: tuple[str, str | None], page: Page) -> Observation:
    post_id, author_id = post
    user = read_dict(comment.get("user"))
    kind, user_id, native_id = read_author_kind(user), read_id(user.get("id")), read_id(comment["id"]) or ""
    is_known = kind != "person" or (author_id is not None and user_id == author_id)
    return Observation(
        platform=PLATFORM,
        id=native_id,
        observed_at=page.seen_at,
        text=read_text(comment.get("text")),
        author_id=user_id,
        author_name=read_text(user.get("screen_name")) if is_known else None,  # bystanders stay nameless
        author_kind=kind,
        posted_at=read_time(str(comment.get("created_at") or ""), page.seen_at) or read_id_time(native_id),
        reply_to=post_id,
        counts=Counts(likes=read_count(comment.get("like_count"))),
    )
