"""Asks for ten pages of a host at once; standard input is JSON of [url, path of the robots.txt middleware]."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings


class TenPages(scrapy.Spider):
    """Ten first requests to one host."""

    name = "ten_pages"
    url = ""

    async def start(self) -> AsyncIterator[Any]:
        """All at once."""
        for number in range(10):
            yield scrapy.Request(f"{self.url}/private/{number}", errback=self.refused)

    def parse(self, response: Any) -> None:
        """The server counts; nothing is to be done here."""

    def refused(self, failure: Any) -> None:
        """A line for the test: which host, and why not."""
        sys.stdout.write(json.dumps([self.url, str(failure.value)]) + "\n")


def main() -> None:
    """One crawl for each pair."""
    process = AsyncCrawlerProcess({"LOG_ENABLED": False})
    for url, middleware in json.load(sys.stdin):
        settings = Settings(
            {
                "ROBOTSTXT_OBEY": True,
                "RETRY_ENABLED": False,
                "TELNETCONSOLE_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
                "DOWNLOADER_MIDDLEWARES": {
                    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
                    middleware: 100,
                },
            }
        )
        process.crawl(Crawler(type("Pages", (TenPages,), {"url": url}), settings))
    process.start()


if __name__ == "__main__":
    main()
