"""A plea for several people, and words that tell of some of them only."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.status.coverage import UNNAMED, same_persons
from pipeline.status.model import ClauseReading, Profile, Reading
from pipeline.status.scan import take_apart
from pipeline.status.second_reader import Second
from pipeline.text.normal import normalise

_ALL = frozenset({"*"})
_SEVERAL = 2
_COUPLES = tuple(
    frozenset(couple.split())
    for couple in (
        "father mother",
        "grandfather grandmother",
        "maternal_grandfather maternal_grandmother",
        "father_in_law mother_in_law",
        "husband child",
        "wife child",
    )
)


def names_some_only(clauses: Sequence[ClauseReading], profile: Profile) -> bool:
    """Whether these clauses tell of some of the plea's persons only, by name or by number."""
    if clauses and all("fewer" in clause.marks for clause in clauses):
        return True
    if not _is_for_several(profile):
        return False
    named = same_persons(frozenset(person for clause in clauses for person in clause.persons)) - UNNAMED
    if "*" in named or any(_is_of_all(clause) for clause in clauses):
        return False
    if profile.persons >= _ALL:
        return bool(named)
    wanted = profile.persons - UNNAMED
    return bool(named & wanted) and bool(wanted - named)


def speaks_of_some_only(second: Second, profile: Profile) -> bool:
    """Whether of several persons whom the plea names the words name some and not the others, nor all of them."""
    wanted = profile.persons - UNNAMED - _ALL
    if len(wanted) < _SEVERAL or not _is_for_several(profile):
        return False
    parts = [part for one in second.clauses for part in take_apart(normalise(one.quote).text)]
    named = same_persons(frozenset(person for part in parts for person in part.persons))
    is_of_all = any(part.has("all") for part in parts) or "*" in named
    return bool(named & wanted) and bool(wanted - named) and not is_of_all


def _is_for_several(profile: Profile) -> bool:
    """Whether the plea names a number of people, a couple or a household; who is named in passing is none of them."""
    return profile.head_count >= _SEVERAL or any(couple <= profile.persons for couple in _COUPLES)


def _is_of_all(clause: ClauseReading) -> bool:
    return "all" in clause.marks or "都" in clause.text or "全" in clause.text


def leaves_somebody(reading: Reading, profile: Profile) -> bool:
    """Whether it names some of the persons only: it cannot resolve the case, so there is nothing to veto."""
    return names_some_only([clause for clause in reading.clauses if clause.vote == "resolved"], profile)
