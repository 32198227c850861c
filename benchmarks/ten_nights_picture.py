"""The curve of ten nights, as SVG or PNG by altair (extra `analyst`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ten_nights_measure import Figures
from benchmarks.ten_nights_run import Way


def draw(measured: Sequence[tuple[Way, Figures]], path: Path) -> None:
    """Above: the share of updates of spreading cases seen in time, night by night. Below: requests."""
    import altair as alt

    rows = [
        {
            "night": one.night,
            "way": way.name,
            "requests": one.requests,
            "share": one.in_time / one.due if one.due else None,
        }
        for way, figures in measured
        for one in figures.nights
    ]
    ways = [way.name for way, _figures in measured]
    base: Any = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("night:O", title="night", axis=alt.Axis(labelAngle=0)),
        color=alt.Color("way:N", scale=alt.Scale(domain=ways), title=None),
    )
    share = base.mark_line(point=True).encode(
        y=alt.Y("share:Q", title="updates seen in time", scale=alt.Scale(domain=[0.0, 1.0]), axis=alt.Axis(format="%"))
    )
    bar = alt.Chart(alt.Data(values=[{"y": 0.95}])).mark_rule(strokeDash=[4, 4], color="gray").encode(y="y:Q")
    requests = base.mark_line(point=True).encode(y=alt.Y("requests:Q", title="requests a night"))
    chart = alt.vconcat(
        (share + bar).properties(width=560, height=220, title="Updates of cases that still spread, in time"),
        requests.properties(width=560, height=160),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.save(str(path), scale_factor=2) if path.suffix == ".png" else chart.save(str(path))
