"""Whether a success may be believed as it stands, or is only a hint: what hedges it, and what stands by it."""

from __future__ import annotations

from dataclasses import replace

from pipeline.status.hedges import has_relief, is_hedged
from pipeline.status.model import ClauseReading, Profile

# Rules that take something seen to happen for the end.
SEEN_RULES = frozenset({"happened", "found.voice"})


def only_backed(clauses: tuple[ClauseReading, ...], news: str, profile: Profile) -> tuple[ClauseReading, ...]:
    """The clauses with successes made mere hints where the new words speak against them, or nothing stands by them."""
    successes = [clause for clause in clauses if clause.vote == "resolved"]
    if any("done_before" in clause.marks or _answers(clause, profile) for clause in successes):
        return clauses
    hedged, relieved = is_hedged(news), has_relief(news)
    seen_counts = not hedged and (relieved or any(_meets(clause, profile) for clause in successes))
    done_counts = relieved or not hedged
    if seen_counts and done_counts:
        return clauses
    beside = frozenset({"hedged"}) if hedged else frozenset()
    return tuple(
        replace(clause, vote="hint", marks=clause.marks | beside)
        if clause.vote == "resolved" and not (seen_counts if clause.rule in SEEN_RULES else done_counts)
        else clause
        for clause in clauses
    )


def _answers(clause: ClauseReading, profile: Profile) -> bool:
    """Whether it states outright that the plea's person has what the plea needs (妈妈的药拿到了)."""
    is_stated = clause.rule not in SEEN_RULES
    return is_stated and bool(clause.persons & profile.persons) and bool(clause.needs & profile.needs)


def _meets(clause: ClauseReading, profile: Profile) -> bool:
    """Whether it is one of the things that the plea asked for."""
    return bool(clause.needs & profile.needs)
