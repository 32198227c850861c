"""Walls and faults by name: what stands between a crawler and the answer (platforms.md §2.1, §13.5).

A specification is `NAME`, `NAME@ENDPOINT` or either with `+N`: the first N answers of the endpoint get through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from crawler.replica.answers import Answer, answer_empty, answer_error_page, answer_html, answer_json, answer_login
from crawler.replica.sites import SITE_ENDPOINTS

MOBILE_ENDPOINTS = ("search", "timeline", "profile", "supertopic", "show", "extend", "detail", "comments", "children")
ENDPOINTS = ("all", *MOBILE_ENDPOINTS, "robots", "picture", *SITE_ENDPOINTS)

_FORM = re.compile(r"(?P<name>[a-z0-9_]+)(?:@(?P<endpoint>[a-z]+))?(?:\+(?P<passing>\d+))?")


@dataclass(frozen=True, slots=True)
class WallPlan:
    """A wall in front of one endpoint (`all` but robots.txt), after `passing` good answers."""

    name: str
    endpoint: str = "all"
    passing: int = 0

    def covers(self, endpoint: str) -> bool:
        """Whether it stands before this endpoint; `all` spares robots.txt, which a wall rarely covers."""
        return self.endpoint == endpoint or (self.endpoint == "all" and endpoint != "robots")


def read_wall(specification: str) -> WallPlan:
    """The plan that a specification names.

    Raises:
        ValueError: no such wall or endpoint.
    """
    match = _FORM.fullmatch(specification)
    if match is None or match["name"] not in WALLS or (match["endpoint"] or "all") not in ENDPOINTS:
        known = f"walls: {', '.join(sorted(WALLS))}; endpoints: {', '.join(ENDPOINTS)}"
        raise ValueError(f"unknown wall {specification!r} ({known})")
    return WallPlan(match["name"], match["endpoint"] or "all", int(match["passing"] or 0))


def put_wall(name: str, answer: Answer) -> Answer:
    """What comes through the wall instead of `answer`."""
    return WALLS[name](answer)


def _http_432(_answer: Answer) -> Answer:
    return Answer(b"", 432)


def _http_418(_answer: Answer) -> Answer:
    return answer_html("<html><body>I'm a teapot</body></html>", 418)


def _http_414(_answer: Answer) -> Answer:
    return answer_html("<html><head><title>414 Request-URI Too Large</title></head></html>", 414)


def _http_403(_answer: Answer) -> Answer:
    return answer_json({"error": "Forbidden"}, 403)


def _http_429(_answer: Answer) -> Answer:
    return Answer(b"", 429, headers=(("Retry-After", "1"),))


def _http_503(_answer: Answer) -> Answer:
    return answer_html("<html><body>503</body></html>", 503)


def _login(_answer: Answer) -> Answer:
    return answer_login()


def _captcha(_answer: Answer) -> Answer:
    return answer_json({"ok": 0, "message": "请完成安全验证", "url": "https://passport.weibo.com/verify?entry=m"})


def _login_page(_answer: Answer) -> Answer:
    return answer_html("<html><head><title>微博-登录</title></head><body>请先登录</body></html>")


def _html(_answer: Answer) -> Answer:
    # An error page that calls itself JSON, and whose sentence the table does not know.
    return replace(answer_error_page("系统繁忙，请稍后再试"), content_type="application/json; charset=utf-8")


def _cut(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _reset(answer: Answer) -> Answer:
    return replace(answer, is_reset=True)


def _empty(answer: Answer) -> Answer:
    return replace(answer, body=b"", status=200)


def _too_fast(_answer: Answer) -> Answer:
    return answer_empty()


def _http_401(_answer: Answer) -> Answer:
    return answer_json({"error": "This method requires an authenticated user"}, 401)  # closed instances (§10)


def _passport(_answer: Answer) -> Answer:
    where = "https://passport.weibo.com/visitor/visitor?entry=miniblog&a=enter"
    return Answer(b"", 302, headers=(("Location", where),))


def _visitor_page(_answer: Answer) -> Answer:
    return answer_html("<html><head><title>Sina Visitor System</title></head><body></body></html>")


def _api_limit(_answer: Answer) -> Answer:
    return answer_json({"error": "User requests out of rate limit!", "error_code": 10023}, 403)


def _api_token(_answer: Answer) -> Answer:
    return answer_json({"error": "expired_token", "error_code": 21327}, 400)


def _signature(_answer: Answer) -> Answer:
    return answer_json({"code": "SN0006", "msg": "数据格式错误"})


def _hub_error(_answer: Answer) -> Answer:
    return answer_html("<html><head><title>Welcome to RSSHub!</title></head><body>Error</body></html>", 404)


def _slow(answer: Answer) -> Answer:
    return replace(answer, delay_seconds=0.05)


WALLS: dict[str, Callable[[Answer], Answer]] = {
    "432": _http_432,
    "418": _http_418,
    "414": _http_414,
    "403": _http_403,
    "429": _http_429,
    "503": _http_503,
    "login": _login,
    "captcha": _captcha,
    "login_page": _login_page,
    "html": _html,
    "cut": _cut,
    "reset": _reset,
    "empty": _empty,
    "too_fast": _too_fast,
    "401": _http_401,
    "passport": _passport,
    "visitor_page": _visitor_page,
    "api_limit": _api_limit,
    "api_token": _api_token,
    "signature": _signature,
    "hub_error": _hub_error,
    "slow": _slow,
}
