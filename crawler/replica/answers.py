"""What the replica sends: an answer, and the few shapes that answers have."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `is_reset` drops the connection instead, `delay_seconds` waits before the first byte."""

    body: bytes
    status: int = 200
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    is_reset: bool = False
    delay_seconds: float = 0.0


def answer_json(value: dict[str, Any], status: int = 200) -> Answer:
    """JSON with non-ASCII escaped, as m.weibo.cn writes it."""
    return Answer(json.dumps(value, ensure_ascii=True).encode(), status)


def answer_html(markup: str, status: int = 200) -> Answer:
    """An HTML page."""
    return Answer(markup.encode(), status, HTML_TYPE)


def answer_error_page(message: str) -> Answer:
    """The page 微博-出错了 with its message (platforms.md §2.4); its status is 200."""
    return answer_html(
        "<!DOCTYPE html><html><head><title>微博-出错了</title></head><body>"
        f'<img src="//h5.sinaimg.cn/h5-404.png"><p class="h5-4con">{html.escape(message, quote=False)}</p>'
        "<a href='/'>返回首页</a></body></html>"
    )


def answer_empty(message: str = "这里还没有内容") -> Answer:
    """The ambiguous answer: the end, nobody there, nothing found, or asked too fast (§2.1)."""
    return answer_json({"ok": 0, "msg": message, "data": {"cards": []}})


def answer_login() -> Answer:
    """`ok:-100`: this page wants a login."""
    return answer_json({"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso&source=wapssowb"})
