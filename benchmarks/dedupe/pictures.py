"""Recall by kind of change against the peers, and time against the number of posts, as pictures by altair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.dedupe.contest import Recalls
from benchmarks.dedupe.growth import Growth


def draw_recalls(recalls: Mapping[str, Recalls], posts: int, path: Path) -> None:
    """A table of squares: a row for each contender, a column for each change, the recall written in."""
    import altair as alt

    rows = [
        {"contender": name, "change": f"{change} ({pairs})", "recall": round(recall, 2)}
        for name, of_contender in recalls.items()
        for change, (recall, pairs) in of_contender.items()
    ]
    base: Any = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("change:N", title="change (pairs of it)", sort=None, axis=alt.Axis(labelAngle=-40)),
        y=alt.Y("contender:N", title=None, sort=None),
    )
    squares = base.mark_rect().encode(
        color=alt.Color("recall:Q", scale=alt.Scale(scheme="yellowgreenblue", domain=[0, 1]), title="recall")
    )
    figures = base.mark_text(fontSize=11).encode(
        text=alt.Text("recall:Q", format=".2f"),
        color=alt.condition("datum.recall > 0.6", alt.value("white"), alt.value("black")),
    )
    _save((squares + figures).properties(width=640, title=f"Recall by kind of change, {posts:,} posts"), path)


def draw_growth(grown: Sequence[Growth], path: Path) -> None:
    """Above: processor time a post against the number of posts. Below: peak memory."""
    import altair as alt

    rows = [{"posts": one.posts, "time": one.microseconds, "memory": one.gigabytes} for one in grown]
    base: Any = alt.Chart(alt.Data(values=rows)).mark_line(point=True)
    base = base.encode(x=alt.X("posts:Q", scale=alt.Scale(type="log"), title="posts"))
    zero = alt.Scale(zero=True)
    time = base.encode(y=alt.Y("time:Q", title="processor µs a post", scale=zero))
    memory = base.encode(y=alt.Y("memory:Q", title="peak GB", scale=zero))
    _save(alt.vconcat(time.properties(width=560, height=200), memory.properties(width=560, height=140)), path)


def _save(chart: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.save(str(path), scale_factor=2) if path.suffix == ".png" else chart.save(str(path))
