"""From clause readings to one reading: what ended, what is still open, which clause decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.status.model import ClauseReading, Reading
from pipeline.status.needs import Profile

_MOVES = frozenset({"enroute", "admission", "treatment", "rescue"})
_OPEN_VOTES = frozenset({"deny", "ask", "reopened"})


@dataclass(frozen=True, slots=True)
class _Votes:
    """The clauses by vote, each with its place in the text."""

    clauses: Sequence[ClauseReading]

    def of(self, *votes: str) -> list[int]:
        return [place for place, clause in enumerate(self.clauses) if clause.vote in votes]

    def last(self, *votes: str) -> int:
        return max(self.of(*votes), default=-1)


def combine(text: str, clauses: tuple[ClauseReading, ...], profile: Profile) -> Reading:
    """One reading of the whole text."""
    votes = _Votes(clauses)
    kind, place, doubt = _outcome(votes, profile)
    chosen = clauses[place] if place >= 0 else None
    ended = [clauses[index] for index in votes.of("resolved", "closed")]
    return Reading(
        kind=kind,
        confidence=_confidence(chosen, votes) if chosen else 0.0,
        quote=text[chosen.start : chosen.end].strip() if chosen else "",
        rule=chosen.rule if chosen else "",
        clauses=clauses,
        settled_persons=frozenset(person for clause in ended for person in clause.persons),
        settled_needs=frozenset(need for clause in ended for need in clause.needs),
        open_persons=_open_persons(votes),
        is_denial=votes.last("deny", "reopened") > votes.last("resolved", "closed"),
        is_asking=votes.last("ask", "plead", "reopened") >= 0,
        doubt=doubt,
    )


def _outcome(votes: _Votes, profile: Profile) -> tuple[str, int, str]:
    """Kind, place of the deciding clause (-1: none), and why a person should look."""
    resolved, closed = votes.last("resolved"), votes.last("closed")
    if closed >= 0:
        return _outcome_of_death(votes, closed, profile)
    if resolved >= 0:
        return _outcome_of_success(votes, resolved, profile)
    reopened = votes.last("reopened")
    if reopened >= 0:
        return "reopened", reopened, ""
    if votes.of("withdrawn", "stop"):
        return _outcome_of_withdrawal(votes)
    doubt = votes.last("doubt")
    if doubt >= 0:
        return "none", doubt, votes.clauses[doubt].rule
    progress = votes.last("progress")
    if progress >= 0:
        return "progress", progress, ""
    return "none", votes.last("deny", "ask"), ""


def _outcome_of_death(votes: _Votes, place: int, profile: Profile) -> tuple[str, int, str]:
    clause = votes.clauses[place]
    others_open = any(
        index > place or votes.clauses[index].persons - clause.persons for index in votes.of(*_OPEN_VOTES)
    )
    if clause.event == "retract":
        return "closed", place, ""
    if others_open or (profile.persons and clause.persons and not profile.persons <= clause.persons):
        return "none", place, "death.one_of_several"
    return "closed", place, ""


def _outcome_of_success(votes: _Votes, place: int, profile: Profile) -> tuple[str, int, str]:
    back = votes.last("reopened")
    if back > place:
        return "reopened", back, ""
    if votes.of("doubt"):
        return "progress", place, votes.clauses[votes.last("doubt")].rule
    still_open = [index for index in votes.of(*_OPEN_VOTES) if index > place and not _is_conceded(votes, index)]
    partial = [index for index in votes.of("progress") if _is_other_person(votes, index, profile)]
    pending = [index for index in votes.of("progress") if index > place and _is_pending(votes, index)]
    if still_open or partial or pending or _speaks_of_fewer(votes):
        return "progress", place, ""
    return "resolved", place, ""


def _is_conceded(votes: _Votes, index: int) -> bool:
    return "concede" in votes.clauses[index].marks


def _is_pending(votes: _Votes, index: int) -> bool:
    """Whether the transport or admission itself is only planned (床位有了, 明早派车送)."""
    clause = votes.clauses[index]
    return clause.state in {"arranged", "promised"} and "tomorrow" in clause.marks and clause.event in _MOVES


def _is_other_person(votes: _Votes, index: int, profile: Profile) -> bool:
    """Whether progress at `index` is of a person, or of a count, that no clause says has been helped."""
    clause = votes.clauses[index]
    helped = {person for place in votes.of("resolved") for person in votes.clauses[place].persons}
    if "partial" in clause.marks or "fewer" in clause.marks:
        return True
    return bool(clause.persons - helped - {"*", "self"}) and bool(clause.persons & (profile.persons or clause.persons))


def _speaks_of_fewer(votes: _Votes) -> bool:
    return all("fewer" in votes.clauses[place].marks for place in votes.of("resolved"))


def _outcome_of_withdrawal(votes: _Votes) -> tuple[str, int, str]:
    withdrawn, stop = votes.last("withdrawn"), votes.last("stop")
    place = withdrawn if withdrawn >= 0 else stop
    if votes.last(*_OPEN_VOTES) >= 0 or votes.of("doubt"):
        return "none", place, "withdrawal.contradicted"
    progress = votes.last("progress")
    if progress >= 0:
        return "progress", progress, "withdrawal.with_progress"
    return "withdrawn", place, ""


def _open_persons(votes: _Votes) -> frozenset[str]:
    settled = {person for place in votes.of("resolved", "closed") for person in votes.clauses[place].persons}
    waiting = {person for place in votes.of("deny", "ask", "progress") for person in votes.clauses[place].persons}
    return frozenset(waiting - settled - {"*"})


def _confidence(chosen: ClauseReading, votes: _Votes) -> float:
    """The rule's confidence, a little higher where thanks or an announced deletion stand beside it."""
    beside = any(clause.event in {"thanks", "delete", "resource"} for clause in votes.clauses)
    return round(min(0.99, chosen.confidence + (0.03 if beside else 0.0)), 2)
