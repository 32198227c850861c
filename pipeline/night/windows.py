"""How far back a night must reach: to where each query was last known completely, so that a hole is filled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.store.nights import PastSource
from pipeline.store.recheck import Target
from pipeline.times import from_text, to_text

WHOLE = "*"
# A search lists a post some time after it was published, so what a complete night knew ends a little before it began.
_OVERLAP = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back nights look: usually `window`, to fill a hole at most `longest`."""

    window: timedelta
    longest: timedelta

    def start_of(self, query: str, past: Sequence[PastSource], now: datetime) -> datetime:
        """From when on a query's past is to be looked through at `now`."""
        usual = now - self.window
        own = [one for one in past if one.source.query == query]
        if not own:
            return usual
        complete = [one.started_at for one in own if one.source.complete]
        known_until = complete[-1] - _OVERLAP if complete else own[0].started_at - self.window
        return min(usual, max(known_until, now - self.longest))


def order_by_holes(keywords: Sequence[str], starts: Mapping[str, datetime], usual: datetime) -> tuple[str, ...]:
    """Those that reach furthest back first; otherwise in their order. `usual` holds where `starts` says nothing."""
    return tuple(sorted(keywords, key=lambda keyword: starts.get(keyword, usual)))


def read_again(targets: Sequence[Target], past: Sequence[PastSource], query: str) -> list[Target]:
    """Targets whose authors are known only until the last night in which no author's page was refused.

    A page limit that was reached does not count: another night would reach it again.
    """
    own = [one for one in past if one.source.query == query]
    dead = {one.started_at for one in past if one.source.query == WHOLE and one.source.note}
    read = [one.started_at for one in own if not one.source.refused and one.started_at not in dead]
    last = max((one.started_at for one in past), default=None)
    if last is None or (read and read[-1] == last):
        return list(targets)
    known_until = read[-1] if read else None
    return [_known_until(target, known_until) for target in targets]


def _known_until(target: Target, moment: datetime | None) -> Target:
    if target.checked_at is None or moment is None:
        return replace(target, checked_at=None)
    return replace(target, checked_at=to_text(min(from_text(target.checked_at), moment)))
