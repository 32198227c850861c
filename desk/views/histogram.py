"""Copies over time as columns: where each block stands. The template only writes the numbers down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.showing import dated
from pipeline.report.charts import Block, Tick, round_up_axis

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 170, 30, 8, 12, 24
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
_STEPS_HOURS = (1, 2, 3, 6, 12, 24, 48, 168, 720)
_MOST_COLUMNS = 36
_CHINA = timedelta(hours=8)
SERIES = ("before", "after_quiet", "after_asking")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A copy's time, and its series: 0 before the answer, 1 after it without asking, 2 after it and still asking."""

    at: datetime
    series: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """A drawn histogram. `rows` are its numbers for a table; `mark` is where the answer stands, if it does."""

    step_hours: int
    blocks: tuple[Block, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    mark: float | None
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def draw(sightings: Sequence[Sighting], answered_at: datetime | None) -> Histogram | None:
    """The histogram of the copies; None where there is none."""
    if not sightings:
        return None
    first, last = min(one.at for one in sightings), max(one.at for one in sightings)
    hours = _step_for(last - first)
    start = _floor(first, hours)
    count = int((last - start) / timedelta(hours=hours)) + 1
    numbers = [[0] * len(SERIES) for _ in range(count)]
    for one in sightings:
        numbers[int((one.at - start) / timedelta(hours=hours))][one.series] += 1
    labels = [dated(start + timedelta(hours=hours * k))[5:] for k in range(count)]
    rows = tuple((label, tuple(row)) for label, row in zip(labels, numbers, strict=True))
    top = round_up_axis(max(sum(row) for row in numbers))
    pitch = _PLOT_WIDTH / count
    return Histogram(
        step_hours=hours,
        blocks=tuple(block for k, row in enumerate(rows) for block in _blocks(k, row, pitch, top)),
        x_ticks=_x_ticks(labels, pitch),
        y_ticks=tuple(
            Tick(round(TOP + _PLOT_HEIGHT * (1 - share), 1), str(round(top * share))) for share in (0, 0.5, 1)
        ),
        mark=_mark(answered_at, start, timedelta(hours=hours * count)),
        rows=tuple(row for row in rows if any(row[1])),
    )


def _step_for(span: timedelta) -> int:
    hours = span.total_seconds() / 3600
    return next((step for step in _STEPS_HOURS if hours / step < _MOST_COLUMNS - 1), max(int(hours / 30), 720))


def _floor(moment: datetime, hours: int) -> datetime:
    """The start of the step that a time lies in, counted from midnight in China."""
    seconds = int((moment + _CHINA).timestamp())
    return datetime.fromtimestamp(seconds - seconds % (hours * 3600), UTC) - _CHINA


def _blocks(place: int, row: tuple[str, tuple[int, ...]], pitch: float, top: int) -> list[Block]:
    label, numbers = row
    blocks, below = [], 0
    for series, number in enumerate(numbers):
        if number:
            height = _PLOT_HEIGHT * number / top
            y = TOP + _PLOT_HEIGHT * (1 - below / top) - height
            x = LEFT + place * pitch + pitch * 0.1
            blocks.append(
                Block(round(x, 1), round(y, 1), round(pitch * 0.8, 1), round(height, 1), series, f"{label} · {number}")
            )
        below += number
    return blocks


def _x_ticks(labels: Sequence[str], pitch: float) -> tuple[Tick, ...]:
    every = max(1, round(80 / pitch))
    return tuple(Tick(round(LEFT + (k + 0.5) * pitch, 1), labels[k]) for k in range(0, len(labels), every))


def _mark(answered_at: datetime | None, start: datetime, span: timedelta) -> float | None:
    if answered_at is None or not start <= answered_at <= start + span:
        return None
    return round(LEFT + _PLOT_WIDTH * ((answered_at - start) / span), 1)
