"""Runs many crawls in one process, because starting scrapy takes longer than any of them.

Standard input is a JSON list of [spider name, settings]; the spool files say what happened.
"""

from __future__ import annotations

import json
import sys

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.project import get_project_settings


def main() -> None:
    """Start all jobs, leave when the last one has ended."""
    process = AsyncCrawlerProcess(get_project_settings())
    for spider, orders in json.load(sys.stdin):
        settings = get_project_settings()
        settings.update(orders, priority="cmdline")
        process.crawl(Crawler(process.spider_loader.load(spider), settings))
    process.start()


if __name__ == "__main__":
    main()
