"""The pages of m.weibo.cn: which page a request asks for, and the function that answers it (platforms.md §2)."""

from __future__ import annotations

from collections.abc import Callable

from crawler.replica.answers import Answer, answer_json
from crawler.replica.containers import answer_profile, answer_search, answer_timeline
from crawler.replica.pc import answer_supertopic
from crawler.replica.question import Question
from crawler.replica.singles import answer_children, answer_comments, answer_detail, answer_extend, answer_show
from crawler.replica.sites import SITE_ENDPOINTS, answer_site, find_site

# One grey pixel, for a picture that no file of the world shows.
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
    mobile = next((name for prefix, name in _PATHS if path == prefix or path.startswith(f"{prefix}/")), None)
    return mobile or find_site(path)


def answer_question(endpoint: str, path: str, question: Question) -> Answer:
    """The answer of an endpoint."""
    if endpoint in SITE_ENDPOINTS:
        return answer_site(endpoint, path, question)
    if question.access == "none" and endpoint not in ("robots", "config", "picture"):
        return Answer(b"", 432)  # no visitor cookie (§5.3)
    if endpoint == "detail":
        return answer_detail(question, path.rsplit("/", 1)[-1])
    if endpoint == "picture":
        return answer_picture(question, path.rsplit("/", 1)[-1])
    return _ENDPOINTS[endpoint](question)


def _answer_config(_question: Question) -> Answer:
    return answer_json({"ok": 1, "data": {"login": False, "st": "4dcd8f", "uid": ""}})


def _answer_robots(_question: Question) -> Answer:
    return Answer(ROBOTS_TXT, content_type="text/plain")


def answer_picture(question: Question, name: str) -> Answer:
    """The picture's file, if the world has one; the names in its folder decide, so no path leads out of it."""
    folder = question.scene.pictures
    known = {path.name: path for path in folder.iterdir()} if folder is not None and folder.is_dir() else {}
    return Answer(known[name].read_bytes() if name in known else TINY_PNG, content_type="image/png")


_CONTAINERS = (("100103", "search"), ("107603", "timeline"), ("100505", "profile"), ("100808", "supertopic"))

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
    "supertopic": answer_supertopic,
    "show": answer_show,
    "extend": answer_extend,
    "comments": answer_comments,
    "children": answer_children,
    "config": _answer_config,
    "robots": _answer_robots,
}
