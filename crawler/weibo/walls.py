"""How Weibo says no. Everything here is `blocked`: it says nothing of any post (platforms.md §2.1, §5, §12)."""

from __future__ import annotations

import json
import re
from typing import Any

from crawler.page import Page, Refused, Wall

WALL_STATUSES = frozenset({403, 414, 418, 429, 432})

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def find_wall(page: Page, kind: str) -> Wall | None:
    """The wall a page is, or None. `kind` is the kind of page that was asked for.

    A 403 on comments is usual for old posts, and `ok:-100` is a page that wants a login while others do not:
    these stop only pages of their kind. Everything else stops the host.
    """
    if page.status in WALL_STATUSES:
        return Wall(f"http {page.status}", "kind" if (page.status, kind) == (403, "comments") else "host")
    if 300 <= page.status < 400:
        return Wall(f"http {page.status}, redirected", "host")
    if page.body[:1] != b"{":
        return Wall("login page", "host") if _title(page.body) == "微博-登录" else None
    return _find_json_wall(_decode(page.body))


def read_json(page: Page, kind: str) -> dict[str, Any]:
    """The JSON object of a page, whatever its `ok` is.

    Raises:
        Refused: the page is a wall, an error, empty, cut, or no JSON object at all.
    """
    check_answer(page, kind)
    if not page.body.strip():
        raise Refused("empty body")
    value = _decode(page.body)
    if value is None:
        looks_html = page.body.lstrip()[:1] == b"<"
        raise Refused("html instead of json" if looks_html else "broken json")
    return value


def check_answer(page: Page, kind: str) -> None:
    """Pass silently over a page that is an answer.

    Raises:
        Refused: the page is a wall, or its HTTP status is not 200.
    """
    if wall := find_wall(page, kind):
        raise Refused(wall.reason)
    if page.status != 200:
        raise Refused(f"http {page.status}")


def _find_json_wall(value: dict[str, Any] | None) -> Wall | None:
    if value is None:
        return None
    if value.get("ok") == -100 or "请先登录" in _message(value):
        return Wall("login wanted", "kind")
    url = "" if value.get("data") or value.get("ok") == 1 else str(value.get("url", ""))
    if "verify" in url or "captcha" in url:
        return Wall("captcha", "host")
    return Wall("login wanted", "kind") if "passport" in url else None


def _message(value: dict[str, Any]) -> str:
    return str(value.get("msg") or value.get("message") or "")


def _decode(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _title(body: bytes) -> str:
    match = _TITLE.search(body.decode("utf-8", "replace"))
    return match[1].strip() if match else ""
