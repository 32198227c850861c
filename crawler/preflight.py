"""Whether spiders could start: `python -m crawler.preflight SPIDER… [-s NAME=VALUE]…`, asked before a night.

Every problem is a line of JSON, `{"spider": …, "told": …}`; nothing is fetched and nothing is written. `spider` is
empty for what concerns the file of sources as a whole.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.datatables import DataError
from crawler.orders import OrderError, read_orders
from crawler.source_spider import SourceSpider, find_sources
from crawler.sources import SECTIONS, list_sections, read_section

Problem = tuple[str, str]


def main() -> int:
    """Print the problems; always 0, since having found some is no failure."""
    parser = argparse.ArgumentParser(prog="python -m crawler.preflight", description=__doc__)
    parser.add_argument("spiders", nargs="+")
    parser.add_argument("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    settings = get_project_settings()
    for one in options.settings:
        name, _, value = one.partition("=")
        settings.set(name, value, priority="cmdline")
    for spider, told in find_problems(options.spiders, settings):
        sys.stdout.write(json.dumps({"spider": spider, "told": told}, ensure_ascii=False) + "\n")
    return 0


def find_problems(spiders: Sequence[str], settings: BaseSettings) -> Iterator[Problem]:
    """What would keep spiders from starting, and sections of the file that nobody would read; each told once."""
    loader = SpiderLoader.from_settings(settings)
    known, told = loader.list(), set()
    for name in spiders:
        problem = _check_spider(name, loader, settings) if name in known else f"no such spider: {name}"
        if problem and problem not in told:
            told.add(problem)
            yield name, problem
    path = find_sources(settings)
    if path is not None and not told:
        yield from _check_others(spiders, path)


def _check_spider(name: str, loader: SpiderLoader, settings: BaseSettings) -> str:
    spider = loader.load(name)
    try:
        read_orders(settings)
        if issubclass(spider, SourceSpider):
            sources = read_section(find_sources(settings), spider.site, SECTIONS[spider.site], {})
            spider.check_sources(sources, settings)
        spider.check_orders(settings)  # type: ignore[attr-defined]  # ours are NightSpiders, all of them
    except (OrderError, DataError) as error:
        return str(error)
    return ""


def _check_others(spiders: Sequence[str], path: Path) -> Iterator[Problem]:
    for line, name in list_sections(path):
        if name not in SECTIONS:
            yield "", f"{path}:{line}: no such spider: {name}"
        elif name not in spiders:
            yield "", _check_idle(path, line, name)


def _check_idle(path: Path, line: int, name: str) -> str:
    try:
        read_section(path, name, SECTIONS[name], {})
    except OrderError as error:
        return str(error)
    return f"{path}:{line}: [{name}] is there, but {name} is not among crawl.spiders, so nobody asks it"


if __name__ == "__main__":
    sys.exit(main())
