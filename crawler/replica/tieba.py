"""Tieba threads: a post is the first floor, its comments are the others (platforms.md §9)."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime

from crawler.replica.answers import HTML_TYPE, Answer
from crawler.replica.question import Question
from crawler.replica.world import Person, Post
from crawler.weibo.times import CHINA

TITLE_CHARACTERS = 20
_GONE = "<title>贴吧404</title><h1 class='main-title'>很抱歉，该贴已被删除。</h1>"


@dataclass(frozen=True, slots=True)
class _Floor:
    native_id: str
    number: int
    person: Person
    text: str
    at: datetime
    pictures: tuple[str, ...] = ()


def answer_thread(question: Question, path: str) -> Answer:
    """`/p/TID?pn=N[&see_lz=1]`."""
    thread_id = path.rpartition("/")[2]
    post = question.scene.posts.get(thread_id)
    if post is None or post.gone:
        return _answer_page(question, _GONE, int(question.fact("tieba_deleted")))
    floors = _list_floors(question, post)
    size, page = question.fact_number("tieba_page_floors"), question.get_number("pn", 1)
    pages = -(-len(floors) // size)
    shown = "".join(_write_floor(floor, post, question.host_url) for floor in floors[(page - 1) * size : page * size])
    links = "".join(f'<a href="/p/{thread_id}?pn={number}">{number}</a>' for number in range(1, pages + 1))
    title = html.escape(_title(post))
    markup = (
        f"<title>{title}_百度贴吧</title><h3 class='core_title_txt' title='{title}'>{title}</h3>"
        f"<ul><li class='l_pager'>{links if pages > 1 else ''}</li>"
        f"<li class='l_reply_num'><span class='red'>{len(floors)}</span>回复贴</li></ul>{shown}"
    )
    return _answer_page(question, markup, 200)


def _list_floors(question: Question, post: Post) -> list[_Floor]:
    comments = question.scene.comments_on(post.native_id)
    later = [_Floor(one.native_id, number, one.author, one.text, one.said_at) for number, one in enumerate(comments, 2)]
    floors = [
        _Floor(post.native_id[::-1].lstrip("0"), 1, post.author, post.text, post.posted_at, post.pictures),
        *later,
    ]
    only_author = question.get("see_lz") == "1"
    return [floor for floor in floors if not only_author or floor.person.user_id == post.author.user_id]


def _title(post: Post) -> str:
    return " ".join(post.text.split())[:TITLE_CHARACTERS]


def _write_floor(floor: _Floor, post: Post, host_url: str) -> str:
    person = floor.person
    field = {
        "author": {
            "user_id": int(person.user_id),
            "user_name": person.screen_name,
            "portrait": f"tb.1.{person.user_id}",
        },
        "content": {
            "post_id": int(floor.native_id),
            "thread_id": int(post.native_id),
            "post_no": floor.number,
            "comment_num": 0,
            "type": "0",
        },
    }
    own = "<div class='louzhubiaoshi' author='1'></div>" if person.user_id == post.author.user_id else ""
    pictures = "".join(f'<img class="BDE_Image" src="{host_url}/pics/{name}.png">' for name in floor.pictures)
    body = html.escape(floor.text, quote=False).replace("\n", "<br>") + pictures
    data = html.escape(json.dumps(field, ensure_ascii=False))
    return (
        f'<div class="l_post j_l_post" data-field="{data}" data-pid="{floor.native_id}">{own}'
        f'<div id="post_content_{floor.native_id}" class="d_post_content j_d_post_content">            {body}</div>'
        f'<div class="post-tail-wrap"><span>IP属地:江澜</span><span class="tail-info">来自网页</span>'
        f'<span class="tail-info">{floor.number}楼</span>'
        f'<span class="tail-info">{floor.at.astimezone(CHINA):%Y-%m-%d %H:%M}</span></div></div>'
    )


def _answer_page(question: Question, inner: str, status: int) -> Answer:
    charset = question.fact("tieba_charset")
    encoding = "gb18030" if charset.endswith("gbk") else "utf-8"
    meta = "" if charset.startswith("un") else f"<meta charset='{charset}'>"
    markup = f"<!DOCTYPE html><html><head>{meta}</head><body>{inner}</body></html>"
    return Answer(markup.encode(encoding), status, "text/html" if charset != "utf-8" else HTML_TYPE)
