"""How a search is split when the site would not show all of it: days, then hours, then provinces (platforms.md §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from crawler.datatables import DATA_DIR, DataError, read_rows
from crawler.weibo.times import CHINA

REGIONS_PATH = DATA_DIR / "crawler" / "weibo_regions.tsv"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a search: from whole hour to whole hour, in one province or (region "") everywhere."""

    start: datetime
    end: datetime
    region: str = ""

    def write(self) -> str:
        """The parameters that name it; hours are not padded."""
        times = ":".join(
            f"{one.astimezone(CHINA):%Y-%m-%d}-{one.astimezone(CHINA).hour}" for one in (self.start, self.end)
        )
        return f"&timescope=custom:{times}{f'&region=custom:{self.region}:1000' if self.region else ''}"


def split_days(start: datetime, end: datetime) -> tuple[Span, ...]:
    """The spans that cover a window, newest first, one a day of Beijing's."""
    first, last = _floor_hour(start), _floor_hour(end + HOUR - timedelta(microseconds=1))
    spans = []
    while first < last:
        midnight = first.replace(hour=0) + DAY
        spans.append(Span(first, min(midnight, last)))
        first = midnight
    return tuple(reversed(spans))


def split_span(span: Span, *, by_region: bool) -> tuple[Span, ...]:
    """The parts of a span that is too full to be seen whole; none where it cannot be split any further."""
    if span.region:
        return ()
    if span.end - span.start > HOUR:
        hours = int((span.end - span.start) / HOUR)
        return tuple(Span(span.start + HOUR * n, span.start + HOUR * (n + 1)) for n in reversed(range(hours)))
    return tuple(replace(span, region=region) for region in load_regions()) if by_region else ()


@cache
def load_regions(path: Path = REGIONS_PATH) -> tuple[str, ...]:
    """The codes of `data/crawler/weibo_regions.tsv`."""
    return tuple(_read_codes(path))


def _read_codes(path: Path) -> Iterator[str]:
    for place, row in read_rows(path, ("code", "name")):
        if not row["code"].isdecimal():
            raise DataError(f"{place}: code must be a number, not {row['code']!r}")
        yield row["code"]


def _floor_hour(moment: datetime) -> datetime:
    return moment.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
