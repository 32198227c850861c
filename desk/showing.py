"""How single values are shown: times on a Beijing clock, durations in words, hostile text cut and inert."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from desk.words import name_of, say
from pipeline.datafiles import DATA_DIR, read_table
from pipeline.report.values import Passage, cut_name, dated_time, safe_link
from pipeline.text.display import as_displayed
from pipeline.times import from_text

_READ_CHARACTERS = 20_000
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))

__all__ = ["Passage", "category_name", "clock_level", "cut_name", "dated", "lasting", "passage", "safe_link", "side_of"]


def dated(moment: datetime | str | None) -> str:
    """`2024-07-09 22:00` in Beijing, of a time or of stored text; empty for none."""
    if moment is None:
        return ""
    return dated_time(from_text(moment) if isinstance(moment, str) else moment)


def lasting(language: str, seconds: float) -> str:
    """A span in two units at the most: `2 天 3 小时`, `45 min`. A negative one counts as none."""
    rest = max(int(seconds), 0)
    if rest < 60:
        return say(language, "time.moment")
    parts = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(say(language, f"time.{unit}", n=count))
    return " ".join(parts[:2])


def side_of(language: str, text: str) -> str:
    """The half of a line in both languages (`中文 / English`) that this reader reads; all of one that has no halves."""
    chinese, _, english = text.partition(" / ")
    return chinese if language == "zh" or not english else english


def clock_level(waited: timedelta) -> str:
    """How a waiting time stands to the promise of help boards: good to 3 hours, warn to 8, bad beyond."""
    if waited <= timedelta(hours=3):
        return "good"
    return "warn" if waited <= timedelta(hours=8) else "bad"


def passage(text: str | None, lead: int = 120, most: int = 4_000) -> Passage | None:
    """The words as displayed (nothing invisible or reversed left), cut for the page; None where there are none."""
    if text is None:
        return None
    shown = as_displayed(text[:_READ_CHARACTERS]).strip()
    if not shown:
        return None
    if len(shown) <= lead:
        return Passage(shown, None, 0)
    full = shown[:most]
    return Passage(shown[:lead] + "…", full, len(shown) - len(full) + max(len(text) - _READ_CHARACTERS, 0))


def category_name(language: str, category: str | None) -> str:
    """What a need is called; English keeps the key, which is an English word."""
    if category is None:
        return name_of(language, "category", None)
    return _categories().get(category, category) if language == "zh" else category


def categories() -> list[str]:
    """The keys of all needs, in the order of data/categories.tsv."""
    return list(_categories())


@cache
def _categories() -> dict[str, str]:
    return {row["category"]: row["name_zh"] for _, row in read_table(DATA_DIR / "categories.tsv")}
