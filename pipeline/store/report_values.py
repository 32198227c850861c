"""The values of the nightly report: one frozen class for each thing that the page lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.models import Reject
from pipeline.store.boards import BoardCase
from pipeline.store.desk_clocks import Board
from pipeline.store.runs import RunSource

PeriodKind = Literal["since_last_run", "first_run", "day"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the ledger has it; `outcome` is None while it is going on or where it was cut short."""

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """What counts as new: learned after `since`; None says that all is, because it is the first night."""

    kind: PeriodKind
    since: datetime | None


@dataclass(frozen=True, slots=True)
class StaleTotals:
    """How many posts are stale, in how many cases, and how many of them were learned in the period."""

    posts: int
    cases: int
    new_posts: int
    new_cases: int
    new_late_posts: int
    longest_new_lag_seconds: int | None


@dataclass(frozen=True, slots=True)
class StalePost:
    """A post that still asks; `is_new` where that was learned in the period."""

    post_id: str
    url: str | None
    author_name: str | None
    role: str
    posted_at: datetime | None
    text: str | None
    is_late: bool
    lag_seconds: int | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class StaleCase:
    """A case with posts that still ask, beside the words that its status rests on.

    `plea_text` is the plea as first seen. `posts` are late first and cut to the listed number; `stale_count` and
    `new_count` count all of them.
    """

    case_id: str
    status: str
    category: str | None
    district: str | None
    quote: str | None
    source: str | None
    said_at: datetime | None
    said_url: str | None
    plea_text: str | None
    is_plea_edited: bool
    plea_url: str | None
    plea_posted_at: datetime | None
    author_name: str | None
    stale_count: int
    new_count: int
    posts: tuple[StalePost, ...]


@dataclass(frozen=True, slots=True)
class OpenTotals:
    """How many cases wait, how many of them are being dealt with, and how many nobody could verify in a day."""

    cases: int
    in_progress: int
    without_time: int
    not_verified_in_24_h: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that waits; `first_answer_at` is when the first official answer or progress was told."""

    case_id: str
    status: str
    category: str | None
    district: str | None
    opened_at: datetime | None
    first_answer_at: datetime | None
    last_verified_at: datetime | None
    post_count: int
    text: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """A case at which a person should look, and why."""

    case_id: str
    status: str
    category: str | None
    district: str | None
    reason: str | None
    text: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class GonePost:
    """A post of a case without resolution that is no longer to be seen; `sightings` counts how often that was so."""

    case_id: str
    status: str
    role: str
    availability: str
    gone_since: datetime | None
    sightings: int
    author_name: str | None
    text: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """Posts of one day in China (`2022-03-28`): each is counted once, as stale, else as copy, else as plea."""

    day: str
    pleas: int
    copies: int
    stale: int


@dataclass(frozen=True, slots=True)
class NightReport:
    """All that one page shows. `waiting` has (opened at, is answered) of every case that waits.

    `is_run_named`: the caller named the run; a night that writes its own page has not ended yet, and that is no hole.
    """

    now: datetime
    run: Run | None
    is_run_named: bool
    period: Period
    sources: tuple[RunSource, ...]
    reject_count: int
    rejects: tuple[Reject, ...]
    stale_totals: StaleTotals
    stale_cases: tuple[StaleCase, ...]
    open_totals: OpenTotals
    open_cases: tuple[OpenCase, ...]
    waiting: tuple[tuple[datetime, bool], ...]
    review_count: int
    review_cases: tuple[ReviewCase, ...]
    gone_count: int
    gone_posts: tuple[GonePost, ...]
    gone_copies: int
    days: tuple[DayCount, ...]
    board: Board
    top_cases: tuple[BoardCase, ...]
    featured_cases: tuple[BoardCase, ...]
    newest_cases: tuple[BoardCase, ...]
