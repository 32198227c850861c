"""The pages of the other sites, told apart by their paths, all of one world (platforms.md §13.1)."""

from __future__ import annotations

from collections.abc import Callable

from crawler.replica.answers import Answer
from crawler.replica.feeds import answer_feed
from crawler.replica.letters import answer_helpboard, answer_liuyan, answer_rednet
from crawler.replica.mastodon import answer_account, answer_status, answer_tag
from crawler.replica.official import answer_api_comments, answer_api_show
from crawler.replica.pc import answer_pc_search
from crawler.replica.question import Question
from crawler.replica.tieba import answer_thread


def find_site(path: str) -> str | None:
    """The endpoint of a path, as walls name it; None where no other site has such a page."""
    return next((name for prefix, name in _PATHS if path == prefix or path.startswith(f"{prefix}/")), None)


def answer_site(endpoint: str, path: str, question: Question) -> Answer:
    """The answer of an endpoint."""
    return _ENDPOINTS[endpoint](question, path)


_PATHS = (
    ("/weibo/keyword", "feed"),
    ("/weibo/user", "feed"),
    ("/weibo", "pcsearch"),
    ("/api/v1/timelines/tag", "tag"),
    ("/api/v1/statuses", "status"),
    ("/api/v1/accounts", "account"),
    ("/v2/threads/search", "liuyan"),
    ("/v1/threads/list/df", "liuyan"),
    ("/v1/threads/content", "liuyan"),
    ("/front/msg", "rednet"),
    ("/helpboard", "helpboard"),
    ("/p", "tieba"),
    ("/2/statuses/show.json", "apishow"),
    ("/2/comments/show.json", "apicomments"),
)

_ENDPOINTS: dict[str, Callable[[Question, str], Answer]] = {
    "feed": answer_feed,
    "pcsearch": lambda question, _path: answer_pc_search(question),
    "tag": answer_tag,
    "status": answer_status,
    "account": answer_account,
    "liuyan": answer_liuyan,
    "rednet": answer_rednet,
    "helpboard": answer_helpboard,
    "tieba": answer_thread,
    "apishow": lambda question, _path: answer_api_show(question),
    "apicomments": lambda question, _path: answer_api_comments(question),
}

SITE_ENDPOINTS = tuple(_ENDPOINTS)
