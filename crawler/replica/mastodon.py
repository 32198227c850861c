"""A Mastodon instance: tag timelines, statuses, threads (platforms.md §10)."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from crawler.replica.answers import JSON_TYPE, Answer, answer_json
from crawler.replica.question import Question
from crawler.replica.world import Comment, Person, Post
from crawler.weibo.ids import ID_LOW_BITS

MOST_STATUSES = 40
_TOPIC = re.compile(r"#([^#\s]{1,40})#")
_MISSING = {
    "not_found": ({"error": "Not Found"}, 404),
    "record_not_found": ({"error": "Record not found"}, 404),
    "gone_410": ({"error": "Gone"}, 410),
}


def answer_tag(question: Question, path: str) -> Answer:
    """`/api/v1/timelines/tag/TAG`: statuses with a tag, newest first; Link says what comes next."""
    tag = unquote(path.rpartition("/")[2])
    posts = [post for post in question.scene.newest_first() if f"#{tag}#" in post.text and not post.repost_of]
    limit = min(question.get_number("limit", 20), MOST_STATUSES)
    above, below = question.get_number("since_id", 0), question.get_number("max_id", 1 << 70)
    wanted = [post for post in posts if above < int(post.native_id) < below]
    shown = wanted[:limit]
    headers: tuple[tuple[str, str], ...] = (("X-RateLimit-Limit", "300"), ("X-RateLimit-Remaining", "299"))
    if shown:
        root = f"{question.host_url}/api/v1/timelines/tag/{quote(tag)}?limit={limit}"
        links = [f'<{root}&min_id={shown[0].native_id}>; rel="prev"']
        if len(wanted) > limit:
            links.insert(0, f'<{root}&max_id={shown[-1].native_id}>; rel="next"')
        headers = (*headers, ("Link", ", ".join(links)))
    body = json.dumps([_render_post(question, post) for post in shown], ensure_ascii=False).encode()
    return Answer(body, content_type=JSON_TYPE, headers=headers)


def answer_account(question: Question, path: str) -> Answer:
    """`/api/v1/accounts/ID/statuses`: what an account posted since a status, newest first, without reblogs."""
    user_id = path.removeprefix("/api/v1/accounts/").partition("/")[0]
    since, limit = question.get_number("since_id", 0), min(question.get_number("limit", 20), MOST_STATUSES)
    posts = [one for one in question.scene.posts_by(user_id) if int(one.native_id) > since and not one.repost_of]
    body = json.dumps([_render_post(question, post) for post in posts[:limit]], ensure_ascii=False).encode()
    return Answer(body, content_type=JSON_TYPE)


def answer_status(question: Question, path: str) -> Answer:
    """`/api/v1/statuses/ID`, and `/context` below it."""
    native_id, _, what = path.removeprefix("/api/v1/statuses/").partition("/")
    post = question.scene.posts.get(native_id)
    if post is None or post.gone:
        body, status = _MISSING[question.fact("mastodon_missing")]
        return answer_json(dict(body), status)
    if what == "context":
        answers = [_render_comment(question, one) for one in question.scene.comments_on(native_id)]
        return answer_json({"ancestors": [], "descendants": answers})
    return answer_json(_render_post(question, post))


def _render_post(question: Question, post: Post) -> dict[str, Any]:
    edited_at = _write_time(post.edits[-1]) if post.edits else None
    value = _render(question, (post.native_id, post.author), post.text, post.posted_at)
    replies = len(question.scene.comments_on(post.native_id))
    pictures = [{"type": "image", "url": f"{question.host_url}/pics/{name}.png"} for name in post.pictures]
    shown = {"edited_at": edited_at, "replies_count": replies, "reblogs_count": post.shown.reposts}
    return value | shown | {"media_attachments": pictures}


def _render_comment(question: Question, comment: Comment) -> dict[str, Any]:
    value = _render(question, (comment.native_id, comment.author), comment.text, comment.said_at)
    return value | {"in_reply_to_id": comment.thread or comment.post_id}


def _render(question: Question, what: tuple[str, Person], text: str, at: datetime) -> dict[str, Any]:
    native_id, person = what
    name = f"u{person.user_id}"
    return {
        "id": native_id,
        # The clock of a real snowflake is another one; that ids grow with time is all that a reader may rely on.
        "created_at": _write_time(at),
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "zh",
        "uri": f"{question.host_url}/users/{name}/statuses/{native_id}",
        "url": f"{question.host_url}/@{name}/{native_id}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": int(native_id) % (1 << ID_LOW_BITS) % 7,
        "content": _write_html(question.host_url, text),
        "reblog": None,
        "account": {"id": person.user_id, "username": name, "acct": name, "display_name": person.screen_name},
        "tags": [],
    }


def _write_html(host_url: str, text: str) -> str:
    def link(match: re.Match[str]) -> str:
        url = f"{host_url}/tags/{quote(match[1])}"
        return f'<a href="{url}" class="mention hashtag" rel="tag">#<span>{match[1]}</span>#</a>'

    return f"<p>{_TOPIC.sub(link, html.escape(text, quote=False))}</p>".replace("\n", "<br />")


def _write_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
