"""Times: aware UTC inside, ISO 8601 text with `Z` and whole seconds in SQLite (it sorts as text)."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_time(text: str) -> datetime:
    """An aware UTC time from ISO 8601 text.

    Raises:
        ValueError: not ISO 8601, or without an offset: 20:00 in Shanghai must not become 20:00 UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset such as +08:00")
    return moment.astimezone(UTC)


def to_text(moment: datetime) -> str:
    """`2022-03-28T14:04:00Z` for an aware time; parts of a second are dropped."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def to_text_or_none(moment: datetime | None) -> str | None:
    """As `to_text`; None stays None."""
    return None if moment is None else to_text(moment)


def from_text(text: str) -> datetime:
    """The aware UTC time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def from_text_or_none(text: str | None) -> datetime | None:
    """As `from_text`; None stays None."""
    return None if text is None else from_text(text)
