"""How far back a night must reach: to where each query was last known completely, so that a hole is filled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.store.nights import PastSource

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
