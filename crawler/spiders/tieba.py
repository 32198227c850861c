"""Tieba threads that the operator names, and those of HOUXU_TARGETS: what the author wrote since (`see_lz`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.items import Observation
from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.rechecking_spider import RecheckingSpider
from crawler.refusals import find_site_wall, read_gone
from crawler.source_spider import check_addresses
from crawler.targets import read_targets
from crawler.tieba.threads import PLATFORM, read_thread_page

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page, Wall
    from crawler.targets import Target

_THREAD = re.compile(r"/p/(\d+)/?")


class TiebaSpider(RecheckingSpider):
    """A query is a thread's address. Live access is shaky: pages for guests change, and captchas end the host."""

    name = "tieba"
    site = "tieba"

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """Tieba's walls."""
        return find_site_wall(page, PLATFORM)

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a thread, or a file of targets."""
        super().check_sources(sources, settings)
        path = read_orders(settings).targets_path
        targets = read_targets(path) if path is not None and path.is_file() else ()
        if any(target.platform == PLATFORM for target in targets):
            check_addresses((sources.base_url,), settings)
        elif not sources.threads and path is None:
            raise OrderError("tieba: no threads: name them in [tieba] of HOUXU_SOURCES, or by -a threads=ADDRESS")
        wrong = next((one for one in sources.threads if not _THREAD.fullmatch(urlsplit(one).path)), None)
        if wrong is not None:
            raise OrderError(f"tieba: {wrong} is not a thread, like https://tieba.baidu.com/p/NUMBER")

    def start_discovery(self) -> Iterator[Request]:
        """The first page of each thread."""
        for address in self.sources.threads:
            parts = urlsplit(address)
            root, thread_id = f"{parts.scheme}://{parts.netloc}", parts.path.strip("/").removeprefix("p/")
            yield self._ask_page(f"{root}/p/{thread_id}", (root, thread_id), 1, None)

    def has_platform(self, platform: str) -> bool:
        """Threads."""
        return platform == PLATFORM

    def ask_target(self, target: Target) -> Request | None:
        """A thread's first page; a floor is read with its thread."""
        thread = (self.sources.base_url.rstrip("/"), target.id)
        return self._ask_page(self.targets_query, thread, 1, None) if target.id.isdecimal() else None

    def on_thread(self, page: Page, query: str, thread: tuple[str, str], number: int, author_id: str | None) -> Yields:
        """A page of floors, then the next one."""
        try:
            found = read_thread_page(page, thread[1], author_id)
        except Refused:  # only a page without floors may be a tombstone: floors quote whatever people say
            gone = read_gone(page, self.site, trusts_unverified=self.sources.trust_unverified)
            if gone is None or number > 1:
                raise
            yield from self.give(query, [Observation(PLATFORM, thread[1], page.seen_at, availability=gone)])
            return
        yield from self.give(query, found.observations)
        limit = self.settings.getint("HOUXU_THREAD_PAGES")
        if number >= found.last_page:
            return
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
            return
        yield self._ask_page(query, thread, number + 1, found.author_id)

    def on_thread_refused(self, query: str, thread: tuple[str, str], number: int, author_id: str | None) -> Yields:
        """We were refused, which says nothing of the thread."""
        if not self.has_given(PLATFORM, thread[1]):
            yield Observation(PLATFORM, thread[1], self.orders.read_clock(), availability="blocked")

    def _ask_page(self, query: str, thread: tuple[str, str], number: int, author_id: str | None) -> Request:
        root, thread_id = thread
        only_author = "&see_lz=1" if self.sources.only_author else ""
        url = f"{root}/p/{thread_id}?pn={number}{only_author}"
        context = {"thread": thread, "number": number, "author_id": author_id}
        return self.ask(query, "thread" if number == 1 else "thread+", url, "thread", **context)
