"""Re-check: the newest posts of each target's author; the post and its comments where that page calls for them.

An author's page shows the plea among its newest posts, with its counters and its edit mark. So the post itself is asked
for only where that page does not show it, or shows that it was edited; its comments only where their number changed.
What is ordered unconditionally (`Target.looks`) is asked for in any case. Targets are asked in units, one author each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.known import leave_out_text
from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.targets import COMMENTS, POST, TIMELINE, Target, read_targets
from crawler.weibo.comments import read_comments, read_thread
from crawler.weibo.lists import ListPage, read_posts_count, read_timeline
from crawler.weibo.mblog import Sighting
from crawler.weibo.posts import Gone, read_detail, read_show, settle
from crawler.weibo.unit_spider import UnitSpider
from crawler.weibo.watching import CommentWatch, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.items import Observation
    from crawler.night_spider import Yields
    from crawler.page import Page

# The ledger's three queries.
POSTS, TIMELINES = POST, TIMELINE


class WeiboRecheckSpider(UnitSpider):
    """Looks at HOUXU_TARGETS again. Its ledger has three queries: post, timeline, comments."""

    name = "weibo_recheck"

    @classmethod
    def check_orders(cls, settings: BaseSettings) -> None:
        """There must be a readable file of targets."""
        path = read_orders(settings).targets_path
        if path is None:
            raise OrderError("HOUXU_TARGETS is missing: a JSON Lines file of the posts to look at again")
        read_targets(path)

    queries = (POSTS, TIMELINES, COMMENTS)

    def ask_unit(self, watch: Watch) -> Iterator[Request]:
        """What is asked whatever the answers say."""
        unit = watch.unit
        for target in unit.targets:
            if POST in target.looks:
                yield self._ask_post(target)
            elif TIMELINE not in target.looks:
                yield self._ask_comments(watch, target, target.author_id)
        author_id = unit.targets[0].author_id
        if author_id and any(TIMELINE in target.looks for target in unit.targets):
            yield self._ask_timeline(author_id, 1, "")

    # The post

    def on_show(self, page: Page, query: str, native_id: str, unit: str) -> Yields:
        """The target as it is now, or a second question where it is gone."""
        answer = read_show(page, native_id)
        if isinstance(answer, Gone):
            context = {"native_id": native_id, "unit": unit, "first": answer}
            yield self.ask_path(query, "detail", f"/detail/{native_id}", "detail", **context)
        else:
            yield from self._hand_over_post(query, answer, unit)

    def on_show_refused(self, query: str, native_id: str, unit: str) -> Yields:
        """We were refused, which says nothing of the post."""
        yield from self.hand_over_gone(query, native_id, "blocked")

    def on_detail(self, page: Page, query: str, native_id: str, unit: str, first: Gone) -> Yields:
        """The second opinion on a post that is gone; it may say who took it away."""
        answer = read_detail(page, native_id)
        if isinstance(answer, Gone):
            yield from self.hand_over_gone(query, native_id, settle(first, answer).availability)
        else:
            yield from self._hand_over_post(query, answer, unit)

    def on_detail_refused(self, query: str, native_id: str, unit: str, first: Gone) -> Yields:
        """The first opinion was an exact code; it stands."""
        yield from self.hand_over_gone(query, native_id, first.availability)

    # The author

    def on_timeline(self, page: Page, query: str, author_id: str, number: int) -> Yields:
        """The author's posts back to what is known, which a pinned older one does not end; the targets among them."""
        watch = self.watches[author_id]
        listing = read_timeline(page)
        if number == 1:
            watch.timeline_at = page.seen_at
        if listing.is_empty and number == 1:
            yield self.ask_container(query, "profile", f"100505{author_id}", "profile", author_id=author_id)
            return
        yield from self._read_listing(query, watch, listing, author_id)
        limit = self.settings.getint("HOUXU_TIMELINE_PAGES")
        is_known = listing.reached_at is not None and watch.is_known_past(listing.reached_at)
        if listing.since_id is not None and not is_known and number < limit:
            yield self._ask_timeline(author_id, number + 1, listing.since_id)
            return
        if listing.since_id is not None and not is_known:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
        watch.is_timeline_read = True
        yield from self._ask_unsighted(watch)

    def on_timeline_refused(self, query: str, author_id: str, number: int) -> Yields:
        """What the author's page would have shown is asked for post by post, where that is allowed."""
        yield from self._ask_unsighted(self.watches[author_id])

    def on_profile(self, page: Page, query: str, author_id: str) -> Yields:
        """An empty timeline is proven by a profile without posts, or without an account."""
        count = read_posts_count(page)
        if count:
            raise Refused("empty timeline of an author who has posts")
        self.ledger.tally(query).add_remark("no account" if count is None else "author without posts")
        self.watches[author_id].is_timeline_read = True
        yield from self._ask_unsighted(self.watches[author_id])

    def on_profile_refused(self, query: str, author_id: str) -> Yields:
        """As for the timeline."""
        yield from self._ask_unsighted(self.watches[author_id])

    def _read_listing(self, query: str, watch: Watch, listing: ListPage, author_id: str) -> Yields:
        for sighting in listing.sightings:
            post = sighting.observation
            watch.newest_id = max(watch.newest_id, int(post.id) if post.author_id == author_id else 0)
            if target := watch.unsighted.pop(post.id, None):
                yield from self._meet(query, watch, target, sighting)
            elif self._is_wanted(sighting, watch, author_id):
                yield from self.hand_over(query, [sighting])

    def _meet(self, query: str, watch: Watch, target: Target, sighting: Sighting) -> Yields:
        """A target on its author's page: as good as the post itself, unless it is gone, or cut and edited."""
        post = sighting.observation
        if POST in target.looks:
            return
        if post.availability != "visible" or (sighting.is_cut and post.edited_at != target.edited_at):
            yield self._ask_post(target)
            return
        # The whole text is known; what the list shows of it would look like another edit.
        yield from self.hand_over(query, [leave_out_text(sighting) if sighting.is_cut else sighting])
        if watch.wants_comments(target, post.counts):
            yield self._ask_comments(watch, target, target.author_id)

    def _ask_unsighted(self, watch: Watch) -> Iterator[Request]:
        asked = [one for one in watch.unsighted.values() if POST not in one.looks and not one.is_gone]
        watch.unsighted.clear()
        for target in asked:
            yield self._ask_post(target)

    def _is_wanted(self, sighting: Sighting, watch: Watch, author_id: str) -> bool:
        """The author's own posts since the plea; nothing cut that is known already, asked for anyway or another's."""
        post = sighting.observation
        if post.author_id != author_id:
            return not sighting.is_cut
        if post.posted_at is None:
            return True
        is_edited = post.edited_at is not None and not watch.is_known_past(post.edited_at)
        is_known = watch.is_known_past(post.posted_at) and not is_edited
        is_target = any(target.id == post.id for target in watch.unit.targets)
        return post.posted_at >= watch.since and not (sighting.is_cut and (is_known or is_target))

    # The comments

    def on_comments(self, page: Page, query: str, post: tuple[str, str | None], number: int, unit: str) -> Yields:
        """A page of comments with the replies shown in it, the rest of a few threads, then the next page."""
        comments = read_comments(page, *post)
        watch = self.watches[unit].comments[post[0]]
        fresh = watch.take(comments, self._handed_over, page.seen_at)
        yield from self._hand_over_comments(query, fresh)
        if watch.is_whole:
            return
        for thread in comments.threads[: self.settings.getint("HOUXU_THREADS")] if number == 1 else ():
            parameters = {"cid": thread, "max_id": "0", "max_id_type": "0"}
            context = {"parameters": parameters, "post": post, "unit": unit}
            yield self.ask_path(query, COMMENTS, "/comments/hotFlowChild", "thread", **context)
        if comments.max_id is None:
            return
        if number >= self.settings.getint("HOUXU_COMMENT_PAGES"):
            self.ledger.tally(query).leave_hole("comments not read to the end")
            return
        yield self._ask_comments_page(post, number + 1, (comments.max_id, comments.max_id_type), unit)

    def on_thread(self, page: Page, query: str, post: tuple[str, str | None], unit: str) -> Yields:
        """The replies in a thread."""
        watch = self.watches[unit].comments[post[0]]
        replies = replace(read_thread(page, *post), total=0)  # its total is the thread's
        yield from self._hand_over_comments(query, watch.take(replies, self._handed_over, page.seen_at))

    def _hand_over_post(self, query: str, sightings: tuple[Sighting, ...], unit: str) -> Yields:
        post, watch = sightings[0].observation, self.watches[unit]
        if post.id not in self._handed_over:
            self._handed_over.add(post.id)
            yield from self.make_whole(query, sightings[0])
        yield from self.hand_over(query, sightings[1:])
        target = watch.find_target(post.id)
        if watch.wants_comments(target, post.counts):
            yield self._ask_comments(watch, target, post.author_id)

    def _hand_over_comments(self, query: str, comments: list[Observation]) -> Yields:
        yield from self.hand_over(query, (Sighting(comment) for comment in comments))

    # Requests

    def _ask_post(self, target: Target) -> Request:
        context = {"parameters": {"id": target.id}, "native_id": target.id}
        unit = target.author_id or f"post {target.id}"
        return self.ask_path(POSTS, "show", "/statuses/show", "show", unit=unit, **context)

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

    def _ask_comments(self, watch: Watch, target: Target, author_id: str | None) -> Request:
        watch.comments[target.id] = CommentWatch.begin(target)
        return self._ask_comments_page((target.id, author_id), 1, ("0", "0"), watch.unit.key)

    def _ask_comments_page(
        self, post: tuple[str, str | None], number: int, paging: tuple[str, str], unit: str
    ) -> Request:
        max_id, max_id_type = paging
        parameters = {"id": post[0], "mid": post[0], "max_id_type": max_id_type}
        if number > 1:
            parameters["max_id"] = max_id
        kind = COMMENTS if number == 1 else f"{COMMENTS}+"
        context = {"parameters": parameters, "post": post, "number": number, "unit": unit}
        return self.ask_path(COMMENTS, kind, "/comments/hotflow", "comments", **context)
