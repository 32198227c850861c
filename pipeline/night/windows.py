"""How far back a night must reach: to where each query was last known completely, so that a hole is filled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.store.nights import PastSource

# A search lists a post some time after it was published, so what a complete night knew ends a little before it began.
_OVERLAP = timedelta(hours=2)
WHOLE = "*"  # a source's own row, of no query


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


def find_holes(past: Sequence[PastSource], reach: Reach, now: datetime) -> Mapping[str, datetime]:
    """From when on the queries of a source are to be asked that reach further back than usual at `now`."""
    queries = {one.source.query for one in past} - {WHOLE}
    starts = {query: reach.start_of(query, past, now) for query in sorted(queries)}
    return {query: start for query, start in starts.items() if start < now - reach.window}
