"""What the nightly report page shows, read in one snapshot: values only, no words and no markup."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from pipeline.errors import UserError
from pipeline.models import Reject
from pipeline.store import report_queries as sql
from pipeline.store.boards import read_board_list, read_top_cases
from pipeline.store.database import Store
from pipeline.store.desk_clocks import read_board
from pipeline.store.report_values import (
    DayCount,
    GonePost,
    NightReport,
    OpenCase,
    OpenTotals,
    Period,
    ReviewCase,
    Run,
    StaleCase,
    StalePost,
    StaleTotals,
)
from pipeline.store.runs import read_sources
from pipeline.times import from_text, from_text_or_none, to_text

LISTED_CASES = 200
LISTED_COPIES = 20
LISTED_REJECTS = 10
CHART_DAYS = 14
LISTED_PUBLIC = 10


def read_report(store: Store, now: datetime, run_id: str | None) -> NightReport:
    """Everything the page shows, as it stood at one moment while a night may be writing.

    Without a run, the latest night is told, or the latest run where there was no night. "New" means learned since the
    run of that kind before it; in a store without runs, in the 24 hours before `now`.

    Raises:
        UserError: there is no run of that id.
    """
    conn = store.conn
    is_nested = conn.in_transaction
    if not is_nested:
        conn.execute("BEGIN")
    try:
        return _read(store, now, run_id)
    finally:
        if not is_nested:
            conn.execute("ROLLBACK")


def _read(store: Store, now: datetime, run_id: str | None) -> NightReport:
    conn = store.conn
    run = _latest_run(conn) if run_id is None else _run_named(conn, run_id)
    period = _period(conn, now, run)
    return NightReport(
        now=now,
        run=run,
        is_run_named=run_id is not None,
        period=period,
        sources=tuple(read_sources(store, run.run_id)) if run else (),
        reject_count=_count(conn, sql.REJECT_COUNT, run.run_id) if run else 0,
        rejects=_rejects(conn, run.run_id) if run else (),
        stale_totals=_stale_totals(conn, period),
        stale_cases=_stale_cases(conn, period),
        open_totals=_open_totals(conn, now),
        open_cases=tuple(_open_case(row) for row in conn.execute(sql.OPEN_CASES, (LISTED_CASES,))),
        waiting=tuple(_waiting(row) for row in conn.execute(sql.WAITING)),
        review_count=_count(conn, sql.REVIEW_COUNT),
        review_cases=tuple(_review_case(row) for row in conn.execute(sql.REVIEW_CASES, (LISTED_CASES,))),
        gone_count=_count(conn, sql.GONE_COUNT),
        gone_posts=tuple(_gone_post(row) for row in conn.execute(sql.GONE_POSTS, (LISTED_CASES,))),
        gone_copies=_count(conn, sql.GONE_COPIES),
        days=_days(conn, now),
        board=read_board(store),
        top_cases=tuple(read_top_cases(store)),
        featured_cases=tuple(read_board_list(store, "featured", LISTED_PUBLIC)),
        newest_cases=tuple(read_board_list(store, "newest", LISTED_PUBLIC)),
    )


def _count(conn: sqlite3.Connection, query: str, *parameters: object) -> int:
    return int(conn.execute(query, parameters).fetchone()[0])


def _run_named(conn: sqlite3.Connection, run_id: str) -> Run:
    row = conn.execute(sql.RUN, (run_id,)).fetchone()
    if row is None:
        raise UserError(f"{run_id}: 没有这次运行 / no such run")
    return _run_of(row)


def _latest_run(conn: sqlite3.Connection) -> Run | None:
    row = conn.execute(sql.LATEST_RUN).fetchone()
    return None if row is None else _run_of(row)


def _run_of(row: sqlite3.Row) -> Run:
    return Run(
        run_id=row["run_id"],
        kind=row["kind"],
        started_at=from_text(row["started_at"]),
        finished_at=from_text_or_none(row["finished_at"]),
        outcome=row["outcome"],
        note=row["note"],
    )


def _period(conn: sqlite3.Connection, now: datetime, run: Run | None) -> Period:
    if run is None:
        return Period(kind="day", since=now - timedelta(hours=24))
    row = conn.execute(sql.PREVIOUS_RUN, (run.kind, to_text(run.started_at))).fetchone()
    if row is None:
        return Period(kind="first_run", since=None)
    return Period(kind="since_last_run", since=from_text(row["started_at"]))


def _since(period: Period) -> str:
    # Every time sorts after the empty text: on the first night all is new.
    return "" if period.since is None else to_text(period.since)


def _stale_totals(conn: sqlite3.Connection, period: Period) -> StaleTotals:
    row = conn.execute(sql.STALE_TOTALS, {"since": _since(period)}).fetchone()
    return StaleTotals(
        posts=row["posts"],
        cases=row["cases"],
        new_posts=row["new_posts"] or 0,
        new_cases=row["new_cases"],
        new_late_posts=row["new_late_posts"] or 0,
        longest_new_lag_seconds=row["longest_new_lag_seconds"],
    )


def _stale_cases(conn: sqlite3.Connection, period: Period) -> tuple[StaleCase, ...]:
    parameters = {"since": _since(period), "cases": LISTED_CASES, "copies": LISTED_COPIES}
    copies: dict[str, list[StalePost]] = {}
    for row in conn.execute(sql.STALE_POSTS, parameters):
        copies.setdefault(row["case_id"], []).append(_stale_post(row))
    return tuple(_stale_case(row, tuple(copies[row["case_id"]])) for row in conn.execute(sql.STALE_CASES, parameters))


def _stale_post(row: sqlite3.Row) -> StalePost:
    return StalePost(
        post_id=row["post_id"],
        url=row["url"],
        author_name=row["author_name"],
        role=row["role"],
        posted_at=from_text_or_none(row["posted_at"]),
        text=row["text"],
        is_late=bool(row["is_late"]),
        lag_seconds=row["lag_seconds"],
        is_new=bool(row["is_new"]),
    )


def _stale_case(row: sqlite3.Row, posts: tuple[StalePost, ...]) -> StaleCase:
    return StaleCase(
        case_id=row["case_id"],
        status=row["status"],
        category=row["category"],
        district=row["district"],
        quote=row["quote"],
        source=row["source"],
        said_at=from_text_or_none(row["said_at"]),
        said_url=row["said_url"],
        plea_text=row["plea_text"],
        is_plea_edited=bool(row["is_edited"]),
        plea_url=row["plea_url"],
        plea_posted_at=from_text_or_none(row["plea_posted_at"]),
        author_name=row["author_name"],
        stale_count=row["stale_count"],
        new_count=row["new_count"],
        posts=posts,
    )


def _open_totals(conn: sqlite3.Connection, now: datetime) -> OpenTotals:
    row = conn.execute(sql.OPEN_TOTALS, {"day_ago": to_text(now - timedelta(hours=24))}).fetchone()
    return OpenTotals(
        cases=row["cases"],
        in_progress=row["in_progress"] or 0,
        without_time=row["without_time"] or 0,
        not_verified_in_24_h=row["not_verified"] or 0,
    )


def _open_case(row: sqlite3.Row) -> OpenCase:
    return OpenCase(
        case_id=row["case_id"],
        status=row["status"],
        category=row["category"],
        district=row["district"],
        opened_at=from_text_or_none(row["opened_at"]),
        first_answer_at=from_text_or_none(row["first_answer_at"]),
        last_verified_at=from_text_or_none(row["last_verified_at"]),
        post_count=row["post_count"],
        text=row["text"],
        url=row["url"],
    )


def _waiting(row: sqlite3.Row) -> tuple[datetime, bool]:
    return from_text(row["opened_at"]), bool(row["is_answered"])


def _review_case(row: sqlite3.Row) -> ReviewCase:
    return ReviewCase(
        case_id=row["case_id"],
        status=row["status"],
        category=row["category"],
        district=row["district"],
        reason=row["review_reason"],
        text=row["text"],
        url=row["url"],
    )


def _gone_post(row: sqlite3.Row) -> GonePost:
    return GonePost(
        case_id=row["case_id"],
        status=row["status"],
        role=row["role"],
        availability=row["availability"],
        gone_since=from_text_or_none(row["gone_since"]),
        sightings=row["sightings"],
        author_name=row["author_name"],
        text=row["text"],
        url=row["url"],
    )


def _rejects(conn: sqlite3.Connection, run_id: str) -> tuple[Reject, ...]:
    rows = conn.execute(sql.REJECTS, (run_id, LISTED_REJECTS))
    return tuple(Reject(row["file"], row["line"], row["reason"]) for row in rows)


def _days(conn: sqlite3.Connection, now: datetime) -> tuple[DayCount, ...]:
    """Days of the last two weeks that have posts, where the last week ends with the last day that has any."""
    rows = conn.execute(sql.DAYS, {"now": to_text(now), "days": f"-{CHART_DAYS - 1} days"})
    return tuple(DayCount(row["day"], row["pleas"], row["copies"], row["stale"]) for row in rows)
