"""From what the desk knows to what the API says."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from desk.api import models
from desk.context import Visit
from desk.views.answers import Card, ShownReply, sentence_of
from desk.views.queue_items import Item
from desk.words import say
from pipeline.store.caseview import CaseView
from pipeline.store.desk_acts import Act, acts_on_cases
from pipeline.store.desk_case import names_of_case
from pipeline.store.desk_claims import Claim
from pipeline.times import to_text

POSTS_A_PAGE = 200


def tell_answer(visit: Visit, reply: ShownReply) -> models.AnswerOut:
    """The answer to one question."""
    return models.AnswerOut.model_validate(
        {
            "kind": reply.kind,
            "asked": reply.asked,
            "outcome": reply.outcome,
            "problem": reply.problem,
            "candidates": [_candidate(visit, card) for card in reply.cards],
        }
    )


def _candidate(visit: Visit, card: Card) -> models.CandidateOut:
    case, origin = card.case, card.origin
    return models.CandidateOut(
        case_id=case["case_id"],
        status=case["status"],
        sentence=say(visit.language, f"sentence.{card.sentence}"),
        words=_words(card.update),
        needs_review=bool(case["needs_review"]),
        review_reason=case["review_reason"],
        origin_post_id=case["origin_post_id"],
        origin_url=origin["url"] if origin else None,
        origin_certainty=case["origin_certainty"],
        posted_at=origin["posted_at"] if origin else None,
        category=case["category"],
        district=case["district"],
        copies=card.copy_count,
        after_the_answer=card.late_count,
        stale=case["stale_count"],
        last_verified_at=case["last_verified_at"],
        score=card.score,
        reason=card.reason,
    )


def _words(update: sqlite3.Row | None) -> models.Words | None:
    if update is None:
        return None
    return models.Words(quote=update["quote"], source=update["source"], said_at=update["said_at"], url=update["url"])


def tell_case(visit: Visit, view: CaseView, page: int) -> models.CaseOut:
    """A case with page `page` (from 1) of its posts."""
    page_count = max(1, -(-len(view.posts) // POSTS_A_PAGE))
    page = min(page, page_count)
    listed = view.posts[(page - 1) * POSTS_A_PAGE : page * POSTS_A_PAGE]
    told = {
        **dict(view.case),
        "sentence": say(visit.language, f"sentence.{sentence_of(view)}"),
        "words": _words(view.update_in_force),
        "updates": [dict(row) for row in view.updates],
        "posts": [dict(row) for row in listed],
        "page": page,
        "page_count": page_count,
        "links": [dict(row) for row in view.links],
        "acts": [
            tell_act(act) for act in acts_on_cases(visit.people, names_of_case(visit.store, view.case["case_id"]))
        ],
    }
    return models.CaseOut.model_validate(told)


def tell_act(act: Act) -> models.ActOut:
    """What somebody did."""
    conclusion = act.effect.conclusion
    return models.ActOut(
        act_id=act.act_id,
        kind=act.kind,
        case_id=act.case_id,
        status=conclusion.status if conclusion else None,
        by=act.by,
        at=to_text(act.at),
        reason=act.reason,
        state=act.state,
        reviewed_by=act.reviewed_by,
    )


def tell_item(item: Item, claims: Mapping[str, Claim]) -> models.QueueItemOut:
    """An item of the queue."""
    claim = claims.get(item.case["case_id"])
    told = {
        **dict(item.case),
        "level": item.level,
        "waited_seconds": None if item.waited_seconds is None else int(item.waited_seconds),
        "late_in_day": item.late_in_day,
        "late_count": item.late_count,
        "last_late_at": item.last_late_at,
        "claimed_by": claim.by if claim else None,
    }
    return models.QueueItemOut.model_validate(told)
