"""Values as other tools and Excel write them: times, counters and ids, to what ARCHITECTURE B2 asks for."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from pipeline.intake.parse import LineError

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Weibo's own form; named here because %a and %b follow the machine's language.
_MONTHS = dict(zip(_MONTH_NAMES, range(1, 13), strict=True))
_WEIBO = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})")
# Excel writes 2022/3/28 22:04 or 2022/3/28 下午10:04, Tieba 2022-3-28 22:04, search pages 2022年03月28日 22:04, people
# 2022年3月28日22时4分.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<half>凌晨|早上|上午|中午|下午|晚上)?[T\s]*"
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})(?:\.\d+)?秒?)?)?)?"
)
_AFTERNOON = {"中午", "下午", "晚上"}
_EPOCH = re.compile(r"(\d{9,14})(?:\.\d+)?")
_MILLISECONDS_FROM = 10**11  # as seconds that is the year 5138, as milliseconds 1973
_NOTHING = {"", "0", "none", "null", "nan", "n/a", "undefined", "$undefined"}

_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*([万亿wW]?)\+?")
_UNITS = {"": 1, "万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
# How people keep Excel from rounding a number: ="505…" and '505….
_KEPT_FROM_EXCEL = re.compile(r"=?\"(?P<quoted>[^\"]*)\"|'(?P<marked>.+)")


def read_time(value: object, offset: timedelta, wall_clock: timedelta | None) -> str | None:
    """ISO 8601 with an offset; None when the tool wrote none. Words that are no time come back as they are, for the
    parser to reject.

    `offset` is the zone of times written without one; `wall_clock` see `Layout`.
    """
    text = unicodedata.normalize("NFKC", str(value)).strip() if value is not None else ""
    if text.lower() in _NOTHING:
        return None
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text), wall_clock)
    moment = _from_weibo(text) or _from_written(text, offset)
    return text if moment is None else moment.isoformat()


def is_day_only(value: str | None) -> bool:
    """Whether a time that `read_time` gave stands at midnight sharp: what a mere date becomes."""
    return value is not None and "T00:00:00" in value


def is_moment(value: str | None) -> bool:
    """Whether what `read_time` gave is a time, not words that are none."""
    try:
        return value is not None and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def read_count(value: object) -> int | None:
    """A counter, also one written 1,024, 1.2万 or 100万+; None when it is no number (赞, 转发)."""
    match = _COUNT.fullmatch(str(value).strip()) if value is not None else None
    return int(float(match[1].replace(",", "")) * _UNITS[match[2]]) if match else None


def read_identifier(value: object, name: str) -> str | None:
    """An id as text; None when the tool wrote none.

    Raises:
        LineError: Excel has turned it into 4.75123E+15 and its last digits are lost.
    """
    text = (
        unicodedata.normalize("NFKC", str(value)).strip() if value is not None and not isinstance(value, bool) else ""
    )
    if kept := _KEPT_FROM_EXCEL.fullmatch(text):
        text = (kept["quoted"] or kept["marked"] or "").strip()
    if text.lower() in _NOTHING:
        return None
    if _SCIENTIFIC.fullmatch(text):
        raise LineError(
            f"{name} {text} 被 Excel 改成了科学计数，后几位已丢失，请用原文件"
            f" / {name} was turned into {text} by Excel and lost digits; use the original file"
        )
    whole = _WHOLE_FLOAT.fullmatch(text)
    return whole[1] if whole else text


def _from_epoch(number: float, wall_clock: timedelta | None) -> str:
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    moment = datetime.fromtimestamp(seconds, UTC)
    if wall_clock is not None:
        moment = moment.replace(tzinfo=timezone(wall_clock))
    return moment.isoformat()


def _from_weibo(text: str) -> datetime | None:
    match = _WEIBO.fullmatch(text)
    if match is None or match[1] not in _MONTHS:
        return None
    month, day, *clock, zone, year = match.groups()
    return _moment([int(year), _MONTHS[month], int(day), *map(int, clock)], datetime.strptime(zone, "%z").tzinfo)


def _from_written(text: str, offset: timedelta) -> datetime | None:
    match = _WRITTEN.fullmatch(text)
    if match is not None:
        return _moment([*_date_of(match), *_clock_of(match)], timezone(offset))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone(offset))


def _date_of(match: re.Match[str]) -> list[int]:
    return [int(match[name]) for name in ("year", "month", "day")]


def _clock_of(match: re.Match[str]) -> list[int]:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    # 中午11:50 is before noon, 晚上12:05 after midnight of a day that nobody can tell: neither is moved.
    is_later = match["half"] in _AFTERNOON and hour < 12 and not (match["half"] == "中午" and hour == 11)
    return [hour + 12 if is_later else hour, minute, second]


def _moment(parts: list[int], zone: object) -> datetime | None:
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)  # type: ignore[arg-type]
    except ValueError:
        return None
