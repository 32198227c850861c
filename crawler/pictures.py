"""The pictures of posts: fetched politely between spider and spool, for every spider whose observations name any.

A parser puts the addresses of a post's pictures into `Observation.images`; here they become the relative paths of
ARCHITECTURE B2. Robots, walls, delays, the day's budget and rests hold for pictures as for pages. An observation whose
pictures are still on their way lies in `<spider>.waiting.gz`, so that a crash costs pictures and never words.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.items import Observation
from crawler.orders import LOOPBACK_HOSTS, Orders, read_orders
from crawler.picturefiles import find_kind, find_picture, is_public, list_addresses, read_host, store_picture
from crawler.seen import SeenAddresses
from crawler.waiting import WaitingWords

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.ledger import Tally
    from crawler.night_spider import NightSpider

KIND = "picture"
QUERY = "pictures"

_NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    OSError,
)


class PicturesPipeline:
    """Scrapy item pipeline, before the spool's. One picture is asked for at a time, each once, also across nights.

    A picture that an earlier spider of the run brought is named again; of an earlier night's the store knows already.
    What the web does not have (404, no picture, too large) is a remark in the ledger; what was not asked or not
    answered is a hole.
    """

    def __init__(self, crawler: Crawler, orders: Orders) -> None:
        self._crawler = crawler
        self._orders = orders
        self._most = self._left = crawler.settings.getint("HOUXU_PICTURES")
        self._max_bytes = crawler.settings.getint("HOUXU_PICTURE_BYTES")
        self._seen = SeenAddresses(orders.manners_path.with_name("pictures.seen") if orders.manners_path else None)
        self._paths: dict[str, str | None] = {}
        self._brought: dict[str, str] = {}
        self._one_at_a_time = asyncio.Lock()
        self._waiting = WaitingWords(orders.spool, crawler.spidercls.name)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy when the spider opens, before the spool's pipeline."""
        return cls(crawler, read_orders(crawler.settings))

    async def process_item(self, item: Any) -> Any:
        """The observation with its pictures' paths in place of their addresses."""
        if not isinstance(item, Observation) or not item.images:
            return item
        if not self._most:
            return replace(item, images=())
        try:
            self._waiting.add(replace(item, images=()).to_line())
        except OSError as error:  # a disk that is nearly full: the words first
            self._tally.leave_hole(f"not asked, nowhere to wait: {error.strerror}")
            return replace(item, images=())
        async with self._one_at_a_time:
            paths = [await self._find(url) for url in list_addresses(item.images)]
        return replace(item, images=tuple(path for path in paths if path is not None))

    def close_spider(self) -> None:
        """Remember what was brought and forget what waited: the spool has both by now."""
        self._seen.add_all(self._brought)
        self._waiting.close()

    @property
    def _tally(self) -> Tally:
        spider: NightSpider = self._crawler.spider  # type: ignore[assignment]
        return spider.ledger.tally(QUERY)

    async def _find(self, url: str) -> str | None:
        if url not in self._paths:
            name = self._seen.find(url)
            self._paths[url] = find_picture(self._orders.spool, name) if name else await self._fetch(url)
        return self._paths[url]

    async def _fetch(self, url: str) -> str | None:
        if not is_public(url) and not self._is_at_home:
            self._tally.add_remark("an address that is not on the open web")
            return None
        if self._left <= 0:
            self._tally.leave_hole("not asked, the run's number of pictures is reached")
            return None
        self._left -= 1
        self._tally.requested += 1
        meta = {"houxu_kind": KIND, "dont_redirect": True, "download_maxsize": self._max_bytes}
        request = Request(url, headers={"Accept": "image/*", "Referer": f"{self._orders.base_url}/"}, meta=meta)
        try:
            response = await self._crawler.engine.download_async(request)
        except DownloadCancelledError:
            self._tally.add_remark("a picture larger than HOUXU_PICTURE_BYTES")
        except IgnoreRequest as error:
            self._tally.add_refusal(str(error))
        except _NO_ANSWER as error:
            self._tally.add_refusal(f"no answer ({type(error).__name__})")
        else:
            return self._keep(url, response)
        return None

    def _keep(self, url: str, response: Response) -> str | None:
        kind = find_kind(response.body) if response.status == 200 else None
        if kind is None and response.status in (200, 404, 410):
            self._tally.add_remark("no picture" if response.status == 200 else f"http {response.status}")
            return None
        if kind is None:
            self._tally.add_refusal(f"http {response.status}")
            return None
        try:
            path = store_picture(self._orders.spool, response.body, kind)
        except OSError as error:
            self._tally.leave_hole(f"a picture could not be written: {error.strerror}")
            return None
        self._brought[url] = Path(path).name
        self._tally.seen += 1
        return path

    @property
    def _is_at_home(self) -> bool:
        return read_host(self._orders.base_url) in LOOPBACK_HOSTS
