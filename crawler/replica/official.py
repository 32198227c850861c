"""The official API, api.weibo.com/2: `statuses/show.json`, `comments/show.json` (platforms.md §6)."""

from __future__ import annotations

from typing import Any

from crawler.replica.answers import Answer, answer_json
from crawler.replica.question import Question
from crawler.replica.render import render_comment, render_mblog
from crawler.replica.world import Post

_GONE_CODES = {"hidden_by_author": 20112, "age_limited": 20132}
_MESSAGES = {20101: "target weibo does not exist!", 20112: "Permission Denied!", 20132: "抱歉，该内容暂时无法查看"}


def answer_api_show(question: Question) -> Answer:
    """A post, or an error with its code."""
    if not question.header("authorization").startswith("OAuth2 "):
        return _answer_error(question, 21301, "auth faild!")
    post = question.find_post(question.get("id"))
    if post is None or post.gone:
        code = _GONE_CODES.get(str(post.gone), 20101) if post else 20101
        return _answer_error(question, code, _MESSAGES[code])
    return answer_json(_render_post(question, post))


def answer_api_comments(question: Question) -> Answer:
    """Comments newer than an id, newest first."""
    if not question.header("authorization").startswith("OAuth2 "):
        return _answer_error(question, 21301, "auth faild!")
    post = question.find_post(question.get("id"))
    if post is None or post.gone:
        return _answer_error(question, 20101, _MESSAGES[20101])
    since, page, count = (question.get_number(*one) for one in (("since_id", 0), ("page", 1), ("count", 50)))
    comments = [one for one in question.scene.comments_on(post.native_id) if int(one.native_id) > since]
    newest_first = sorted(comments, key=lambda one: int(one.native_id), reverse=True)
    shown = [render_comment(question.scene, one) for one in newest_first[(page - 1) * count : page * count]]
    return answer_json({"comments": [_trim(one) for one in shown], "hasvisible": False, "total_number": len(comments)})


def _render_post(question: Question, post: Post) -> dict[str, Any]:
    value = render_mblog(question.scene, post, question.host_url)
    value |= {"id": int(post.native_id), "idstr": post.native_id, "text": post.text}
    for name in ("edit_config", "region_name", "mblogtype", "raw_text"):
        value.pop(name, None)
    return value


def _trim(comment: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "mid", "text", "created_at", "source", "user")
    return {name: comment[name] for name in kept} | {"idstr": str(comment["id"])}


def _answer_error(question: Question, code: int, message: str) -> Answer:
    body = {"error": message, "error_code": code, "request": "/2/statuses/show.json"}
    return answer_json(body, int(question.fact("api_error_status")))
