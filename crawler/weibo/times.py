"""The two ways Weibo writes a time: the API's `Sat Aug 20 18:29:52 +0800 2022`, and the relative forms of 2019."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_API_FORM = re.compile(r"\w{3} (\w{3}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2}) (\d{4})")
_AGO_FORM = re.compile(r"(\d+)(秒|分钟|小时)前")
_DAY_FORM = re.compile(r"(今天|昨天) ?(\d{1,2}):(\d{2})")
_DATE_FORM = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_UNIT_SECONDS = {"秒": 1, "分钟": 60, "小时": 3600}


def read_time(written: str, seen_at: datetime) -> datetime | None:
    """The aware moment a Weibo time string names, relative forms counted back from `seen_at`; None if unknown.

    Month names are matched by hand, because strptime reads them in the locale of the machine.
    """
    written = written.strip()
    if match := _API_FORM.fullmatch(written):
        return _read_api_form(match)
    return seen_at if written == "刚刚" else _read_relative_form(written, seen_at)


def write_time(moment: datetime) -> str:
    """The API's form of a moment, always in +0800 (what the replica serves)."""
    local = moment.astimezone(CHINA)
    return f"{WEEKDAYS[local.weekday()]} {MONTHS[local.month - 1]} {local:%d %H:%M:%S} +0800 {local.year}"


def _read_relative_form(written: str, seen_at: datetime) -> datetime | None:
    if match := _AGO_FORM.fullmatch(written):
        return seen_at - timedelta(seconds=int(match[1]) * _UNIT_SECONDS[match[2]])
    if match := _DAY_FORM.fullmatch(written):
        midnight = seen_at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        days_back = timedelta(days=1 if match[1] == "昨天" else 0)
        return midnight - days_back + timedelta(hours=int(match[2]), minutes=int(match[3]))
    if match := _DATE_FORM.fullmatch(written):
        year = int(match[1] or seen_at.astimezone(CHINA).year)
        return _moment(year, int(match[2]), int(match[3]))
    return None


def _read_api_form(match: re.Match[str]) -> datetime | None:
    month, day, hour, minute, second, sign, zone_hours, zone_minutes, year = match.groups()
    if month not in MONTHS:
        return None
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    midnight = _moment(int(year), MONTHS.index(month) + 1, int(day))
    if midnight is None:
        return None
    clock = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second))
    return midnight.replace(tzinfo=timezone(offset)) + clock


def _moment(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=CHINA)
    except ValueError:
        return None
