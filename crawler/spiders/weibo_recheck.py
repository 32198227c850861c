"""Re-check: for each target the post itself, its author's newest posts, and the comments under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.orders import NEVER, OrderError, Target, read_orders, read_targets
from crawler.page import Refused
from crawler.weibo.comments import CommentPage, read_comments, read_thread
from crawler.weibo.ids import read_id_time
from crawler.weibo.lists import read_posts_count, read_timeline
from crawler.weibo.mblog import PLATFORM, Sighting
from crawler.weibo.posts import Gone, read_detail, read_show, settle
from crawler.weibo.spider import WeiboSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.items import Observation
    from crawler.night_spider import Yields
    from crawler.page import Page

POSTS, TIMELINES, COMMENTS = "post", "timeline", "comments"

FAR_AHEAD = datetime.max.replace(tzinfo=UTC)


class WeiboRecheckSpider(WeiboSpider):
    """Looks at HOUXU_TARGETS again. Its ledger has three queries: post, timeline, comments."""

    name = "weibo_recheck"

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """There must be a readable file of targets."""
        path = read_orders(settings).targets_path
        if path is None:
            raise OrderError("HOUXU_TARGETS is missing: a JSON Lines file of the posts to look at again")
        read_targets(path)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._targets: set[str] = set()
        # By author: publish time of the oldest target, and until when the author's posts are known.
        self._since: dict[str, datetime] = defaultdict(lambda: FAR_AHEAD)
        self._known_until: dict[str, datetime] = defaultdict(lambda: FAR_AHEAD)

    async def start(self) -> AsyncIterator[Any]:
        """Every target, and each author once."""
        targets = [target for target in read_targets(self.orders.targets_path) if target.platform == PLATFORM]
        self._targets.update(target.id for target in targets)
        for query in (POSTS, TIMELINES, COMMENTS):
            self.ledger.tally(query)
        for target in targets:
            self._note_author(target)
        asked: set[str] = set()
        for target in targets:
            yield self._ask_post(target)
            if target.author_id and target.author_id not in asked:
                asked.add(target.author_id)
                yield self._ask_timeline(target.author_id, 1, "")

    # The post

    def on_show(self, page: Page, query: str, native_id: str) -> Yields:
        """The target as it is now, or a second question where it is gone."""
        answer = read_show(page, native_id)
        if isinstance(answer, Gone):
            yield self.ask_path(query, "detail", f"/detail/{native_id}", "detail", native_id=native_id, first=answer)
        else:
            yield from self._hand_over_post(query, answer)

    def on_show_refused(self, query: str, native_id: str) -> Yields:
        """We were refused, which says nothing of the post."""
        yield from self.hand_over_gone(query, native_id, "blocked")

    def on_detail(self, page: Page, query: str, native_id: str, first: Gone) -> Yields:
        """The second opinion on a post that is gone; it may say who took it away."""
        answer = read_detail(page, native_id)
        if isinstance(answer, Gone):
            yield from self.hand_over_gone(query, native_id, settle(first, answer).availability)
        else:
            yield from self._hand_over_post(query, answer)

    def on_detail_refused(self, query: str, native_id: str, first: Gone) -> Yields:
        """The first opinion was an exact code; it stands."""
        yield from self.hand_over_gone(query, native_id, first.availability)

    # The author

    def on_timeline(self, page: Page, query: str, author_id: str, number: int) -> Yields:
        """The author's posts since the oldest target, which a pinned older one does not end."""
        listing = read_timeline(page)
        if listing.is_empty and number == 1:
            yield self.ask_container(query, "profile", f"100505{author_id}", "profile", author_id=author_id)
            return
        yield from self.hand_over(query, (one for one in listing.sightings if self._is_wanted(one, author_id)))
        limit = self.settings.getint("HOUXU_TIMELINE_PAGES")
        start = self._known_until[author_id]
        if listing.since_id is None or (listing.reached_at is not None and listing.reached_at < start):
            return
        if number >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
            return
        yield self._ask_timeline(author_id, number + 1, listing.since_id)

    def on_profile(self, page: Page, query: str, author_id: str) -> Yields:
        """An empty timeline is proven by a profile without posts, or without an account."""
        count = read_posts_count(page)
        if count:
            raise Refused("empty timeline of an author who has posts")
        self.ledger.tally(query).add_remark("no account" if count is None else "author without posts")
        yield from ()

    # The comments

    def on_comments(self, page: Page, query: str, post: tuple[str, str | None], number: int) -> Yields:
        """A page of comments with the replies shown in it, the rest of a few threads, then the next page."""
        comments = read_comments(page, *post)
        fresh = self._drop_seen(comments)
        yield from self._hand_over_comments(query, fresh)
        for thread in comments.threads[: self.settings.getint("HOUXU_THREADS")] if number == 1 else ():
            parameters = {"cid": thread, "max_id": "0", "max_id_type": "0"}
            yield self.ask_path(query, COMMENTS, "/comments/hotFlowChild", "thread", parameters=parameters, post=post)
        if comments.max_id is None:
            return
        if not fresh or number >= self.settings.getint("HOUXU_COMMENT_PAGES"):
            self.ledger.tally(query).leave_hole("comments not read to the end")
            return
        yield self._ask_comments(post, number + 1, (comments.max_id, comments.max_id_type))

    def on_thread(self, page: Page, query: str, post: tuple[str, str | None]) -> Yields:
        """The replies in a thread."""
        yield from self._hand_over_comments(query, self._drop_seen(read_thread(page, *post)))

    def _hand_over_post(self, query: str, sightings: tuple[Sighting, ...]) -> Yields:
        post = sightings[0].observation
        if post.id not in self._handed_over:
            self._handed_over.add(post.id)
            yield from self.make_whole(query, sightings[0])
        yield from self.hand_over(query, sightings[1:])
        if post.counts.comments != 0:
            yield self._ask_comments((post.id, post.author_id), 1, ("0", "0"))

    def _drop_seen(self, comments: CommentPage) -> list[Observation]:
        return [comment for comment in comments.observations if comment.id not in self._handed_over]

    def _hand_over_comments(self, query: str, comments: list[Observation]) -> Yields:
        yield from self.hand_over(query, (Sighting(comment) for comment in comments))

    def _note_author(self, target: Target) -> None:
        if target.author_id is None:
            return
        since = target.posted_at or read_id_time(target.id) or NEVER
        known_until = target.checked_at or self.orders.window_start or since
        self._since[target.author_id] = min(self._since[target.author_id], since)
        self._known_until[target.author_id] = min(self._known_until[target.author_id], max(known_until, since))

    def _is_wanted(self, sighting: Sighting, author_id: str) -> bool:
        """The author's own posts since the plea; nothing cut that is asked for anyway or is another's."""
        post = sighting.observation
        if sighting.is_cut and (post.author_id != author_id or post.id in self._targets):
            return False
        return post.author_id != author_id or post.posted_at is None or post.posted_at >= self._since[author_id]

    def _ask_post(self, target: Target) -> Request:
        parameters = {"id": target.id}
        return self.ask_path(POSTS, "show", "/statuses/show", "show", parameters=parameters, native_id=target.id)

    def _ask_timeline(self, author_id: str, number: int, since_id: str) -> Request:
        return self.ask_container(
            TIMELINES,
            "timeline" if number == 1 else "timeline+",
            f"107603{author_id}",
            "timeline",
            paging={"since_id": since_id} if since_id else {},
            author_id=author_id,
            number=number,
        )

    def _ask_comments(self, post: tuple[str, str | None], number: int, paging: tuple[str, str]) -> Request:
        max_id, max_id_type = paging
        parameters = {"id": post[0], "mid": post[0], "max_id_type": max_id_type}
        if number > 1:
            parameters["max_id"] = max_id
        kind = COMMENTS if number == 1 else f"{COMMENTS}+"
        return self.ask_path(
            COMMENTS, kind, "/comments/hotflow", "comments", parameters=parameters, post=post, number=number
        )
