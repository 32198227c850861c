"""Renders the nightly report: one page that asks no other host for anything and runs no script."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report import charts, clocks, values
from pipeline.report.headline import write_headline
from pipeline.report.holes import find_holes
from pipeline.report.labels import category_name, label_of
from pipeline.store.database import Store
from pipeline.store.report import read_report

_TEMPLATES = Path(__file__).parent


def render_report(store: Store, now: datetime, run_id: str | None) -> str:
    """The report page as HTML, as of `now` (aware).

    It tells what became stale since the run of the same kind before the named one, or before the latest night where
    none is named; in a store without runs, in the last 24 hours.

    Raises:
        UserError: there is no run of that id.
    """
    report = read_report(store, now, run_id)
    holes = find_holes(report)
    return (
        _environment()
        .get_template("page.jinja")
        .render(
            report=report,
            now=now,
            holes=holes,
            headline=write_headline(report, holes),
            days_chart=charts.posts_by_day(report.days),
            waiting_chart=charts.waiting_times(report.waiting, now),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "passage": values.cut_passage,
        "first_line": values.first_line,
        "name": values.cut_name,
        "link": values.safe_link,
        "utc": values.utc_time,
        "dated": values.dated_time,
        "category": category_name,
    }
    environment.globals |= {
        "label_of": label_of,
        "category_of": category_name,
        "local_time": values.local_time,
        "duration": values.duration,
        "lag": _lag,
        "answer_clock": clocks.answer_clock,
        "verified_clock": clocks.verified_clock,
        "chart_size": (charts.WIDTH, charts.HEIGHT, charts.LEFT, charts.RIGHT, charts.TOP + charts.PLOT_HEIGHT),
    }
    return environment


def _lag(seconds: int) -> str:
    return values.duration(timedelta(seconds=seconds))
