"""The ways in which boards write a time: unix seconds, milliseconds, or a date in one of a few forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(
    r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[\sT]*(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?)?"
)
_UNIX = re.compile(r"\d{9,10}(?:\d{3})?")
_FIRST_MILLISECONDS = 10**11  # as seconds this would be in the year 5138


def read_board_time(value: object, offset_hours: int) -> datetime | None:
    """The aware moment that a board's time names; its dates are `offset_hours` ahead of UTC. None for anything else.

    A date without a clock is its beginning, so that it is never later than what was written on that day.
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _UNIX.fullmatch(text):
        seconds = int(text) / 1000 if int(text) >= _FIRST_MILLISECONDS else int(text)
        return datetime.fromtimestamp(seconds, UTC)
    match = _DATE.search(text)
    if match is None:
        return None
    numbers = [int(part or 0) for part in match.groups()]
    try:
        return datetime(*numbers, tzinfo=timezone(timedelta(hours=offset_hours)))  # type: ignore[misc,arg-type]
    except ValueError:
        return None
