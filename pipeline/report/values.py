"""How single values are shown: times in Shanghai, durations in words, long or hostile text cut and inert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from pipeline.text.display import as_displayed

# China has had one offset and no summer time since 1991; a fixed one needs no time zone database on the machine.
SHANGHAI = timezone(timedelta(hours=8))
LEAD_CHARACTERS = 120
FULL_CHARACTERS = 2000
_READ_CHARACTERS = 20_000
_TELLING_CHARACTERS = 45


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody's words for the page: `lead` is shown, `full` opens on demand and is None where the lead says all.

    `left_out` counts the characters that are not on the page at all.
    """

    lead: str
    full: str | None
    left_out: int


def cut_passage(text: str | None) -> Passage | None:
    """The words as displayed (nothing invisible or reversed left), cut for the page; None where there are none."""
    if text is None:
        return None
    # What lies behind is never shown: reordering it would only cost time.
    shown = as_displayed(text[:_READ_CHARACTERS]).strip()
    if not shown:
        return None
    if len(shown) <= LEAD_CHARACTERS:
        return Passage(shown, None, 0)
    full = shown[:FULL_CHARACTERS]
    unread = max(len(text) - _READ_CHARACTERS, 0)
    return Passage(shown[:LEAD_CHARACTERS] + "…", full, len(shown) - len(full) + unread)


def first_line(text: str | None) -> Passage | None:
    """The first line, with the next ones where it is as short as a form's 【姓名】; the rest opens on demand."""
    whole = cut_passage(text)
    if whole is None:
        return None
    lines = [line.strip() for line in whole.lead.split("\n") if line.strip()]
    shown = lines[0]
    for line in lines[1:]:
        if len(shown) >= _TELLING_CHARACTERS:
            return Passage(shown + " …", whole.full or whole.lead, whole.left_out)
        shown = f"{shown} {line}"
    return Passage(shown, whole.full, whole.left_out)


def cut_name(name: str | None) -> str:
    """A screen name as displayed, on one line and at most 30 characters long."""
    shown = " ".join(as_displayed((name or "")[:200]).split())
    if not shown:
        return "（未知账号）"
    return shown if len(shown) <= 30 else shown[:29] + "…"


def safe_link(url: str | None) -> str | None:
    """The link if it leads to the web; anything else (javascript:, data:) is no link."""
    if url is None or len(url) > 2000:
        return None
    return url if url.lower().startswith(("https://", "http://")) else None


def dated_time(moment: datetime) -> str:
    """`2022-03-28 22:04` in Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def local_time(moment: datetime, now: datetime) -> str:
    """`03-28 22:04` in Shanghai; with its year where that is not the year of `now`."""
    dated = dated_time(moment)
    year, rest = dated.split("-", 1)
    return rest if dated_time(now).startswith(f"{year}-") else dated


def utc_time(moment: datetime) -> str:
    """`2022-03-28 14:04 UTC`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def duration(length: timedelta) -> str:
    """Days and hours, or hours and minutes, rounded down: `2 天 3 小时`. A negative length counts as none."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {minutes} 分钟" if minutes else f"{hours} 小时"
    return f"{minutes} 分钟" if minutes else "不到 1 分钟"
