"""Message boards: 领导留言板, 红网百姓呼声 and an invented help platform in HTML (platforms.md §11).

Every plea of a person is a letter; what official accounts commented under it are the replies, and its state follows
from them, so that the boards tell the same story as the other surfaces.
"""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass
from typing import Any

from crawler.replica.answers import Answer, answer_html, answer_json
from crawler.replica.question import Question
from crawler.replica.world import Comment, Post, Scene
from crawler.weibo.times import CHINA

APP_CODE = "PC42ce3bfa4980a9"
WAITING, UNDERWAY, DONE = 0, 1, 2
_LIUYAN_STATES = ("待回复", "办理中", "已办理")
_REDNET_STATES = (0, 2, 1)
_PLATFORM_STATES = ("待受理", "正在办理", "已办结")
_DONE_WORDS = ("已解决", "已办结", "已送达", "已妥善")
TITLE_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Letter:
    """A plea as a board shows it, with what its office answered."""

    post: Post
    replies: tuple[Comment, ...]

    @property
    def title(self) -> str:
        """Its first words."""
        return " ".join(self.post.text.split())[:TITLE_CHARACTERS]

    @property
    def state(self) -> int:
        """Waiting, underway or done."""
        if not self.replies:
            return WAITING
        return DONE if any(word in self.replies[-1].text for word in _DONE_WORDS) else UNDERWAY


def find_letters(scene: Scene, keyword: str) -> list[Letter]:
    """The letters with a keyword, newest first."""
    return [
        _make_letter(scene, post)
        for post in scene.newest_first()
        if post.author.kind == "person" and not post.repost_of and keyword in post.text
    ]


def find_letter(scene: Scene, native_id: str) -> Letter | None:
    """A letter by its id."""
    post = scene.posts.get(native_id)
    is_letter = post is not None and post.gone is None and post.author.kind == "person" and not post.repost_of
    return _make_letter(scene, post) if is_letter and post is not None else None


def _make_letter(scene: Scene, post: Post) -> Letter:
    replies = [one for one in scene.comments_on(post.native_id) if one.author.kind == "official"]
    return Letter(post, tuple(replies))


# 领导留言板


def answer_liuyan(question: Question, path: str) -> Answer:
    """The three calls; a wrong signature is SN0006."""
    parameters = _open_envelope(question.body, path)
    if parameters is None:
        return answer_json({"code": "SN0006", "msg": "数据格式错误"})
    if path == "/v1/threads/content":
        return _answer_content(question, str(parameters.get("tid")))
    letters = find_letters(question.scene, str(parameters.get("keywords", "求助")))
    rows = int(parameters.get("rows", 10))
    if path == "/v2/threads/search":
        first = (int(parameters.get("page", 1)) - 1) * rows
        shown = [_render_thread(one) for one in letters[first : first + rows]]
        name = question.fact("liuyan_envelope")
        return answer_json({"code": 0, "msg": "ok", name: {"data": shown}})
    last = str(parameters.get("lastItem") or "")
    letters = [one for one in letters if not last or int(one.post.native_id) < int(last)]
    shown = [_render_thread(one) for one in letters[:rows]]
    following = shown[-1]["tid"] if len(letters) > rows else ""
    return answer_json({"code": 0, "msg": "ok", "resultData": {"data": shown, "lastItem": following}})


def _open_envelope(body: str, path: str) -> dict[str, Any] | None:
    try:
        envelope = json.loads(body)
        parameters = json.loads(envelope["param"])
    except (ValueError, TypeError, KeyError):
        return None
    salt = _md5(APP_CODE)[:16]
    is_signed = envelope.get("signature") == _md5(path + envelope["param"] + salt)
    return parameters if is_signed and isinstance(parameters, dict) else None


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _render_thread(letter: Letter) -> dict[str, Any]:
    at = int(letter.post.posted_at.timestamp())
    answered = int(letter.replies[-1].said_at.timestamp()) if letter.replies else None
    return {
        "tid": letter.post.native_id,
        "subject": letter.title,
        "content": letter.post.text,
        "forumName": "江澜省澜州市委书记",
        "typeName": "求助",
        "domainName": "城建",
        "stateInfo": _LIUYAN_STATES[letter.state],
        "createDateline": at,
        "dateline": at,
        "threadsCheckTime": at,
        "lastAnswerTime": answered,
        "nickName": letter.post.author.screen_name,
    }


def _answer_content(question: Question, native_id: str) -> Answer:
    letter = find_letter(question.scene, native_id)
    if letter is None:
        return answer_json({"code": 1, "msg": "暂无数据"})
    message = {
        "dataType": 1,
        "content": letter.post.text,
        "dateline": int(letter.post.posted_at.timestamp()),
        "nickName": letter.post.author.screen_name,
    }
    replies = [
        {
            "dataType": 4,
            "content": reply.text,
            "dateline": int(reply.said_at.timestamp()),
            "organization": reply.author.screen_name,
            "nickName": reply.author.screen_name,
            "stateInfo": _LIUYAN_STATES[letter.state],
        }
        for reply in letter.replies
    ]
    return answer_json({"code": 0, "msg": "ok", "resultData": {"contentList": [message, *replies]}})


