"""The PC search of s.weibo.com, and super-topics of m.weibo.cn (platforms.md §4, §2.1)."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import datetime
from typing import Any

from crawler.replica.answers import Answer, answer_empty, answer_html, answer_json, answer_login
from crawler.replica.markup import is_long
from crawler.replica.question import Question
from crawler.replica.render import GONE_SENTENCES, count_comments, render_listed_mblog
from crawler.replica.world import Post, Scene
from crawler.weibo.ids import shorten_id
from crawler.weibo.times import CHINA
from crawler.weibo_pc.spans import load_regions

TOPIC_PAGE_POSTS = 10
SHOWN_CHARACTERS = 120

_SCOPE = re.compile(r"custom:(\d{4}-\d\d-\d\d)-(\d{1,2}):(\d{4}-\d\d-\d\d)-(\d{1,2})")
_TOPIC = re.compile(r"#([^#\s]{1,40})#")
_REFER = "refer_flag=1001030103_"


def answer_pc_search(question: Question) -> Answer:
    """`/weibo?q=…`: posts with the keyword in a span of hours and a province, newest first."""
    if question.access != "login":
        where = "https://passport.weibo.com/visitor/visitor?entry=miniblog&a=enter"
        return Answer(b"", 302, headers=(("Location", where),))
    posts = [post for post in question.scene.find(question.get("q")) if _is_within(post, question)]
    size, page = question.fact_number("pc_page_posts"), question.get_number("page", 1)
    pages = min(-(-len(posts) // size), question.fact_number("pc_pages"))
    if not 1 <= page <= pages:
        return answer_html(_frame('<div class="card card-no-result s-pt20b40"><p>抱歉，未找到相关结果。</p></div>'))
    cards = [_write_card(question, post) for post in posts[(page - 1) * size : page * size]]
    return answer_html(_frame("".join(cards) + _write_pager(page, pages)))


def answer_supertopic(question: Question) -> Answer:
    """Container 100808…_-_sort_time: the posts of a topic, newest first; paged by an id in `pageInfo.since_id`."""
    container = question.get("containerid").partition("_-_")[0]
    since = question.get("since_id")
    if question.is_guest and since:
        return answer_login()
    posts = _posts_of_topic(question.scene, container)
    if since:
        match = re.search(r"\d{16}", since)
        posts = [post for post in posts if match is not None and int(post.native_id) <= int(match[0])]
    if not posts:
        return answer_empty()
    shown, following = posts[:TOPIC_PAGE_POSTS], posts[TOPIC_PAGE_POSTS:]
    cards = [_topic_card(question, post) for post in shown]
    info: dict[str, Any] = {"containerid": question.get("containerid"), "page_type": "08"}
    if following:
        mark = {"max_id": int(following[0].native_id)}
        info["since_id"] = mark if question.fact("supertopic_since_id") == "object" else json.dumps(mark)
    data = {"pageInfo": info, "cards": [{"card_type": "11", "card_group": cards}], "showAppTips": 0}
    return answer_json({"ok": 1, "data": data})


def name_topic(topic: str) -> str:
    """The container id that the replica gives to the super-topic of a name."""
    return f"100808{hashlib.md5(topic.encode(), usedforsecurity=False).hexdigest()}"


def _posts_of_topic(scene: Scene, container: str) -> list[Post]:
    return [
        post
        for post in scene.newest_first()
        if any(name_topic(topic) == container for topic in _TOPIC.findall(post.text))
    ]


def _topic_card(question: Question, post: Post) -> dict[str, Any]:
    is_text = question.fact("supertopic_card_type") == "text"
    mblog = render_listed_mblog(question.scene, post, question.host_url)
    return {"card_type": "9" if is_text else 9, "itemid": post.native_id, "mblog": mblog}


def _is_within(post: Post, question: Question) -> bool:
    scope = _SCOPE.fullmatch(question.get("timescope"))
    if scope is not None:
        start, end = (
            datetime.fromisoformat(day).replace(hour=int(hour), tzinfo=CHINA)
            for day, hour in ((scope[1], scope[2]), (scope[3], scope[4]))
        )
        if not start <= post.posted_at < end:
            return False
    region = question.get("region")
    return question.fact("pc_region") == "off" or not region or region == f"custom:{region_of(post)}:1000"


def region_of(post: Post) -> str:
    """The province of an author; the invented world has none of the real ones, so its accounts are spread over them."""
    regions = load_regions()
    return regions[int(post.author.user_id) % len(regions)]


def _frame(inner: str) -> str:
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>微博搜索</title></head><body>"
        f'<div id="pl_feedlist_index">{inner}</div></body></html>'
    )


def _write_pager(page: int, pages: int) -> str:
    links = "".join(
        f'<li{" class=cur" if n == page else ""}><a href="/weibo?page={n}">第{n}页</a></li>'
        for n in range(1, pages + 1)
    )
    following = f'<a href="/weibo?page={page + 1}" class="next">下一页</a>' if page < pages else ""
    return f'<div class="m-page"><span class="list"><ul class="s-scroll">{links}</ul></span>{following}</div>'


def _write_card(question: Question, post: Post) -> str:
    scene, name = question.scene, html.escape(post.author.screen_name)
    carried = _write_carried(question, scene.posts[post.repost_of]) if post.repost_of else ""
    reposts, comments, likes = (
        max(post.shown.reposts, scene.reposts_of(post.native_id)),
        count_comments(scene, post),
        post.shown.likes,
    )
    return (
        f'<div class="card-wrap" action-type="feed_list_item" mid="{post.native_id}"><div class="card">'
        '<div class="card-feed"><div class="avator"><a href="#"></a></div><div class="content" node-type="like">'
        '<div class="info"><div class="menu s-fr"></div><div style="padding: 6px 0 3px;">'
        f'<a href="//weibo.com/{post.author.user_id}?{_REFER}" class="name" nick-name="{name}">{name}</a></div></div>'
        f"{_write_from(question, post, 'div')}{_write_text(post)}{_write_pictures(question, post)}{carried}</div></div>"
        '<div class="card-act"><ul>'
        f'<li><a action-type="feed_list_forward">{reposts or "转发"}</a></li>'
        f'<li><a action-type="feed_list_comment">{comments or "评论"}</a></li>'
        f'<li><a action-type="feed_list_like"><button><span class="woo-like-icon"></span>'
        f'<span class="woo-like-count">{likes or "赞"}</span></button></a></li></ul></div></div></div>'
    )


def _write_from(question: Question, post: Post, tag: str) -> str:
    blank = " " if question.fact("pc_from_blank") == "on" else ""
    link = f"//weibo.com/{post.author.user_id}/{shorten_id(post.native_id)}?{_REFER}"
    return (
        f'<{tag} class="from"{blank}><a href="{link}" target="_blank">\n'
        f"            {write_pc_time(post.posted_at, question.scene.now)}\n        </a>"
        f' &nbsp;来自 <a href="//weibo.com/" rel="nofollow">微博网页版</a></{tag}>'
    )


def write_pc_time(moment: datetime, now: datetime) -> str:
    """A time as the PC search writes it: without a year in the same year, `今天` on the same day."""
    local, today = moment.astimezone(CHINA), now.astimezone(CHINA)
    if local.date() == today.date():
        return f"今天{local:%H:%M}"
    return f"{local:%m月%d日 %H:%M}" if local.year == today.year else f"{local:%Y年%m月%d日 %H:%M}"


def _write_text(post: Post) -> str:
    """Long texts are cut; about half of them carry their whole text hidden beside the cut one."""
    name = html.escape(post.author.screen_name)
    start = f'<p class="txt" node-type="feed_list_content" nick-name="{name}">\n            '
    if not is_long(post.text):
        return f"{start}{_write_html(post.text)}\n        \u200b</p>"
    fold = '<a href="javascript:void(0);" action-type="fl_{0}fold">{1}<i class="wbicon">{2}</i></a>'
    cut = f"{start}{_write_html(post.text[:SHOWN_CHARACTERS])}...{fold.format('un', '展开', 'c')}</p>"
    if int(post.native_id) % 2:
        return cut
    whole = f'<p class="txt" node-type="feed_list_content_full" nick-name="{name}" style="display: none">\n            '
    return f"{cut}{whole}{_write_html(post.text)}{fold.format('', '收起', 'd')}</p>"


def _write_html(text: str) -> str:
    escaped = html.escape(text, quote=False).replace("\n", "<br/>")
    return re.sub(
        r"#([^#\s]{1,40})#", r'<a href="/weibo?q=\1" target="_blank">#<em class="s-color-red">\1</em>#</a>', escaped
    )


def _write_pictures(question: Question, post: Post) -> str:
    items = "".join(f'<li><img src="{question.host_url}/pics/{name}.png"></li>' for name in post.pictures)
    box = f'<div class="media media-piclist"><ul>{items}</ul></div>'
    return f'<div node-type="feed_list_media_prev">{box}</div>' if items else ""


def _write_carried(question: Question, post: Post) -> str:
    if post.gone:
        inner = f'<p class="txt">{GONE_SENTENCES[post.gone]}</p>'
    else:
        name = html.escape(post.author.screen_name)
        inner = (
            f'<a href="//weibo.com/{post.author.user_id}" nick-name="{name}">@{name}</a>'
            f"{_write_text(post)}{_write_pictures(question, post)}{_write_from(question, post, 'p')}"
            f'<a action-type="feed_list_like" action-data="mid={post.native_id}">赞</a>'
        )
    box = f'<div node-type="feed_list_forwardContent">{inner}</div>'
    return f'<div class="card-comment"><div class="con">{box}</div></div>'
