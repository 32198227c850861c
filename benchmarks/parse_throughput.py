"""Pages and posts a second of each page reader, on recorded pages: `python -m benchmarks.parse_throughput`.

Like `scrapy bench` without the network: one process, one thread, the page already in memory. `bare` is what merely
parsing the same bytes costs (json.loads, or lxml by way of parsel, or feedparser), which no reader can beat.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
from parsel import Selector

from crawler.page import Page, Refused
from tests.crawler import site_pages, test_crawler_pages

Reader = Callable[..., object]


def measure(repeat: Callable[[], object], seconds: float) -> float:
    """Calls a second: the best of three rounds, each as long as told."""
    best = 0.0
    for _ in range(3):
        count, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds:
            repeat()
            count += 1
        best = max(best, count / spent)
    return best


def count_posts(reader: Reader, page: Page, arguments: list[Any]) -> int:
    """Observations on a page; -1 where it is refused."""
    try:
        return sum(1 for _ in site_pages.list_observations(reader(page, *arguments)))
    except Refused:
        return -1


def find_fullest() -> list[tuple[str, Path, Reader, Page, list[Any]]]:
    """The recorded page with the most posts of each kind, of m.weibo.cn and of the other sites."""
    fullest = []
    for module in (test_crawler_pages, site_pages):
        for kind, reader in module.READERS.items():
            read = [(case, *module.read_case(case)) for case in module.CASES if case.parent.name == kind]
            case, page, arguments = max(read, key=lambda one: count_posts(reader, one[1], one[2]))
            if count_posts(reader, page, arguments) > 0:
                fullest.append((kind, case, reader, page, arguments))
    return fullest


def parse_bare(page: Page) -> Callable[[], object]:
    """Parsing the page's bytes and nothing else."""
    body = page.body
    if body.lstrip()[:1] in (b"{", b"["):
        return lambda: json.loads(body)
    if body.lstrip()[:5] == b"<?xml":
        return lambda: feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    return lambda: Selector(text=body.decode("utf-8", "replace"), type="html").root


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parse_throughput", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each of the three rounds of a reader")
    options = parser.parse_args(arguments)
    print("| reader | page | kB | posts | pages/s | posts/s | bare parse, pages/s |\n|---|---|---|---|---|---|---|")
    for kind, case, reader, page, extra in find_fullest():
        posts, kilobytes = count_posts(reader, page, extra), len(page.body) / 1000
        pages_per_second = measure(partial(reader, page, *extra), options.seconds)
        bare_per_second = measure(parse_bare(page), options.seconds)
        print(
            f"| {kind} | {case.name} | {kilobytes:.1f} | {posts} | {pages_per_second:,.0f}"
            f" | {pages_per_second * posts:,.0f} | {bare_per_second:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
