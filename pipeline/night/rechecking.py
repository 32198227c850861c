"""The re-check's part of a night: choose the orders, and remember what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.scheduling.facts import Order, Pace
from pipeline.scheduling.plan import plan_night
from pipeline.scheduling.watchers import Watcher
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.schedule import ListHead, read_facts, write_heads, write_outcomes
from pipeline.times import parse_time

_LISTS = ("timeline", "comments")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a crawl said of its orders: heads of the lists that it read, and (post id, `read` or `refused`)."""

    heads: tuple[ListHead, ...]
    outcomes: tuple[tuple[str, str], ...]


def pace_of(settings: Settings) -> Pace:
    """The knobs of the schedule."""
    return Pace(
        base_hours=settings.recheck.base_hours,
        growth=settings.recheck.growth,
        end_days=settings.crawl.recheck_days,
        gone_gap_hours=settings.status.deletion_gap_hours,
        looks_at_all=settings.recheck.looks_at_all,
    )


def choose_orders(store: Store, settings: Settings, watcher: Watcher, budget: int, now: datetime) -> list[Order]:
    """Tonight's orders for a spider, most urgent first, within a budget of requests."""
    facts = read_facts(store, watcher, now, settings.crawl.recheck_days)
    return plan_night(facts, pace_of(settings), budget, now)


def read_answers(paths: Iterable[Path]) -> Answers:
    """The answers that crawlers left; none where they answered nothing. The last word on each subject counts."""
    heads: dict[tuple[str, str], ListHead] = {}
    outcomes: dict[str, str] = {}
    for value in (line for path in paths for line in _lines(path)):
        if value["kind"] in _LISTS:
            head = _head_of(value)
            heads[head.kind, head.subject] = head
        else:
            outcomes |= {f"{_platform_of(value)}:{one}": str(value["outcome"]) for one in value["posts"]}
    return Answers(tuple(heads.values()), tuple(outcomes.items()))


def remember_answers(store: Store, run_id: str, spider: str, answers: Answers) -> None:
    """Write what a spider said; writing it again changes nothing."""
    write_heads(store, answers.heads)
    write_outcomes(store, run_id, spider, answers.outcomes)


def _head_of(value: dict[str, Any]) -> ListHead:
    total, newest_id, from_at = value["total"], value["newest_id"], value["from_at"]
    return ListHead(
        kind=str(value["kind"]),
        subject=f"{_platform_of(value)}:{value['subject']}",
        read_at=parse_time(str(value["read_at"])),
        from_at=parse_time(str(from_at)) if from_at else None,
        newest_id=str(newest_id) if newest_id else None,
        total=None if total is None else int(str(total)),
    )


def _platform_of(value: dict[str, Any]) -> str:
    return str(value.get("platform", "weibo"))  # nights before version 8 looked at Weibo alone, and did not say so


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the line that a kill cut off; its order is asked again
            continue
