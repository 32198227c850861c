"""How often the status is right, how often a plea is wrongly called resolved, and whether the stale flags hold."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluation.worlds import Expectation, World
from pipeline.importing import import_paths
from pipeline.places import places_of
from pipeline.process import process
from pipeline.settings import Settings
from pipeline.store.database import Store, open_store
from pipeline.store.outcomes import read_outcomes
from pipeline.times import parse_time

STATUSES = ("open", "in_progress", "resolved", "withdrawn", "closed")
NO_CASE = "no_case"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What houxu made of one case of a world, beside what was expected."""

    world: World
    expected: Expectation
    status: str
    needs_review: bool
    stale: frozenset[str]
    late: frozenset[str]

    @property
    def is_right(self) -> bool:
        """Whether the status is the expected one."""
        return self.status == self.expected.status

    @property
    def is_false_resolved(self) -> bool:
        """The error that can cost a person help."""
        return self.status == "resolved" and self.expected.status != "resolved"


def run_worlds(worlds: Iterable[World], settings: Settings, progress: Callable[[int], None]) -> Iterator[Outcome]:
    """Import and process each world in a store of its own."""
    for number, world in enumerate(worlds, 1):
        with tempfile.TemporaryDirectory(prefix="houxu-evaluate-") as folder:
            yield from _run_world(world, settings, Path(folder))
        progress(number)


def _run_world(world: World, settings: Settings, folder: Path) -> list[Outcome]:
    now = parse_time(world.now)
    path = folder / "world.jsonl"
    path.write_text("".join(f"{line}\n" for line in world.lines), encoding="utf-8")
    places = places_of(folder / "world.db", settings)
    store = open_store(places.db_path)
    import_paths(store, places, settings, [path], now, lambda _: None)
    process(store, places, settings, now, lambda _: None)
    outcomes = [_outcome(world, expected, store) for expected in world.expectations]
    store.close()
    return outcomes


def _outcome(world: World, expected: Expectation, store: Store) -> Outcome:
    found = read_outcomes(store, expected.origin_post_id)
    if found is None:
        return Outcome(world, expected, NO_CASE, needs_review=False, stale=frozenset(), late=frozenset())
    return Outcome(world, expected, found.status, found.needs_review, found.stale, found.late)


@dataclass(frozen=True, slots=True)
class Score:
    """Rates over all cases; None where there was nothing to be right or wrong about."""

    cases: int
    accuracy: float
    macro_f1: float
    false_resolved: int
    review_accuracy: float | None
    stale_precision: float | None
    stale_recall: float | None
    late_precision: float | None
    late_recall: float | None
    confusion: dict[tuple[str, str], int]


def score(outcomes: Sequence[Outcome]) -> Score:
    """Sum up. A post in neither `stale` nor `not_stale` was not judged and does not count."""
    confusion = Counter((one.expected.status, one.status) for one in outcomes)
    judged = [one for one in outcomes if one.expected.needs_review is not None]
    stale = [_tally(one.stale, one.expected.stale, one.expected.not_stale) for one in outcomes]
    late = [_tally(one.late, one.expected.late, one.expected.not_stale | one.expected.stale) for one in outcomes]
    return Score(
        cases=len(outcomes),
        accuracy=_rate(sum(one.is_right for one in outcomes), len(outcomes)) or 0.0,
        macro_f1=_macro_f1(confusion),
        false_resolved=sum(one.is_false_resolved for one in outcomes),
        review_accuracy=_rate(sum(one.needs_review == one.expected.needs_review for one in judged), len(judged)),
        stale_precision=_rate(sum(t[0] for t in stale), sum(t[0] + t[1] for t in stale)),
        stale_recall=_rate(sum(t[0] for t in stale), sum(t[0] + t[2] for t in stale)),
        late_precision=_rate(sum(t[0] for t in late), sum(t[0] + t[1] for t in late)),
        late_recall=_rate(sum(t[0] for t in late), sum(t[0] + t[2] for t in late)),
        confusion=dict(confusion),
    )


def _tally(found: frozenset[str], wanted: frozenset[str], unwanted: frozenset[str]) -> tuple[int, int, int]:
    """Right, wrongly found, and missed."""
    return len(found & wanted), len(found & (unwanted - wanted)), len(wanted - found)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _macro_f1(confusion: Counter[tuple[str, str]]) -> float:
    values = []
    for status in STATUSES:
        right = confusion[status, status]
        wanted = sum(count for (expected, _), count in confusion.items() if expected == status)
        found = sum(count for (_, got), count in confusion.items() if got == status)
        if wanted:
            values.append(2 * right / (wanted + found))
    return sum(values) / len(values) if values else 0.0
