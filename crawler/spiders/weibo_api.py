"""Re-check by the official API, where the operator has a token: the targets, and the newest comments under them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.answers import COMMENTS, READ, Answered
from crawler.items import Observation
from crawler.orders import OrderError, read_orders
from crawler.rechecking_spider import RecheckingSpider
from crawler.refusals import find_site_wall
from crawler.targets import POST, Target, read_targets
from crawler.weibo.ids import ID_EPOCH_SECONDS, ID_LOW_BITS
from crawler.weibo.mblog import PLATFORM
from crawler.weibo.posts import Gone
from crawler.weibo_pc.official import SITE, read_api_comments, read_api_post

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page, Wall

TOKEN_VARIABLE = "HOUXU_WEIBO_TOKEN"  # noqa: S105 - the name of it, not the token
PAGE_COMMENTS = 50
OVERLAP = timedelta(hours=1)  # clocks differ, and comments appear late

Post = tuple[str, str | None]  # its id, its author's


@dataclass(slots=True)
class CommentsRead:
    """The comments under a post: how many the site counts, the newest that was met, and until when all were read."""

    total: int | None
    newest: int = 0
    read_at: datetime | None = None


class WeiboApiSpider(RecheckingSpider):
    """Two queries: post and comments. The token goes into a header only: URLs are logged and kept as evidence."""

    name = "weibo_api"
    site = SITE
    targets_query = POST

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._comments: dict[str, CommentsRead] = {}
        self._token = ""

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """The API's walls are codes."""
        return find_site_wall(page, SITE)

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a token, and targets."""
        super().check_sources(sources, settings)
        read_token(sources.token_file)
        path = read_orders(settings).targets_path
        if path is None:
            raise OrderError("HOUXU_TARGETS is missing: a JSON Lines file of the posts to look at again")
        read_targets(path)

    def start_discovery(self) -> Iterator[Request]:
        """Nothing: this spider only looks again."""
        self._token = read_token(self.sources.token_file)
        self.ledger.tally(POST)
        yield from ()

    def has_platform(self, platform: str) -> bool:
        """Weibo's posts."""
        return platform == PLATFORM

    def ask_target(self, target: Target) -> Request:
        """The post."""
        parameters = {"id": target.id, "isGetLongText": "1"}
        return self._ask(POST, "statuses/show", parameters, "show", native_id=target.id)

    def on_show(self, page: Page, query: str, native_id: str) -> Yields:
        """The post as it is now, then its newest comments where their number is another than when they were read."""
        answer = read_api_post(page, native_id)
        if isinstance(answer, Gone):
            gone = Observation(PLATFORM, native_id, page.seen_at, availability=answer.availability)
            yield from self.give(query, [gone])
            return
        known = [one.observation for one in answer if one.observation.availability != "blocked"]
        yield from self.give(query, known)
        target, total = self.find_target(native_id), known[0].counts.comments
        if self.sources.comments and total not in (0, target.comments_total):
            self._comments[native_id] = CommentsRead(total)
            since = target.checked_at - OVERLAP if target.checked_at else None
            since_id = target.comments_newest_id or mint_since_id(since)
            yield self._ask_comments((native_id, known[0].author_id), 1, since_id)

    def on_show_refused(self, query: str, native_id: str) -> Yields:
        """We were refused, which says nothing of the post."""
        yield from self.give_blocked(native_id)

    def on_comments(self, page: Page, query: str, post: Post, number: int, since_id: str) -> Yields:
        """A page of comments, then the next one while there are more than were shown."""
        found = read_api_comments(page, *post)
        yield from self.give(query, found.observations)
        read = self._comments[post[0]]
        read.newest = max([read.newest, *(int(one.id) for one in found.observations)])
        if not found.observations or number * PAGE_COMMENTS >= found.total:
            read.read_at = page.seen_at
            return
        if number >= self.settings.getint("HOUXU_COMMENT_PAGES"):
            self.ledger.tally(query).leave_hole("comments not read to the end")
            return
        yield self._ask_comments(post, number + 1, since_id)

    def tell_chain(self, key: str) -> Iterator[Answered]:
        """Until where its comments are known, then what became of it."""
        read = self._comments.pop(key, None)
        if read is not None and read.read_at is not None:
            stamp, newest_id = read.read_at.isoformat(), str(read.newest) if read.newest else None
            yield Answered(COMMENTS, key, READ, stamp, newest_id=newest_id, total=read.total)
        yield from super().tell_chain(key)

    def _ask_comments(self, post: Post, number: int, since_id: str) -> Request:
        parameters = {"id": post[0], "since_id": since_id, "count": str(PAGE_COMMENTS), "page": str(number)}
        known = {"post": post, "number": number, "since_id": since_id}
        return self._ask(COMMENTS, "comments/show", parameters, "comments", **known)

    def _ask(self, query: str, call: str, parameters: dict[str, str], step: str, **context: Any) -> Request:
        url = f"{self.sources.base_url}/2/{call}.json?{urlencode(parameters)}"
        request = self.ask(query, call, url, step, **context)
        return request.replace(headers={"Authorization": f"OAuth2 {self._token}"})


def read_token(token_file: str) -> str:
    """The token of the environment, or of a file.

    Raises:
        OrderError: there is none; the message never carries it.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token and token_file:
        try:
            token = Path(token_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise OrderError(f"token_file: {token_file} cannot be read") from error
    if not token or not token.isprintable() or " " in token:
        raise OrderError(f"weibo_api: no token: put it into {TOKEN_VARIABLE}, or name a token_file in [weibo_api]")
    return token


def mint_since_id(moment: datetime | None) -> str:
    """The id that a comment of that second would have at least (platforms.md §1.1): what is newer has a higher one."""
    return "0" if moment is None else str(max(0, int(moment.timestamp()) - ID_EPOCH_SECONDS) << ID_LOW_BITS)
