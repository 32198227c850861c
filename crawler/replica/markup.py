"""Plain text to the HTML of m.weibo.cn's `text` field (platforms.md §1.3)."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

LONG_CHARACTERS = 140  # lists cut what is longer and end it with a link to the whole text

_TOKEN = re.compile(r"(?P<topic>#[^#\s]{1,40}#)|(?P<name>@[\w\-·]{1,30})|(?P<emoji>\[[\w一-鿿]{1,8}\])|(?P<line>\n)")


def write_html(text: str) -> str:
    """The text with topics, names, emoji and line ends as m.weibo.cn marks them up."""
    pieces = []
    end = 0
    for match in _TOKEN.finditer(text):
        pieces.append(html.escape(text[end : match.start()], quote=False))
        pieces.append(_WRITERS[str(match.lastgroup)](html.escape(match[0], quote=False)))
        end = match.end()
    return "".join([*pieces, html.escape(text[end:], quote=False)])


def write_cut_html(text: str, native_id: str) -> str:
    """The head of a long text as a list shows it."""
    return f'{write_html(text[:LONG_CHARACTERS])} ...<a href="/status/{native_id}">全文</a>'


def is_long(text: str) -> bool:
    """Whether lists cut this text."""
    return len(text) > LONG_CHARACTERS


def _topic(topic: str) -> str:
    query = quote(topic)
    link = f"https://m.weibo.cn/search?containerid=231522type%3D1%26t%3D10%26q%3D{query}&extparam={query}"
    return f'<a  href="{link}&luicode=10000011" data-hide=""><span class="surl-text">{topic}</span></a>'


def _name(name: str) -> str:
    return f"<a href='/n/{name[1:]}'>{name}</a>"


def _emoji(emoji: str) -> str:
    icon = "https://h5.sinaimg.cn/m/emoticon/icon/default/d_zhaoshou.png"
    return f'<span class="url-icon"><img alt={emoji} src="{icon}" style="width:1em; height:1em;" /></span>'


def _line(_newline: str) -> str:
    return "<br />"


_WRITERS = {"topic": _topic, "name": _name, "emoji": _emoji, "line": _line}
