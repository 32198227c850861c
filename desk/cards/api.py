"""The answer card over the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from desk.api.calling import calling
from desk.api.models import Problem
from desk.api.routes import FAILURES
from desk.cards.picture import draw_card
from desk.cards.routes import card_of, review_of
from desk.cards.wording import card_brand
from desk.pages.case import NoSuchPage, view_named

router = APIRouter(
    prefix="/api/v1",
    dependencies=[Security(HTTPBearer(auto_error=False))],
    responses={code: {"model": Problem, "description": why} for code, why in FAILURES.items()},
)
CaseName = Annotated[str, Path(min_length=1, max_length=200)]


class CardOut(BaseModel):
    """What to tell people who still repost; `text` is the whole of it."""

    case_id: str
    tone: Literal["good", "warn", "bad"]
    headline: str
    quote: str
    said: str
    link: str
    text: str


@router.get("/cases/{name}/card")
def read_card(request: Request, name: CaseName) -> CardOut:
    """The answer card in words. Scope `read`."""
    with calling(request, "read") as visit:
        card = card_of(visit, view_named(visit, name))
        return CardOut.model_validate(
            {
                "case_id": card.case_id,
                "tone": card.tone,
                "headline": card.headline,
                "quote": card.quote,
                "said": card.said,
                "link": card.link,
                "text": card.text,
            }
        )


@router.get(
    "/cases/{name}/card.png", response_class=Response, responses={200: {"content": {"image/png": {"schema": {}}}}}
)
def read_picture(request: Request, name: CaseName) -> Response:
    """The answer card as a PNG. Scope `read`."""
    with calling(request, "read") as visit:
        return Response(draw_card(card_of(visit, view_named(visit, name)), card_brand()), media_type="image/png")


@router.get("/cases/{name}/claimreview")
def read_review(request: Request, name: CaseName) -> dict[str, Any]:
    """ClaimReview (schema.org), where the case may be published; else 404. Scope `read`."""
    with calling(request, "read") as visit:
        review = review_of(visit, view_named(visit, name))
        if review is None:
            raise NoSuchPage("还不能公开发布 / not to be published yet")
        return review
