"""What Weibo's spiders share: where its pages are, and how cut texts are made whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from crawler.items import Observation
from crawler.known import KnownPosts, leave_out_known_text, read_known
from crawler.night_spider import NightSpider
from crawler.weibo.mblog import PLATFORM, Sighting
from crawler.weibo.posts import Gone, read_long_text, read_show
from crawler.weibo.walls import find_wall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request

    from crawler.night_spider import Yields
    from crawler.page import Page, Wall


class WeiboSpider(NightSpider):
    """A spider of m.weibo.cn. Each post is handed over once a run, with its whole text where that can be had."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._handed_over: set[str] = set()
        self._known: KnownPosts | None = None

    @staticmethod
    def find_wall(page: Page, kind: str) -> Wall | None:
        """Weibo's walls."""
        return find_wall(page, kind)

    def ask_container(self, query: str, kind: str, container: str, step: str, **context: Any) -> Request:
        """Ask for a page of a container (platforms.md §2.1); `context["paging"]` are its further parameters."""
        paging: dict[str, str] = context.pop("paging", {})
        parameters = "".join(f"&{name}={value}" for name, value in paging.items())
        url = f"{self.orders.base_url}/api/container/getIndex?containerid={quote(container, safe='')}{parameters}"
        return self.ask(query, kind, url, step, **context)

    def ask_path(self, query: str, kind: str, path: str, step: str, **context: Any) -> Request:
        """Ask for any other page; `context["parameters"]` are those of its query."""
        parameters: dict[str, str] = context.pop("parameters", {})
        url = f"{self.orders.base_url}{path}{'?' if parameters else ''}{urlencode(parameters)}"
        return self.ask(query, kind, url, step, **context)

    def hand_over(self, query: str, sightings: Iterable[Sighting]) -> Yields:
        """Hand over what was sighted and not handed over before; a cut text that is not known is asked for first."""
        if self._known is None:
            self._known = read_known(self.orders.known_path)
        for listed in sightings:
            native_id = listed.observation.id
            if native_id in self._handed_over:
                continue
            sighting = leave_out_known_text(listed, self._known)
            if sighting.observation.availability == "blocked":
                self.ledger.tally(query).add_remark("tombstone not in the table")
                continue
            self._handed_over.add(native_id)
            if sighting.is_cut:
                yield self.ask_path(
                    query, "show", "/statuses/show", "whole", parameters={"id": native_id}, sighting=sighting
                )
            else:
                yield from self._hand_over_one(query, sighting)

    def hand_over_gone(self, query: str, native_id: str, availability: str) -> Yields:
        """Hand over that a post is not to be seen; having been blocked does not keep later pages from telling more."""
        if native_id in self._handed_over:
            return
        if availability != "blocked":
            self._handed_over.add(native_id)
        observation = Observation(PLATFORM, native_id, self.orders.read_clock(), availability=availability)
        yield from self._hand_over_one(query, Sighting(observation))

    def on_whole(self, page: Page, query: str, sighting: Sighting) -> Yields:
        """A post whose text a list had cut."""
        native_id = sighting.observation.id
        answer = read_show(page, native_id)
        if isinstance(answer, Gone):
            found = Sighting(Observation(PLATFORM, native_id, page.seen_at, availability=answer.availability))
            yield from self._hand_over_one(query, found)
        else:
            yield from self.make_whole(query, answer[0])

    def make_whole(self, query: str, sighting: Sighting) -> Yields:
        """Hand over a post that was asked for by id; even that may be cut (§2.3), then `extend` has the rest."""
        if sighting.is_cut:
            parameters = {"id": sighting.observation.id}
            yield self.ask_path(query, "extend", "/statuses/extend", "extend", parameters=parameters, sighting=sighting)
        else:
            yield from self._hand_over_one(query, sighting)

    def on_whole_refused(self, query: str, sighting: Sighting) -> Yields:
        """The cut text is better than none; it still ends with its link to the whole one."""
        yield from self._hand_over_one(query, sighting)

    def on_extend(self, page: Page, query: str, sighting: Sighting) -> Yields:
        """The whole text."""
        yield from self._hand_over_one(query, sighting.with_text(read_long_text(page)))

    def on_extend_refused(self, query: str, sighting: Sighting) -> Yields:
        """As for `on_whole_refused`."""
        yield from self._hand_over_one(query, sighting)

    def _hand_over_one(self, query: str, sighting: Sighting) -> Yields:
        self.ledger.tally(query).see(sighting.observation)
        yield sighting.observation
