"""The answer card of a case: a page, a picture, and ClaimReview."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from desk.cards.claimschema import ClaimReview
from desk.cards.picture import draw_card
from desk.cards.wording import AnswerCard, card_brand, write_card
from desk.context import Visit, visiting
from desk.pages.case import NoSuchPage, view_named
from desk.templating import page
from desk.views.answers import channels_of
from pipeline.exporting.claimreview import Reviewer, claim_review
from pipeline.store.caseview import CaseView
from pipeline.store.export import read_claims

router = APIRouter()
LD_JSON = "application/ld+json"


def card_of(visit: Visit, view: CaseView) -> AnswerCard:
    """The card of a case."""
    return write_card(view, channels_of(visit.store, view.case))


def review_of(visit: Visit, view: CaseView) -> dict[str, Any] | None:
    """ClaimReview of a case, checked against the schema; None where it may not be published yet."""
    settings = visit.desk.settings.desk
    reviewer = Reviewer(settings.reviewer, settings.public_url or None)
    claim = next(read_claims(visit.store, view.case["case_id"]), None)
    if claim is None:
        return None
    review = claim_review(claim, reviewer)
    ClaimReview.model_validate(review)
    return review


@router.get("/cases/{name}/card")
def show_card(request: Request, name: str) -> HTMLResponse:
    """The card with its words, ready to be copied."""
    with visiting(request) as visit:
        visit.require("viewer")
        view = view_named(visit, name)
        review = review_of(visit, view)
        shown = None if review is None else json.dumps(review, ensure_ascii=False, indent=2)
        return page(visit, "card.jinja", view=view, card=card_of(visit, view), review=shown)


@router.get("/cases/{name}/card.png")
def show_picture(request: Request, name: str) -> Response:
    """The card as a picture."""
    with visiting(request) as visit:
        visit.require("viewer")
        view = view_named(visit, name)
        return Response(draw_card(card_of(visit, view), card_brand()), media_type="image/png")


@router.get("/cases/{name}/claimreview.json")
def show_review(request: Request, name: str) -> Response:
    """ClaimReview as JSON-LD, for a website that publishes it."""
    with visiting(request) as visit:
        visit.require("viewer")
        view = view_named(visit, name)
        review = review_of(visit, view)
        if review is None:
            raise NoSuchPage(
                "还不能公开发布：没有签署结论，或还要核查 / not to be published yet: no verdict, or under review"
            )
        return Response(json.dumps(review, ensure_ascii=False), media_type=LD_JSON)
