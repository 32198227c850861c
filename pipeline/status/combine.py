"""From clause readings to one reading: what ended, what is still open, which clause decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.status.coverage import UNNAMED, same_persons
from pipeline.status.model import ClauseReading, Profile, Reading

_OPEN_VOTES = ("deny", "ask", "reopened")
_MOVES = frozenset({"enroute", "admission", "treatment", "rescue"})
_TELLING = frozenset({"progress", "deny", "ask", "reopened", "closed", "withdrawn", "doubt"})
# Steps that stay good although the end was denied after them; a mere contact does not.
_STEPS = frozenset({"enroute", "isolation", "tested", "arrived", "stopgap", "admission", "rescue"})
# Said of a relative whom the plea did not name as ill, these are no open need (爸爸作为密接去隔离).
_MINOR = frozenset({"isolation", "tested", "contact", "helped", "arranged"})
# 不要转发 deep in a long text is advice to everybody, not the author's withdrawal.
_SHORT_TEXT = 80
# 血压稳住了: how the person is now, not what ended the need.
_STATES_ONLY = frozenset({"improved", "recovered"})
_BESIDE = frozenset({"thanks", "delete", "resource"})
# 昨天这个时候我们还没有床位: told beside a success, it is what has passed.
_HISTORY = frozenset({"concede", "past"})
_GIVEN_UP = re.compile(r"放弃|想办法|不求了|撤|取消|作废|改主意|决定|选择")
_PUT_OFF = re.compile(r"先|再说|暂时|等")
_NOTHING = Reading("none", 0.0, "", "", ())


@dataclass(frozen=True, slots=True)
class _Votes:
    """The clauses and, for each vote, their places in the text in order."""

    clauses: Sequence[ClauseReading]
    places: dict[str, list[int]]

    def of(self, *votes: str) -> list[int]:
        if len(votes) == 1:
            return self.places.get(votes[0], [])
        return sorted(place for vote in votes for place in self.places.get(vote, ()))

    def last(self, *votes: str) -> int:
        latest = -1
        for vote in votes:
            places = self.places.get(vote)
            if places and places[-1] > latest:
                latest = places[-1]
        return latest


def combine(text: str, clauses: tuple[ClauseReading, ...], profile: Profile) -> Reading:
    """One reading of the whole text."""
    if not clauses:
        return _NOTHING
    places = _places(clauses)
    if places.keys() <= {"none"}:
        return Reading("none", 0.0, "", "", clauses)
    return _weigh(text, _Votes(clauses, places), profile)


def _places(clauses: Sequence[ClauseReading]) -> dict[str, list[int]]:
    """Where each vote stands. A success that the plea did not ask for counts only where nothing else is said."""
    places: dict[str, list[int]] = {}
    for place, clause in enumerate(clauses):
        places.setdefault(clause.vote, []).append(place)
    fitting = [place for place in places.get("resolved", ()) if "other_need" not in clauses[place].marks]
    if "resolved" in places and (fitting or places.keys() & _TELLING):
        del places["resolved"]
        if fitting:
            places["resolved"] = fitting
    return places


def _weigh(text: str, votes: _Votes, profile: Profile) -> Reading:
    clauses = votes.clauses
    kind, place, doubt = _outcome(votes, profile)
    if kind == "resolved":
        place = _telling_place(votes, profile)
    chosen = clauses[place] if place >= 0 else None
    ended = [clauses[index] for index in votes.of("resolved", "closed")]
    return Reading(
        kind=kind,
        confidence=_confidence(chosen, clauses) if chosen else 0.0,
        quote=text[chosen.start : chosen.end].strip() if chosen else "",
        rule=chosen.rule if chosen else "",
        clauses=tuple(clauses),
        settled_persons=frozenset(person for clause in ended for person in clause.persons),
        settled_needs=frozenset(need for clause in ended for need in clause.needs),
        open_persons=_open_persons(votes),
        is_denial=votes.last("deny", "reopened") > votes.last("resolved", "closed"),
        is_asking=votes.last("ask", "plead", "reopened") >= 0,
        doubt=doubt,
    )


def _telling_place(votes: _Votes, profile: Profile) -> int:
    """The success to quote: one that ends what was asked before one of a better state, then the last."""

    def rank(place: int) -> tuple[int, int, bool, int]:
        clause = votes.clauses[place]
        fit = 2 * bool(clause.needs & profile.asked) + bool(clause.needs & profile.needs)
        return fit, int("fewer" not in clause.marks), clause.event not in _STATES_ONLY, place

    return max(votes.of("resolved"), key=rank)


def _outcome(votes: _Votes, profile: Profile) -> tuple[str, int, str]:
    """Kind, place of the deciding clause (-1: none), and why a person should look."""
    if "closed" in votes.places:
        return _outcome_of_death(votes, votes.last("closed"), profile)
    if "resolved" in votes.places:
        return _outcome_of_success(votes, votes.last("resolved"), profile)
    if "reopened" in votes.places:
        return "reopened", votes.last("reopened"), ""
    if votes.of("withdrawn", "stop"):
        return _outcome_of_withdrawal(votes)
    return _outcome_of_the_rest(votes)


def _outcome_of_the_rest(votes: _Votes) -> tuple[str, int, str]:
    if "doubt" in votes.places:
        doubt = votes.last("doubt")
        return "none", doubt, votes.clauses[doubt].rule
    denied = votes.last("deny")
    steps = [index for index in votes.of("progress") if index > denied or _is_step(votes.clauses[index])]
    if steps:
        return "progress", steps[-1], ""
    hinted = votes.last("hint")
    if hinted > denied:
        is_hedged = "hedged" in votes.clauses[hinted].marks
        return "none", hinted, "happened.hedged" if is_hedged else "happened.alone"
    return "none", votes.last("deny", "ask"), ""


def _is_step(clause: ClauseReading) -> bool:
    return clause.event in _STEPS and clause.state in {"done", "none"}


def _outcome_of_death(votes: _Votes, place: int, profile: Profile) -> tuple[str, int, str]:
    clause = votes.clauses[place]
    if clause.event == "retract":
        return _outcome_of_retraction(votes, place)
    others_open = any(_is_of_another(votes.clauses[index], clause) for index in votes.of(*_OPEN_VOTES)) or (
        votes.last("ask") > place
    )
    wanted, is_the_end = profile.persons - UNNAMED, bool(votes.of("withdrawn", "stop"))
    if others_open or (wanted and clause.persons and not wanted <= same_persons(clause.persons) and not is_the_end):
        return "none", place, "death.one_of_several"
    return "closed", place, ""


def _outcome_of_retraction(votes: _Votes, place: int) -> tuple[str, int, str]:
    """消息不实 beside a success is a contradiction."""
    if "resolved" not in votes.places:
        return "closed", place, ""
    return "none", place, "withdrawal.contradicted"


def _is_of_another(clause: ClauseReading, death: ClauseReading) -> bool:
    """Whether an open need is of somebody by name who has not died; 没有等到床位 after a death is the story of it."""
    return bool(clause.persons - death.persons - {"*", "self"})


def _outcome_of_success(votes: _Votes, place: int, profile: Profile) -> tuple[str, int, str]:
    back = votes.last("reopened")
    if back > place:
        return "reopened", back, ""
    doubts = [index for index in votes.of("doubt") if not votes.clauses[index].marks & _HISTORY]
    if doubts:
        return "progress", place, votes.clauses[doubts[-1]].rule
    return ("progress" if _is_incomplete(votes, place, profile) else "resolved"), place, ""


def _is_incomplete(votes: _Votes, place: int, profile: Profile) -> bool:
    """Whether something is still open beside the success at `place`, or the success itself is only told in passing."""
    return _goes_on_asking(votes, place) or _is_weak(votes) or _leaves_somebody(votes, place, profile)


def _goes_on_asking(votes: _Votes, place: int) -> bool:
    return any(index > place and not votes.clauses[index].marks & _HISTORY for index in votes.of(*_OPEN_VOTES))


def _is_weak(votes: _Votes) -> bool:
    """Whether every success is of a part, stands in the form of a plea, or lacks 已 and 了 in a text that asks."""
    successes = [votes.clauses[index] for index in votes.of("resolved")]
    if all(clause.marks & {"fewer", "in_form"} for clause in successes):
        return True
    return bool(votes.of("deny", "ask", "plead")) and not any(_is_explicit(clause) for clause in successes)


def _leaves_somebody(votes: _Votes, place: int, profile: Profile) -> bool:
    """Whether progress is of somebody else, or still to come; who says that no more is asked waits for nothing."""
    is_content = votes.last("stop") > place
    return any(
        _is_other_person(votes, index, profile)
        or (index > place and not is_content and _is_pending(votes.clauses[index]))
        for index in votes.of("progress")
    )


def _is_explicit(clause: ClauseReading) -> bool:
    """Whether it says 已 or 了: in a text that also asks, less than that is no success."""
    return bool(clause.marks & {"done_before", "finished"})


def _is_pending(clause: ClauseReading) -> bool:
    """Whether the transport or admission itself is only planned (床位有了, 明早派车送), or still under way."""
    if clause.event == "enroute" and "正在" in clause.text:
        return True
    return clause.state in {"arranged", "promised"} and "tomorrow" in clause.marks and clause.event in _MOVES


def _is_other_person(votes: _Votes, index: int, profile: Profile) -> bool:
    """Whether progress at `index` is of a person, or of a count, that no clause says has been helped."""
    clause = votes.clauses[index]
    if "partial" in clause.marks or "fewer" in clause.marks or clause.event == "stopgap":
        return True
    helped = {person for place in votes.of("resolved") for person in votes.clauses[place].persons}
    waiting = clause.persons - helped - {"*", "self"}
    needing = profile.persons if clause.event in _MINOR else profile.persons or waiting
    return bool(waiting & needing)


def _outcome_of_withdrawal(votes: _Votes) -> tuple[str, int, str]:
    withdrawn, stop = votes.last("withdrawn"), votes.last("stop")
    place = withdrawn if withdrawn >= 0 else stop
    if votes.last(*_OPEN_VOTES) >= 0 or "doubt" in votes.places:
        return "none", place, "withdrawal.contradicted"
    if withdrawn < 0 and votes.clauses[stop].end > _SHORT_TEXT:
        return "none", place, "withdrawal.in_a_long_text"
    progress = votes.last("progress")
    if progress >= 0:
        return "progress", progress, "withdrawal.with_progress"
    if not _is_decided(votes.clauses):
        return "none", place, "withdrawal.alone"
    return "withdrawn", place, ""


def _is_decided(clauses: Sequence[ClauseReading]) -> bool:
    """Whether the author gives the plea up in so many words (放弃了, 求助撤了) and for good: 不用转了 alone may only be
    tiredness, and 先撤了，等解封再说 is put off."""
    words = [clause.text for clause in clauses if clause.vote == "withdrawn"]
    return any(_GIVEN_UP.search(word) for word in words) and not any(_PUT_OFF.search(word) for word in words)


def _open_persons(votes: _Votes) -> frozenset[str]:
    settled = {person for place in votes.of("resolved", "closed") for person in votes.clauses[place].persons}
    waiting = {person for place in votes.of("deny", "ask", "progress") for person in votes.clauses[place].persons}
    return frozenset(waiting - settled - {"*"})


def _confidence(chosen: ClauseReading, clauses: Sequence[ClauseReading]) -> float:
    """The rule's confidence, a little higher where thanks or an announced deletion stand beside it."""
    beside = any(clause.event in _BESIDE for clause in clauses)
    return round(min(0.99, chosen.confidence + (0.03 if beside else 0.0)), 2)