# 红网


def answer_rednet(question: Question, path: str) -> Answer:
    """`/front/msg/index` by POST, `/front/msg/detail` by GET."""
    if path == "/front/msg/detail":
        return _answer_rednet_detail(question)
    try:
        wanted = json.loads(question.body)
        page, rows = int(wanted["page"]), int(wanted["page_num"])
    except (ValueError, TypeError, KeyError):
        return answer_json({"status": "0", "msg": "参数错误"})
    letters = find_letters(question.scene, str(wanted.get("search") or ""))
    shown = [_render_row(question, one) for one in letters[(page - 1) * rows : page * rows]]
    return answer_json({"status": "1", "data": {"rows": shown, "total": len(letters)}})


def _render_row(question: Question, letter: Letter) -> dict[str, Any]:
    last = letter.replies[-1] if letter.replies else None
    return {
        "id": int(letter.post.native_id),
        "title": letter.title,
        "created_at": _write_rednet_time(question, letter.post),
        "type_name": "求助",
        "nickname": letter.post.author.screen_name,
        "is_reply": _REDNET_STATES[letter.state],
        "reply_name": last.author.screen_name if last else "",
        "reply_time": _write_rednet_time(question, last) if last else "",
        "click_num": 7,
    }


def _answer_rednet_detail(question: Question) -> Answer:
    letter = find_letter(question.scene, question.get("id"))
    if letter is None:
        return answer_json({"status": "0", "msg": "暂无数据"})
    replies = [
        {
            "content": _write_paragraph(reply.text),
            "reply_time": _write_rednet_time(question, reply),
            "name": reply.author.screen_name,
        }
        for reply in letter.replies
    ]
    data = _render_row(question, letter) | {"content": _write_paragraph(letter.post.text), "reply": replies}
    return answer_json({"status": "1", "data": data | {"comment": []}})


def _write_rednet_time(question: Question, what: Post | Comment) -> str | int:
    at = what.posted_at if isinstance(what, Post) else what.said_at
    return (
        int(at.timestamp()) if question.fact("rednet_times") == "unix" else f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    )


# The invented platform


def answer_helpboard(question: Question, path: str) -> Answer:
    """`/helpboard/list` and `/helpboard/show/ID`."""
    if path.startswith("/helpboard/show/"):
        return _answer_show(question, path.rpartition("/")[2])
    letters = find_letters(question.scene, question.get("q"))
    page, rows = question.get_number("page", 1), 10
    items = "".join(_write_item(one) for one in letters[(page - 1) * rows : page * rows])
    following = f'<a class="next" href="?page={page + 1}">下一页</a>' if page * rows < len(letters) else ""
    return answer_html(_frame(f'<main class="letters" data-total="{len(letters)}"><ul>{items}</ul>{following}</main>'))


def _write_item(letter: Letter) -> str:
    last = letter.replies[-1] if letter.replies else None
    answer = (
        f'<i class="office">{html.escape(last.author.screen_name)}</i> <i class="answered">{_minute(last)}</i>'
        if last
        else ""
    )
    post, title = letter.post, html.escape(letter.title)
    return (
        f'<li class="letter"><a class="title" href="/helpboard/show/{post.native_id}">{title}</a>'
        f'<p class="words">{_lines(post.text)}</p><span class="by">{html.escape(post.author.screen_name)}</span>'
        f'<time>{_minute(post)}</time><b class="state">{_PLATFORM_STATES[letter.state]}</b>{answer}</li>'
    )


def _answer_show(question: Question, native_id: str) -> Answer:
    letter = find_letter(question.scene, native_id)
    if letter is None:
        return answer_html(_frame("<p>没有这封来信</p>"), 404)
    replies = "".join(
        f'<section class="reply"><b class="office">{html.escape(reply.author.screen_name)}</b>'
        f'<time>{_minute(reply)}</time><div class="words">{_lines(reply.text)}</div></section>'
        for reply in letter.replies
    )
    return answer_html(
        _frame(
            f'<article class="letter"><h1>{html.escape(letter.title)}</h1><time>{_minute(letter.post)}</time>'
            f'<b class="state">{_PLATFORM_STATES[letter.state]}</b>'
            f'<div class="words">{_lines(letter.post.text)}</div></article>{replies}'
        )
    )


def _minute(what: Post | Comment) -> str:
    at = what.posted_at if isinstance(what, Post) else what.said_at
    return f"{at.astimezone(CHINA):%Y年%m月%d日 %H:%M}"


def _lines(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _write_paragraph(text: str) -> str:
    return f"<p>{_lines(text)}</p>"


def _frame(inner: str) -> str:
    head = "<head><meta charset='utf-8'><title>澜州求助平台</title></head>"
    return f"<!DOCTYPE html><html>{head}<body>{inner}</body></html>"
