"""Runs one spider as a process of its own and reads the ledger that it leaves.

The crawler hands over files, so a night can be replayed, and nothing of scrapy is imported here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count as count_up
from pathlib import Path

from pipeline.scheduling.target import Target
from pipeline.settings import CrawlSettings
from pipeline.store.runs import RunSource

PROJECT_DIR = Path(__file__).resolve().parents[2]
KNOWN_FILE = "known.tsv"
RECHECK = "weibo_recheck"


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What a spider is told: which run, where to write, what to look for, what moment to take for now.

    `window_starts`: queries whose past is not known until the usual start of the window, and from when on.
    `daily_budget` is what this spider may use of the host's day, `recheck_budget` how many requests it may make to look
    again.
    """

    run_id: str
    run_dir: Path
    settings: CrawlSettings
    started_at: datetime
    # None: observations carry the clock's time. Set in tests and the demo, whose world has its own clock.
    fixed_now: datetime | None
    manners_path: Path
    session_path: Path
    daily_budget: int
    recheck_budget: int
    window_starts: Mapping[str, datetime] = field(default_factory=dict)


def find_sources(settings: CrawlSettings, manners_path: Path) -> Path | None:
    """The operator's file of sources; None where there is none."""
    path = manners_path.parent / settings.sources
    return path if path.is_file() else None


def has_targets(order: CrawlOrder, spider: str) -> bool:
    """Whether a spider's orders stand: a night that was killed goes on with those that it began with."""
    return _targets_path(order, spider).is_file()


def write_targets(order: CrawlOrder, spider: str, targets: Sequence[Target]) -> None:
    """Write what a spider shall look at again, one JSON object a line; all lines or none."""
    order.run_dir.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(target.as_dict(), ensure_ascii=False) for target in targets)
    path = _targets_path(order, spider)
    scratch = path.with_name(f"{path.name}.part")
    scratch.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    scratch.replace(path)


def _targets_path(order: CrawlOrder, spider: str) -> Path:
    return order.run_dir / f"{spider}.targets.jsonl"


def write_known(order: CrawlOrder, known: Iterable[tuple[str, datetime | None]]) -> None:
    """Write which posts' whole texts are known, `id<TAB>edited_at` a line (crawler/known.py)."""
    order.run_dir.mkdir(parents=True, exist_ok=True)
    lines = (f"{native_id}\t{edited_at.isoformat() if edited_at else ''}\n" for native_id, edited_at in known)
    (order.run_dir / KNOWN_FILE).write_text("".join(lines), encoding="utf-8")


def run_spider(order: CrawlOrder, spider: str) -> int:
    """Run a spider to its end; its exit code. Its log goes to `<spider>.log` in the run's folder.

    Where a queue is shared, several of it run at once, each in a folder of its own; its files then move into the run's
    as `<spider>.<number>.…`; the highest exit code counts.
    """
    count = order.settings.processes if order.settings.queue_url and spider == RECHECK else 1
    others = [order.run_dir.with_name(f"{order.run_id}.{at}") for at in range(2, count + 1)]
    with ExitStack() as stack:
        crawls = [stack.enter_context(_start(order, spider, folder)) for folder in (order.run_dir, *others)]
        exit_code = max(abs(crawl.wait()) for crawl in crawls)
    for folder in others:
        _gather(folder, order.run_dir)
    return exit_code


def files_of(run_dir: Path, spider: str, ending: str) -> list[Path]:
    """The files of a spider in a run's folder: one a crawler."""
    return sorted(run_dir.glob(f"{spider}.{ending}")) + sorted(run_dir.glob(f"{spider}.[0-9]*.{ending}"))


def _gather(folder: Path, run_dir: Path) -> None:
    # A night that was killed after this and goes on finds the names taken, and takes the next.
    numbers = (number for number in count_up(2) if not list(run_dir.glob(f"*.{number}.*")))
    number = next(numbers)
    for path in sorted(folder.iterdir()):
        spider, ending = path.name.split(".", 1)
        path.rename(run_dir / f"{spider}.{number}.{ending}")
    folder.rmdir()


