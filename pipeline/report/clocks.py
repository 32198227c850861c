"""The two clocks of public help boards: an answer within 3 hours, and within 8 where the matter is hard.

Source: the promise that such boards published in the spring of 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.report.values import duration

SOON = timedelta(hours=3)
AT_LAST = timedelta(hours=8)
_JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """How a length of time stands to the clocks: `level` is good, warn, bad or unknown; `words` is for the page."""

    level: str
    words: str


def answer_clock(opened_at: datetime | None, first_answer_at: datetime | None, now: datetime) -> Clock:
    """How long a plea waited, or still waits, for its first answer."""
    if opened_at is None:
        return Clock("unknown", "发布时间不明")
    if first_answer_at is None:
        waited = now - opened_at
        return Clock(_level(waited), f"无回应，{_against(waited)}")
    waited = first_answer_at - opened_at
    return Clock(_level(waited), f"{duration(waited)}后有回应")


def verified_clock(last_verified_at: datetime | None, now: datetime) -> Clock:
    """How long ago the author's side was checked with success."""
    if last_verified_at is None:
        return Clock("bad", "从未核对成功")
    age = now - last_verified_at
    return Clock(_level(age), "刚刚" if age < _JUST_NOW else f"{duration(age)}前")


def _level(length: timedelta) -> str:
    if length <= SOON:
        return "good"
    return "warn" if length <= AT_LAST else "bad"


def _against(waited: timedelta) -> str:
    return {"good": "3 小时内", "warn": "已超 3 小时", "bad": "已超 8 小时"}[_level(waited)]
