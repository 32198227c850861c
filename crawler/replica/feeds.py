"""Feeds in RSSHub's shapes: `/weibo/keyword/WORD`, `/weibo/user/UID`, as RSS, Atom or JSON Feed (platforms.md §8)."""

from __future__ import annotations

import hashlib
import html
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import unquote

from crawler.replica.answers import Answer
from crawler.replica.question import Question
from crawler.replica.world import Post
from crawler.weibo.ids import shorten_id

TITLE_CHARACTERS = 40


def answer_feed(question: Question, path: str) -> Answer:
    """A feed; an unchanged one is 304 to whoever shows its validator."""
    kind, _, wanted = path.removeprefix("/weibo/").partition("/")
    scene = question.scene
    posts = scene.find(unquote(wanted)) if kind == "keyword" else scene.posts_by(wanted)
    posts = posts[: question.fact_number("feed_items")]
    form = question.get("format", "rss")
    body, content_type = _FORMS[form](question, posts, unquote(wanted))
    if question.fact("feed_etag") == "off":
        return Answer(body, content_type=content_type)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = (("ETag", etag), ("Last-Modified", format_datetime(_changed_at(posts, scene.now), usegmt=True)))
    if question.header("if-none-match") == etag:
        return Answer(b"", 304, content_type, headers)
    return Answer(body, content_type=content_type, headers=headers)


def _changed_at(posts: list[Post], now: datetime) -> datetime:
    return max((post.posted_at for post in posts), default=now).astimezone(UTC).replace(microsecond=0)


def _write_rss(question: Question, posts: list[Post], name: str) -> tuple[bytes, str]:
    items = "".join(
        f"<item><title>{_escape(_title(post))}</title><description>{_escape(_body(question, post))}</description>"
        f'<link>{link_of(post)}</link><guid isPermaLink="false">{link_of(post)}</guid>'
        f"<pubDate>{format_datetime(post.posted_at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<author>{_escape(post.author.screen_name)}</author></item>"
        for post in posts
    )
    channel = (
        f"<channel><title>又有人在微博提到{_escape(name)}了</title><link>https://s.weibo.com/weibo</link>"
        f"<description>{_escape(name)} - Powered by RSSHub</description><generator>RSSHub</generator><ttl>5</ttl>"
        f"{items}</channel>"
    )
    charset = question.fact("feed_charset")
    encoding = "gb18030" if "gb2312" in charset else "utf-8"
    declared = f' encoding="{"gb2312" if charset == "gb2312" else "UTF-8"}"'
    markup = f'<?xml version="1.0"{"" if charset.startswith("un") else declared}?><rss version="2.0">{channel}</rss>'
    said = "" if encoding == "gb18030" else "; charset=utf-8"
    return markup.encode(encoding), f"application/xml{said}"


def _write_atom(question: Question, posts: list[Post], name: str) -> tuple[bytes, str]:
    entries = "".join(
        f"<entry><title>{_escape(_title(post))}</title><id>{link_of(post)}</id>"
        f'<link href="{link_of(post)}"/><published>{post.posted_at.isoformat()}</published>'
        f"<updated>{post.posted_at.isoformat()}</updated><author><name>{_escape(post.author.screen_name)}</name></author>"
        f'<content type="html">{_escape(_body(question, post))}</content></entry>'
        for post in posts
    )
    head = f"<title>{_escape(name)}</title><id>weibo</id><updated>{question.scene.now.isoformat()}</updated>"
    markup = f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'
    return markup.encode(), "application/xml; charset=utf-8"


def _write_json(question: Question, posts: list[Post], name: str) -> tuple[bytes, str]:
    items = [
        {
            "id": link_of(post),
            "url": link_of(post),
            "title": _title(post),
            "content_html": _body(question, post),
            "date_published": post.posted_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "authors": [{"name": post.author.screen_name}],
        }
        for post in posts
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": items}
    return json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json"


def link_of(post: Post) -> str:
    """A post's address, which is its guid as well."""
    return f"https://weibo.com/{post.author.user_id}/{shorten_id(post.native_id)}"


def _title(post: Post) -> str:
    text = " ".join(post.text.split())
    cut = f"{text[:TITLE_CHARACTERS]}..." if len(text) > TITLE_CHARACTERS else text
    return f"{post.author.screen_name}: {cut}"


def _body(question: Question, post: Post) -> str:
    pictures = "".join(f'<br><img style="" src="{question.host_url}/pics/{name}.png">' for name in post.pictures)
    own = f"{_write_html(post.text)}{pictures}"
    if not post.repost_of:
        return own
    carried = question.scene.posts[post.repost_of]
    if carried.gone:
        return f"{own}<br><blockquote> - 转发 [原微博不可访问]</blockquote>"
    link = f'<a href="https://weibo.com/{carried.author.user_id}" target="_blank">@{carried.author.screen_name}</a>'
    return f"{own}<br><blockquote> - 转发 {link}:&ensp;{_write_html(carried.text)}</blockquote>"


def _write_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


_FORMS = {"rss": _write_rss, "atom": _write_atom, "json": _write_json}
