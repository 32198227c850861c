"""Re-check by the official API, where the operator has a token: the targets, and the newest comments under them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.items import Observation
from crawler.orders import OrderError, read_orders
from crawler.refusals import find_site_wall
from crawler.source_spider import SourceSpider
from crawler.targets import read_targets
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
POSTS, COMMENTS = "post", "comments"
PAGE_COMMENTS = 50
OVERLAP = timedelta(hours=1)  # clocks differ, and comments appear late

Post = tuple[str, str | None]  # its id, its author's


class WeiboApiSpider(SourceSpider):
    """Two queries: post and comments. The token goes into a header only: URLs are logged and kept as evidence."""

    name = "weibo_api"
    site = SITE

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

    async def start(self) -> AsyncIterator[Any]:
        """Every target."""
        self._token = read_token(self.sources.token_file)
        self.ledger.tally(POSTS)
        for target in read_targets(self.orders.targets_path):
            if target.platform == PLATFORM:
                since = target.checked_at - OVERLAP if target.checked_at else None
                known = {"native_id": target.id, "since_id": target.comments_newest_id or mint_since_id(since)}
                yield self._ask(POSTS, "statuses/show", {"id": target.id, "isGetLongText": "1"}, "show", **known)

    def on_show(self, page: Page, query: str, native_id: str, since_id: str) -> Yields:
        """The post as it is now, then its newest comments."""
        answer = read_api_post(page, native_id)
        if isinstance(answer, Gone):
            gone = Observation(PLATFORM, native_id, page.seen_at, availability=answer.availability)
            yield from self.give(query, [gone])
            return
        known = [one.observation for one in answer if one.observation.availability != "blocked"]
        yield from self.give(query, known)
        if self.sources.comments and known[0].counts.comments != 0:
            yield self._ask_comments((native_id, known[0].author_id), 1, since_id)

    def on_show_refused(self, query: str, native_id: str, since_id: str) -> Yields:
        """We were refused, which says nothing of the post."""
        yield Observation(PLATFORM, native_id, self.orders.read_clock(), availability="blocked")

    def on_comments(self, page: Page, query: str, post: Post, number: int, since_id: str) -> Yields:
        """A page of comments, then the next one while there are more than were shown."""
        found = read_api_comments(page, *post)
        yield from self.give(query, found.observations)
        if not found.observations or number * PAGE_COMMENTS >= found.total:
            return
        if number >= self.settings.getint("HOUXU_COMMENT_PAGES"):
            self.ledger.tally(query).leave_hole("comments not read to the end")
            return
        yield self._ask_comments(post, number + 1, since_id)

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
