"""When has the author withdrawn the plea by deleting it? Seen twice, hours apart, with nothing but refusals between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.status.model import CaseFile, Policy, Sighting, Utterance
from pipeline.status.second_reader_features import new_words

# Looks that were refused or say nothing of the author's will: they neither confirm nor end a run of deletions.
_SILENT = frozenset({"blocked", "not_found"})
# The share of a plea that must stand in a later post for it to be the same once more.
_MOST = 0.6
# The words of a deleted plea are forgotten; then a post of its length may have been the plea once more.
_OWN_POSTS = frozenset({"post", "plea"})
_LIKE_A_PLEA = 40


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


def is_posted_anew(case_file: CaseFile, deleted_at: datetime) -> bool:
    """Whether the author had posted most of the plea once more before deleting it (a wrong number corrected)."""
    plea = case_file.plea
    later = (word for word in (*case_file.words, *case_file.other_pleas) if word.post_id != plea.post_id)
    return any(
        word.speaker == "author" and plea.said_at < word.said_at <= deleted_at and _repeats(plea.text, word)
        for word in later
        if word.repost_of is None
    )


def _repeats(plea_text: str, word: Utterance) -> bool:
    if not plea_text:
        return word.form in _OWN_POSTS and len(word.text) >= _LIKE_A_PLEA
    repeated = len(word.text) - len(new_words(plea_text, word.text))
    return repeated >= _MOST * len(plea_text)
