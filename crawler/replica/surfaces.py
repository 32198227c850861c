"""The pages of m.weibo.cn: which page a request asks for, and the function that answers it (platforms.md §2)."""

from __future__ import annotations

from collections.abc import Callable

from crawler.replica.answers import Answer, answer_json
from crawler.replica.containers import answer_profile, answer_search, answer_timeline
from crawler.replica.question import Question
from crawler.replica.singles import answer_children, answer_comments, answer_detail, answer_extend, answer_show

# One grey pixel; what a picture shows is a later issue's business.
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae4260"
    "82"
)

ROBOTS_TXT = b"User-agent: *\nDisallow: /login\nDisallow: /settings\n"


def find_endpoint(path: str, parameters: dict[str, str]) -> str | None:
    """The endpoint of a path, as walls name it; None where there is no page."""
    if path == "/api/container/getIndex":
        container = parameters.get("containerid", "")
        return next((name for prefix, name in _CONTAINERS if container.startswith(prefix)), None)
    return next((name for prefix, name in _PATHS if path == prefix or path.startswith(f"{prefix}/")), None)


def answer_question(endpoint: str, path: str, question: Question) -> Answer:
    """The answer of an endpoint."""
    if question.access == "none" and endpoint not in ("robots", "config", "picture"):
        return Answer(b"", 432)  # no visitor cookie (§5.3)
    if endpoint == "detail":
        return answer_detail(question, path.rsplit("/", 1)[-1])
    return _ENDPOINTS[endpoint](question)


def _answer_config(_question: Question) -> Answer:
    return answer_json({"ok": 1, "data": {"login": False, "st": "4dcd8f", "uid": ""}})


def _answer_robots(_question: Question) -> Answer:
    return Answer(ROBOTS_TXT, content_type="text/plain")


def _answer_picture(_question: Question) -> Answer:
    return Answer(TINY_PNG, content_type="image/png")


_CONTAINERS = (("100103", "search"), ("107603", "timeline"), ("100505", "profile"))

_PATHS = (
    ("/statuses/show", "show"),
    ("/api/statuses/show", "show"),
    ("/statuses/extend", "extend"),
    ("/detail", "detail"),
    ("/status", "detail"),
    ("/comments/hotflow", "comments"),
    ("/comments/hotFlowChild", "children"),
    ("/api/config", "config"),
    ("/robots.txt", "robots"),
    ("/pics", "picture"),
)

_ENDPOINTS: dict[str, Callable[[Question], Answer]] = {
    "search": answer_search,
    "timeline": answer_timeline,
    "profile": answer_profile,
    "show": answer_show,
    "extend": answer_extend,
    "comments": answer_comments,
    "children": answer_children,
    "config": _answer_config,
    "robots": _answer_robots,
    "picture": _answer_picture,
}
