"""The last night as a Prometheus textfile, for node_exporter's textfile collector; written at the end of a night.

Format: the text exposition format 0.0.4. A test reads it with prometheus-client, which is not needed to write it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.store.nights import Standing
from pipeline.store.runs import RunSource

WHOLE = "*"
_OUTCOMES = ("done", "partial", "failed")

Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class NightFigures:
    """What is told of a night. Times are aware; `sources` has a row `*` a source with its sums.

    `orders` are the re-check's, by what became of them: read, refused, left.
    """

    started_at: datetime
    finished_at: datetime
    outcome: str
    sources: Sequence[RunSource]
    standing: Standing
    orders: Mapping[str, int]


def render_metrics(night: NightFigures) -> str:
    """The whole text."""
    return "".join(f"{line}\n" for line in _lines(night))


def replace_file(path: Path, text: str) -> None:
    """Put `text` at `path` in one step: a collector never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def _lines(night: NightFigures) -> Iterator[str]:
    standing, wholes = night.standing, [one for one in night.sources if one.query == WHOLE]
    queries = [one for one in night.sources if one.query != WHOLE]
    yield from _gauge(
        "night_started_timestamp_seconds", "when the last night began", [({}, _seconds(night.started_at))]
    )
    yield from _gauge("night_finished_timestamp_seconds", "when it ended", [({}, _seconds(night.finished_at))])
    outcomes = [({"outcome": name}, int(night.outcome == name)) for name in _OUTCOMES]
    yield from _gauge("night_outcome", "1 for how it ended", outcomes)
    for field, about in (
        ("requested", "requests planned"),
        ("seen", "observations handed over"),
        ("new", "posts seen for the first time"),
        ("changed", "known posts that changed"),
        ("refused", "requests without an answer"),
        ("complete", "1 where every query of the source was covered"),
    ):
        samples = [({"source": one.source}, int(getattr(one, field))) for one in wholes]
        yield from _gauge(f"source_{field}", f"{about}, in the last night", samples)
    covered = [({"source": one.source, "query": one.query}, int(one.complete)) for one in queries]
    yield from _gauge("query_complete", "1 where the last night covered the query", covered)
    orders = [({"outcome": outcome}, count) for outcome, count in sorted(night.orders.items())]
    yield from _gauge("recheck_orders", "cases to look at again in the last night, by what became of it", orders)
    cases = [({"status": "open"}, standing.open), ({"status": "in_progress"}, standing.in_progress)]
    yield from _gauge("cases", "cases that still need something, by status", cases)
    yield from _gauge("cases_to_review", "cases that ask for a person", [({}, standing.reviews)])
    yield from _gauge("stale_posts", "posts that still ask although help came", [({}, standing.stale)])


def _gauge(name: str, about: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP houxu_{name} {about}"
    yield f"# TYPE houxu_{name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escape(text)}"' for label, text in labels.items())
        yield f"houxu_{name}{{{inside}}} {value}" if inside else f"houxu_{name} {value}"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
