"""When has the author withdrawn the plea by deleting it? Seen twice, hours apart, with nothing but refusals between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.status.model import Policy, Sighting

# Looks that were refused or say nothing of the author's will: they neither confirm nor end a run of deletions.
_SILENT = frozenset({"blocked", "not_found"})


@dataclass(frozen=True, slots=True)
class Deletion:
    """The author's own deletion: first seen, and seen again late enough to believe it."""

    first_seen_at: datetime
    confirmed_at: datetime


def find_deletion(sightings: Iterable[Sighting], policy: Policy, now: datetime) -> Deletion | None:
    """The deletion that stands at `now`, or None. A later sight of the post, or another reason, undoes it."""
    if not policy.deletion_means_withdrawn:
        return None
    ordered = sorted(
        (sighting for sighting in sightings if sighting.observed_at <= now),
        key=lambda sighting: (sighting.observed_at, sighting.availability),
    )
    first: datetime | None = None
    confirmed: datetime | None = None
    for sighting in ordered:
        if sighting.availability == "deleted_by_author":
            first = first or sighting.observed_at
            if confirmed is None and sighting.observed_at - first >= timedelta(hours=policy.deletion_gap_hours):
                confirmed = sighting.observed_at
        elif sighting.availability not in _SILENT:
            first = confirmed = None
    return Deletion(first, confirmed) if first and confirmed else None
