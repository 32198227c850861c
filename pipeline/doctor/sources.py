"""Checks of the operator's sources: by the crawler's own word, and by cases that no spider looks at again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.doctor.finding import Finding
from pipeline.night.crawl import find_sources
from pipeline.scheduling.watchers import list_watchers, platforms_watched
from pipeline.settings import CrawlSettings
from pipeline.store.database import Store
from pipeline.store.nights import count_open_by_platform

TIMEOUT_SECONDS = 60
_NAME = "来源 sources"
_PROJECT_DIR = Path(__file__).resolve().parents[2]
_PLAIN = frozenset({"weibo_search", "weibo_recheck"})  # they have no sources, and check_config has looked at the rest


def check_sources(crawl: CrawlSettings, manners_path: Path) -> Iterator[Finding]:
    """Whether every spider of a night would start, and whether every section of the file has its spider.

    Asked of a process of the crawler, as a night is: nothing of scrapy is imported here, and nothing is fetched.
    """
    if set(crawl.spiders) <= _PLAIN and find_sources(crawl, manners_path) is None:
        yield Finding(_NAME, "只用微博搜索与复查 / Weibo's search and re-check only")
        return
    problems = list(_ask_crawler(crawl, manners_path))
    for problem in problems:
        yield Finding(_NAME, problem["told"], _fix_of(problem))
    if not problems:
        yield Finding(_NAME, f"{'、'.join(crawl.spiders)} 都能开始 / can all start")


def check_watched(store: Store, crawl: CrawlSettings) -> Iterator[Finding]:
    """Whether the open cases of each platform are looked at again by a spider that is switched on."""
    watched = platforms_watched(crawl.spiders)
    for platform, cases in sorted(count_open_by_platform(store).items()):
        spiders = [one.spider for one in list_watchers() if platform in one.platforms]
        if spiders and platform not in watched:
            told = f"{platform} 上 {cases} 个未了的个案没有人复查 / open cases there that nobody looks at again"
            yield Finding("复查 re-check", told, f"houxu.toml [crawl] spiders += {' / '.join(spiders)}")


def _ask_crawler(crawl: CrawlSettings, manners_path: Path) -> Iterator[Mapping[str, str]]:
    values = {
        "HOUXU_BASE_URL": crawl.base_url,
        "HOUXU_KEYWORDS": "|".join(crawl.keywords),
        "HOUXU_CONTACT": crawl.contact,
        "HOUXU_MANNERS": str(manners_path.absolute()),
        "HOUXU_SOURCES": str(path.absolute()) if (path := find_sources(crawl, manners_path)) else "",
        "HOUXU_TARGETS": os.devnull,  # a night writes them; that there are none yet is no fault
    }
    settings = [part for name, value in values.items() for part in ("-s", f"{name}={value}")]
    done = subprocess.run(  # noqa: S603 our own interpreter, our own module
        [sys.executable, "-m", "crawler.preflight", *crawl.spiders, *settings],
        cwd=_PROJECT_DIR,
        env={**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        yield {"spider": "", "told": f"爬虫的检查没有跑完 / the crawler's check did not run: {last}"}
    for line in done.stdout.splitlines():
        yield json.loads(line)


def _fix_of(problem: Mapping[str, str]) -> str:
    if "no such spider" in problem["told"]:
        return "名字见 docs/spiders.md / docs/spiders.md lists the names"
    if "not among crawl.spiders" in problem["told"]:
        return "houxu.toml [crawl] spiders 里加上它，或删掉这一节 / add it to crawl.spiders, or remove the section"
    return "按 docs/spiders.md 改这一处 / mend it as docs/spiders.md shows"
