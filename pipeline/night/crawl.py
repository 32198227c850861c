"""Runs one spider as a process of its own and reads the ledger that it leaves.

The crawler hands over files, so a night can be replayed, and nothing of scrapy is imported here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.night.windows import order_by_holes
from pipeline.settings import CrawlSettings
from pipeline.store.recheck import Target
from pipeline.store.runs import RunSource

PROJECT_DIR = Path(__file__).resolve().parents[2]
TARGETS_FILE = "recheck.targets.jsonl"


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What a spider is told: which run, where to write, what to look for, what moment to take for now.

    `window_starts`: keywords whose past is not known until the usual start of the window, and from when on.
    """

    run_id: str
    run_dir: Path
    settings: CrawlSettings
    started_at: datetime
    # None: observations carry the clock's time. Set in tests and the demo, whose world has its own clock.
    fixed_now: datetime | None
    manners_path: Path
    window_starts: Mapping[str, datetime] = field(default_factory=dict)


def write_targets(order: CrawlOrder, targets: Sequence[Target]) -> None:
    """Write what weibo_recheck shall look at, one JSON object a line."""
    order.run_dir.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(target.as_dict(), ensure_ascii=False) for target in targets)
    (order.run_dir / TARGETS_FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def run_spider(order: CrawlOrder, spider: str) -> int:
    """Run a spider to its end; its exit code. Its log goes to `<spider>.log` in the run's folder."""
    order.run_dir.mkdir(parents=True, exist_ok=True)
    with (order.run_dir / f"{spider}.log").open("ab") as log:
        done = subprocess.run(  # noqa: S603 our own interpreter, our own spiders
            [sys.executable, "-m", "scrapy", "crawl", spider, *_arguments(order)],
            cwd=PROJECT_DIR,
            env={**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    return done.returncode


def _arguments(order: CrawlOrder) -> list[str]:
    settings = order.settings
    window_start = order.started_at - timedelta(hours=settings.window_hours)
    values = {
        "HOUXU_RUN": order.run_id,
        "HOUXU_SPOOL": str(order.run_dir.absolute()),
        "HOUXU_BASE_URL": settings.base_url,
        "HOUXU_KEYWORDS": "|".join(order_by_holes(settings.keywords, order.window_starts, window_start)),
        "HOUXU_WINDOW_START": window_start.isoformat(),
        "HOUXU_TARGETS": str((order.run_dir / TARGETS_FILE).absolute()),
        "HOUXU_WINDOW_STARTS": _write_window_starts(order),
        "HOUXU_CONTACT": settings.contact,
        "HOUXU_MANNERS": str(order.manners_path.absolute()),
        "HOUXU_DAILY_BUDGET": str(settings.daily_budget),
        "HOUXU_EVIDENCE": str(int(settings.evidence)),
        "DOWNLOAD_DELAY": str(settings.delay_seconds),
    }
    if order.fixed_now is not None:
        values["HOUXU_NOW"] = order.fixed_now.isoformat()
    if settings.delay_seconds == 0:
        values["AUTOTHROTTLE_ENABLED"] = "False"
    return [part for name, value in values.items() for part in ("-s", f"{name}={value}")]


def _write_window_starts(order: CrawlOrder) -> str:
    starts = {keyword: start.isoformat() for keyword, start in order.window_starts.items()}
    return json.dumps(starts, ensure_ascii=False)


def read_ledger(order: CrawlOrder, spider: str, exit_code: int) -> list[RunSource]:
    """What a spider says it asked for and got, one entry a query; a spider that died says that it is incomplete."""
    path = order.run_dir / f"{spider}.ledger.jsonl"
    latest: dict[str, dict[str, object]] = {}
    if path.is_file():
        # A resumed spider appends to its ledger: the last word on each query counts.
        entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        latest = {str(entry["query"]): entry for entry in entries}
    whole = latest.pop("*", {})
    sources = [_source(spider, query, entry) for query, entry in sorted(latest.items())]
    if exit_code != 0 or not whole.get("finished"):
        reason = whole.get("note") or f"退出码 {exit_code}"
        note = f"爬虫没有跑完（{reason}），见 {spider}.log / the spider did not finish"
        sources.append(RunSource(spider, "*", 0, 0, 0, 0, 0, complete=False, note=note))
    return sources


def _source(spider: str, query: str, entry: dict[str, object]) -> RunSource:
    def number(name: str) -> int:
        return int(str(entry.get(name) or 0))

    return RunSource(
        source=spider,
        query=query,
        requested=number("requested"),
        seen=number("seen"),
        new=0,
        changed=0,
        refused=number("refused"),
        complete=bool(entry.get("complete")),
        note=str(entry["note"]) if entry.get("note") else None,
    )
