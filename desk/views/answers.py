"""An answer as the page shows it: for each case one sentence, the words it stands on, and how far it spread."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from desk.channels import Channel, channels_for
from desk.questions import Reply
from pipeline.asking.answer import Candidate
from pipeline.store.caseview import CaseGlance, CaseView, count_copies
from pipeline.store.database import Store
from pipeline.store.desk_case import place_of_case

COPY_ROLES = frozenset({"repost", "copy", "screenshot", "round_up"})
_ENDS = frozenset({"resolved", "withdrawn", "closed"})
_LEVELS = {"open": "bad", "in_progress": "warn", "resolved": "good"}


@dataclass(frozen=True, slots=True)
class Card:
    """One case in an answer. `sentence` names the words that tell its status; `level` its colour."""

    case: sqlite3.Row
    update: sqlite3.Row | None
    origin: sqlite3.Row | None
    sentence: str
    level: str
    copy_count: int
    late_count: int
    score: float
    reason: str
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A question with its outcome: match, candidates or none; `problem` where it could not be answered."""

    kind: str
    asked: str
    outcome: str
    cards: tuple[Card, ...]
    problem: str


def show_reply(store: Store, reply: Reply) -> ShownReply:
    """The reply for the page."""
    if reply.answered is None:
        return ShownReply(reply.kind, reply.asked, "none", (), reply.problem)
    answer = reply.answered.answer
    cards = tuple(_card(store, one, reply.answered.views[one.case_id]) for one in answer.candidates)
    return ShownReply(reply.kind, reply.asked, answer.outcome, cards, "")


def _card(store: Store, candidate: Candidate, view: CaseGlance) -> Card:
    return Card(
        case=view.case,
        update=view.update_in_force,
        origin=view.origin,
        sentence=sentence_of(view),
        level=_LEVELS.get(view.case["status"], ""),
        copy_count=count_copies(store, candidate.case_id),
        late_count=candidate.late_count,
        score=candidate.score,
        reason=candidate.reason,
        channels=channels_of(store, view.case),
    )


def origin_of(view: CaseView) -> sqlite3.Row | None:
    """The first post of a case."""
    return next((post for post in view.posts if post["post_id"] == view.case["origin_post_id"]), None)


def sentence_of(view: CaseView | CaseGlance) -> str:
    """Which words tell how the case stands: by its status, for an end by who said it, and by whether it is in doubt."""
    status, update = str(view.case["status"]), view.update_in_force
    source = update["source"] if update is not None else ""
    if status in _ENDS and view.case["needs_review"]:
        # Nothing is declared over on thin evidence; the answer card says the same.
        return "resolved_author_review" if (status, source) == ("resolved", "author") else f"{status}_review"
    return f"{status}_{source}" if status in ("resolved", "in_progress") and source else status


def channels_of(store: Store, case: sqlite3.Row) -> tuple[Channel, ...]:
    """Where to turn, for a case that still waits."""
    if case["status"] not in ("open", "in_progress"):
        return ()
    place = place_of_case(store, case["origin_post_id"])
    places = [case["district"]] if place is None else [case["district"], place["city"], place["province"]]
    return tuple(channels_for(places, case["category"])[:4])
