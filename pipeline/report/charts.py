"""Stacked columns as numbers: where each block stands. The template only writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.store.report_values import DayCount

WIDTH, HEIGHT = 400, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 6, 14, 30
_PLOT_WIDTH = WIDTH - LEFT - RIGHT
PLOT_HEIGHT = HEIGHT - TOP - BOTTOM
_WAITING_BOUNDS = ((3, "3 小时内"), (8, "3–8 小时"), (24, "8–24 小时"), (72, "1–3 天"), (168, "3–7 天"))
_LONGEST = "7 天以上"


@dataclass(frozen=True, slots=True)
class Column:
    """A column before it is drawn: its label, the one under the axis (empty to skip), and a number for each series."""

    label: str
    tick: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A drawn part of a column, in the units of the view box."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis and where it stands."""

    position: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with the numbers it shows, for its table."""

    key: str
    title: str
    subtitle: str
    description: str
    column_name: str
    series: tuple[str, ...]
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def posts_by_day(days: Sequence[DayCount]) -> Chart | None:
    """Pleas, copies and stale posts by day, days without posts included; None without any post."""
    if not days:
        return None
    counted = {one.day: one for one in days}
    first, last = date.fromisoformat(days[0].day), date.fromisoformat(days[-1].day)
    columns = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        count = counted.get(day.isoformat(), DayCount(day.isoformat(), 0, 0, 0))
        tick = f"{day.month}/{day.day}" if offset % 3 == 0 else ""
        columns.append(Column(day.isoformat(), tick, (count.pleas, count.copies, count.stale)))
    stale = sum(one.stale for one in days)
    total = sum(one.pleas + one.copies for one in days) + stale
    return _draw(
        "days",
        ("每天的帖子", "Posts by day (Shanghai), each counted once"),
        f"{first} 到 {last} 共 {total} 条求助与搬运，其中 {stale} 条现在已过时。",
        ("日期", ("求助帖", "转发与搬运（未过时）", "过时")),
        columns,
    )


def waiting_times(waiting: Sequence[tuple[datetime, bool]], now: datetime) -> Chart | None:
    """Open cases by how long they wait, with and without an answer; None without any open case."""
    if not waiting:
        return None
    labels = [label for _, label in _WAITING_BOUNDS] + [_LONGEST]
    numbers = {label: [0, 0] for label in labels}
    for opened_at, is_answered in waiting:
        numbers[_waiting_label(now - opened_at)][0 if is_answered else 1] += 1
    columns = [Column(label, label, (numbers[label][0], numbers[label][1])) for label in labels]
    unanswered = sum(column.numbers[1] for column in columns)
    return _draw(
        "waiting",
        ("仍在求助的个案等了多久", "Open cases by waiting time"),
        f"{len(waiting)} 个个案仍在求助，其中 {unanswered} 个没有任何回应。",
        ("等待时间", ("已有回应", "没有回应")),
        columns,
    )


def round_up_axis(largest: int) -> int:
    """The smallest of 2, 4, 10, 20, 40, 100, … that is not below `largest`: an even number that reads well."""
    scale = 1
    while True:
        for step in (2, 4, 10):
            if step * scale >= largest:
                return step * scale
        scale *= 10


def _waiting_label(waited: timedelta) -> str:
    hours = waited.total_seconds() / 3600
    return next((label for bound, label in _WAITING_BOUNDS if hours < bound), _LONGEST)


def _draw(
    key: str,
    titles: tuple[str, str],
    description: str,
    legend: tuple[str, tuple[str, ...]],
    columns: Sequence[Column],
) -> Chart:
    column_name, series = legend
    top = round_up_axis(max(sum(column.numbers) for column in columns))
    pitch = _PLOT_WIDTH / len(columns)
    return Chart(
        key=key,
        title=titles[0],
        subtitle=titles[1],
        description=description,
        column_name=column_name,
        series=series,
        columns=tuple(columns),
        blocks=tuple(
            block for place, column in enumerate(columns) for block in _blocks(column, series, place, pitch, top)
        ),
        x_ticks=tuple(
            Tick(round(LEFT + (place + 0.5) * pitch, 1), column.tick)
            for place, column in enumerate(columns)
            if column.tick
        ),
        y_ticks=tuple(Tick(_height_of(top - number, top) + TOP, str(number)) for number in (0, top // 2, top)),
    )


def _blocks(column: Column, series: Sequence[str], place: int, pitch: float, top: int) -> list[Block]:
    blocks = []
    below = 0
    for index, number in enumerate(column.numbers):
        if number:
            y = TOP + _height_of(top - below - number, top)
            x = round(LEFT + place * pitch + pitch * 0.12, 1)
            words = f"{column.label}：{series[index]} {number}"
            blocks.append(Block(x, y, round(pitch * 0.76, 1), _height_of(number, top), index, words))
        below += number
    return blocks


def _height_of(number: int, top: int) -> float:
    return round(PLOT_HEIGHT * number / top, 1)
