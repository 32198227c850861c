"""How the PC search writes times: `06月04日 23:50`, `2020年06月30日 22:59`, `今天14:47` (platforms.md §1.2)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from crawler.weibo.ids import read_id_time
from crawler.weibo.times import CHINA, read_time

_DATE = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
)
_SLACK = timedelta(minutes=2)  # the page shows minutes, and an id's second is up to two seconds off


def read_pc_time(written: str, seen_at: datetime) -> datetime | None:
    """The aware moment that a time names; without a year it is the last such day before `seen_at`. None if unknown."""
    written = written.strip()
    match = _DATE.match(written)
    if match is None:
        return read_time(written, seen_at)
    now = seen_at.astimezone(CHINA)
    numbers = [int(match[name]) for name in ("month", "day", "hour", "minute")]
    try:
        moment = datetime(int(match["year"] or now.year), *numbers, tzinfo=CHINA)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    is_ahead = match["year"] is None and moment > now + timedelta(days=1)
    return _a_year_before(moment) if is_ahead else moment


def read_post_time(written: str, native_id: str, seen_at: datetime) -> datetime | None:
    """The time of a post: the second in its id where that agrees with what the page shows, else the page's minute."""
    shown, minted = read_pc_time(written, seen_at), read_id_time(native_id)
    if shown is None or (minted is not None and abs(minted - shown) <= _SLACK):
        return minted
    return shown


def _a_year_before(moment: datetime) -> datetime | None:
    try:
        return moment.replace(year=moment.year - 1)
    except ValueError:
        return None  # 29 February