def _start(order: CrawlOrder, spider: str, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{spider}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 our own interpreter, our own spiders
            [sys.executable, "-m", "scrapy", "crawl", spider, *_arguments(order, spider, folder)],
            cwd=PROJECT_DIR,
            env={**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _arguments(order: CrawlOrder, spider: str, folder: Path) -> list[str]:
    settings = order.settings
    targets_path = _targets_path(order, spider).absolute()
    values = {
        "HOUXU_RUN": order.run_id,
        "HOUXU_SPOOL": str(folder.absolute()),
        "HOUXU_BASE_URL": settings.base_url,
        "HOUXU_KEYWORDS": "|".join(settings.keywords),
        "HOUXU_WINDOW_START": (order.started_at - timedelta(hours=settings.window_hours)).isoformat(),
        "HOUXU_TARGETS": str(targets_path) if targets_path.is_file() else "",
        "HOUXU_SOURCES": str(path.absolute()) if (path := find_sources(settings, order.manners_path)) else "",
        "HOUXU_PICTURES": str(settings.pictures),
        "HOUXU_WINDOW_STARTS": _write_window_starts(order),
        "HOUXU_CONTACT": settings.contact,
        "HOUXU_MANNERS": str(order.manners_path.absolute()),
        "HOUXU_DAILY_BUDGET": str(order.daily_budget),
        "HOUXU_RECHECK_BUDGET": str(order.recheck_budget),
        "HOUXU_EVIDENCE": str(int(settings.evidence)),
        "HOUXU_QUEUE": settings.queue_url,
        "HOUXU_KNOWN": str((order.run_dir / KNOWN_FILE).absolute()),
        "HOUXU_SESSION": str(order.session_path.absolute()) if settings.visitor_session else "",
        "DOWNLOAD_DELAY": str(settings.delay_seconds),
    }
    if order.fixed_now is not None:
        values["HOUXU_NOW"] = order.fixed_now.isoformat()
    if settings.delay_seconds == 0:
        values["AUTOTHROTTLE_ENABLED"] = "False"
    return [part for name, value in values.items() for part in ("-s", f"{name}={value}")]


def _write_window_starts(order: CrawlOrder) -> str:
    starts = {query: start.isoformat() for query, start in order.window_starts.items()}
    return json.dumps(starts, ensure_ascii=False)


def read_ledgers(run_dir: Path, spider: str, exit_code: int) -> list[RunSource]:
    """What a spider says it asked for and got, one entry a query; a spider that died says that it is incomplete."""
    paths = files_of(run_dir, spider, "ledger.jsonl") or [run_dir / f"{spider}.ledger.jsonl"]
    return _add_up(one for path in paths for one in _read_ledger(path, spider, exit_code))


def read_found(run_dir: Path, spider: str) -> dict[str, frozenset[str]]:
    """The ids of the posts that each query of a spider handed over."""
    found: dict[str, frozenset[str]] = {}
    for path in files_of(run_dir, spider, "ledger.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            found[entry["query"]] = found.get(entry["query"], frozenset()).union(entry.get("posts") or ())
    return found


def _read_ledger(path: Path, spider: str, exit_code: int) -> list[RunSource]:
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


def _add_up(sources: Iterable[RunSource]) -> list[RunSource]:
    """One entry a query, for crawlers that shared the work: complete where each of them was."""
    by_query: dict[str, list[RunSource]] = {}
    for one in sources:
        by_query.setdefault(one.query, []).append(one)
    return [
        replace(
            parts[0],
            requested=sum(one.requested for one in parts),
            seen=sum(one.seen for one in parts),
            refused=sum(one.refused for one in parts),
            complete=all(one.complete for one in parts),
            note="; ".join(dict.fromkeys(one.note for one in parts if one.note)) or None,
        )
        for parts in by_query.values()
    ]


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
