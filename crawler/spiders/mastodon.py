"""Mastodon: tag timelines back to the known past, what authors answered under their own posts, and targets again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from crawler.bookmarks import Bookmark
from crawler.items import Observation
from crawler.mastodon.statuses import PLATFORM, Status, Timeline, read_status, read_tag_timeline, read_thread
from crawler.orders import OrderError
from crawler.picturefiles import is_public
from crawler.rechecking_spider import RecheckingSpider
from crawler.refusals import read_gone

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.night_spider import Yields
    from crawler.page import Page
    from crawler.targets import Target

PAGE_STATUSES = 40  # the API's own upper limit (grade U; the pages say by Link what comes next, whatever it is)


class MastodonSpider(RecheckingSpider):
    """One query a tag, and `targets` for statuses that are looked at again."""

    name = "mastodon"
    site = "mastodon"

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a tag, written as the address of its page."""
        super().check_sources(sources, settings)
        if not sources.tags:
            raise OrderError("mastodon: no tags: name them in [mastodon] of HOUXU_SOURCES, or by -a tags=ADDRESS")
        wrong = next((tag for tag in sources.tags if not urlsplit(tag).path.startswith("/tags/")), None)
        if wrong is not None:
            raise OrderError(f"mastodon: {wrong} is not the page of a tag, like https://HOST/tags/NAME")

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._accounts: dict[str, str] = {}  # of the authors of statuses, by the status, at their homes

    def start_discovery(self) -> Iterator[Request]:
        """The first page of each tag."""
        for tag in self.orders.put_holes_first(self.sources.tags):
            parts = urlsplit(tag)
            name = quote(unquote(parts.path.removeprefix("/tags/").strip("/")), safe="")
            root = f"{parts.scheme}://{parts.netloc}"
            since = self._find_newest_known(tag)
            paging = f"?limit={PAGE_STATUSES}{f'&since_id={since}' if since else ''}"
            yield self.ask(
                tag, "tag", f"{root}/api/v1/timelines/tag/{name}{paging}", "tag", root=root, number=1, newest=""
            )

    def has_platform(self, platform: str) -> bool:
        """Statuses."""
        return platform == PLATFORM

    def has_met(self, target: Target) -> bool:
        """A timeline shows a status, and not what its author posted since."""
        return False

    def ask_target(self, target: Target) -> Request | None:
        """A status at its home, which alone knows it by this id; a home that is not on the open web is not asked."""
        host, _, local_id = target.id.partition("/")
        roots = {parts.netloc: f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, self.sources.tags)}
        root = roots.get(host) or (f"https://{host}" if is_public(f"https://{host}") else "")
        if not root or not local_id.isdecimal() or (host not in roots and not self.sources.homes):
            return None
        if (account_id := self._accounts.get(target.id)) and self.has_given(PLATFORM, target.id):
            return self._ask_posts(self.targets_query, root, account_id, local_id)
        url = f"{root}/api/v1/statuses/{local_id}"
        return self.ask(self.targets_query, "status", url, "status", root=root, native_id=target.id)

    def on_tag(self, page: Page, query: str, root: str, number: int, newest: str) -> Yields:
        """A page of the timeline, then the next one until the known past."""
        timeline = read_tag_timeline(page)
        yield from self._hand_over(query, timeline.statuses, root)
        newest = newest or (timeline.statuses[0].local_id if timeline.statuses else "")
        if timeline.next_url is None or not timeline.statuses or self._is_known_past(query, timeline):
            self._end_tag(query, newest)
            return
        limit = self.settings.getint("HOUXU_SEARCH_PAGES")
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
        elif urlsplit(timeline.next_url).netloc != urlsplit(root).netloc:
            self.ledger.tally(query).leave_hole("the next page is on another host")
        else:
            yield self.ask(query, "tag", timeline.next_url, "tag", root=root, number=number + 1, newest=newest)

    def _ask_posts(self, query: str, root: str, account_id: str, since_id: str) -> Request:
        paging = f"exclude_reblogs=true&since_id={since_id}&limit={PAGE_STATUSES}"
        return self.ask(query, "account", f"{root}/api/v1/accounts/{account_id}/statuses?{paging}", "posts")

    def _end_tag(self, query: str, newest: str) -> None:
        if newest:
            self.remember(query, Bookmark(ids=(newest,)))
        elif not self._find_newest_known(query):
            self.ledger.tally(query).add_remark("no statuses with this tag")

    def on_status(self, page: Page, query: str, root: str, native_id: str) -> Yields:
        """A status that is looked at again."""
        gone = read_gone(page, self.site, trusts_unverified=self.sources.trust_unverified)
        if gone is not None:
            yield from self.give(query, [Observation(PLATFORM, native_id, page.seen_at, availability=gone)])
            return
        status = read_status(page)
        yield from self._hand_over(query, (status,), root)
        if status.account_id and status.observation.id == native_id:
            yield self._ask_posts(query, root, status.account_id, status.local_id)

    def on_posts(self, page: Page, query: str) -> Yields:
        """What the author posted since the status that is looked at again."""
        timeline = read_tag_timeline(page)
        yield from self.give(query, (status.observation for status in timeline.statuses))
        if timeline.next_url is not None and len(timeline.statuses) >= PAGE_STATUSES:
            self.ledger.tally(query).add_remark(f"only the newest {PAGE_STATUSES} posts of an author")

    def on_status_refused(self, query: str, root: str, native_id: str) -> Yields:
        """We were refused, which says nothing of the status."""
        yield from self.give_blocked(native_id)

    def on_thread(self, page: Page, query: str, status: Observation, local_id: str) -> Yields:
        """What the author answered below."""
        yield from self.give(query, read_thread(page, status, local_id))

    def _hand_over(self, query: str, statuses: tuple[Status, ...], root: str) -> Yields:
        for status in statuses:
            if status.observation.id == f"{urlsplit(root).netloc}/{status.local_id}":  # at home
                self._accounts[status.observation.id] = status.account_id
            is_new = not self.has_given(PLATFORM, status.observation.id)
            yield from self.give(query, [status.observation])
            if is_new and self.sources.replies and status.replies_count and status.observation.reply_to is None:
                url = f"{root}/api/v1/statuses/{status.local_id}/context"
                known = {"status": status.observation, "local_id": status.local_id}
                yield self.ask(query, "context", url, "thread", **known)

    def _find_newest_known(self, query: str) -> str:
        """The newest status of last time, where no window says how far back to read (edits lie within the window)."""
        ids = self.bookmarks.get(query, Bookmark()).ids
        return ids[0] if ids and self.orders.window_start_of(query) is None else ""

    def _is_known_past(self, query: str, timeline: Timeline) -> bool:
        start = self.orders.window_start_of(query)
        reached = timeline.statuses[-1].observation.posted_at
        newest_known = self._find_newest_known(query)
        is_known = bool(newest_known) and int(timeline.statuses[-1].local_id) <= int(newest_known)
        return is_known or (start is not None and reached is not None and reached < start)
