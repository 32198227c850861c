"""The calls of /api/v1."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Security, UploadFile
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from desk.acts.claiming import hold
from desk.acts.doing import do_act, review, undo
from desk.acts.making import Picked
from desk.api import board_models, models
from desk.api.calling import calling
from desk.api.telling import tell_act, tell_answer, tell_case, tell_item
from desk.channels import all_channels
from desk.context import Visit
from desk.pages.case import view_named
from desk.questions import Question, answer_all, questions_in
from desk.views.answers import show_reply
from desk.views.boards import show_board
from desk.views.explanation import tell_why
from desk.views.found import MOST_COUNTED, words_in
from desk.views.queue_items import show_items
from pipeline.errors import UserError
from pipeline.store.desk_acts import acts_in_state
from pipeline.store.desk_claims import claims_on
from pipeline.store.desk_queue import Wanted, read_list
from pipeline.store.search import Page, find_posts
from pipeline.times import to_text

FAILURES = {
    400: "the caller's mistake",
    401: "no good token",
    403: "the token has not got the scope",
    404: "no such case or post",
    413: "too large",
    429: "too many calls",
    503: "not ready yet",
}
# The scheme is for the description only: tokens are looked up in `calling`, with their scopes.
router = APIRouter(
    prefix="/api/v1",
    dependencies=[Security(HTTPBearer(auto_error=False))],
    responses={code: {"model": models.Problem, "description": why} for code, why in FAILURES.items()},
)
CaseName = Annotated[str, Path(min_length=1, max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
ActNumber = Annotated[int, Path(ge=1, le=2**53)]
_MOST_ACTS = 200
_QUEUE_PAGE = 50


@router.post("/ask")
def ask(request: Request, body: models.QuestionIn) -> models.AnswerOut:
    """What became of a text or a link. Scope `ask`."""
    with calling(request, "ask") as visit:
        return _answers(visit, questions_in(body.question, [], 1))[0]


@router.post("/ask/batch")
def ask_batch(request: Request, body: models.BatchIn) -> list[models.AnswerOut]:
    """The same for many questions, in their order. Scope `ask`."""
    with calling(request, "ask") as visit:
        most = visit.desk.settings.desk.max_questions
        if len(body.questions) > most:
            raise UserError(f"一次最多 {most} 个 / at most {most} questions at once")
        return _answers(visit, [one for text in body.questions for one in questions_in(text, [], 1)])


@router.post("/ask/image")
def ask_image(request: Request, image: UploadFile) -> models.AnswerOut:
    """What became of the plea in a screenshot. Scope `ask`."""
    with calling(request, "ask") as visit:
        most = visit.desk.settings.images.max_bytes
        data = image.file.read(most + 1)
        if len(data) > most:
            raise UserError("图片太大 / too large a picture")
        return _answers(visit, [Question("image", name=image.filename or "image", data=data)])[0]


def _answers(visit: Visit, questions: list[Question]) -> list[models.AnswerOut]:
    return [tell_answer(visit, show_reply(visit.store, one)) for one in answer_all(visit.desk, visit.store, questions)]


@router.get("/cases/{name}")
def read_case(request: Request, name: CaseName, page: PageNumber = 1) -> models.CaseOut:
    """A case by its id, an older id, or any of its posts. Scope `read`."""
    with calling(request, "read") as visit:
        return tell_case(visit, view_named(visit, name), page)


@router.get("/cases/{name}/explanation")
def explain(request: Request, name: CaseName, lang: Literal["zh", "en"] = "zh") -> models.ExplanationOut:
    """Why its status is what it is. Scope `read`."""
    with calling(request, "read") as visit:
        case_id = view_named(visit, name).case["case_id"]
        return models.ExplanationOut(case_id=case_id, text=tell_why(visit, case_id, lang))


@router.get("/queue/{which}")
def read_queue(
    request: Request,
    which: Literal["spreading", "waiting", "review", "gone"],
    part: Annotated[models.QueuePart, Query()],
) -> models.QueueOut:
    """A list of the queue, 50 items a page. Scope `read`."""
    with calling(request, "read") as visit:
        since = visit.now - timedelta(days=part.days)
        offset = (part.page - 1) * _QUEUE_PAGE
        wanted = Wanted(visit.now, since, part.district, part.category, _QUEUE_PAGE, offset, part.order)
        listed = read_list(visit.store, which, wanted)
        items = show_items(which, listed.rows, visit.now)
        claims = claims_on(visit.people, [item.case["case_id"] for item in items], visit.now)
        told = [tell_item(item, claims) for item in items]
        return models.QueueOut(which=which, count=listed.count, is_more=listed.is_more, items=told)


@router.get("/clocks")
def read_clocks(request: Request) -> board_models.AllClocksOut:
    """How fast people are answered. Scope `read`."""
    with calling(request, "read") as visit:
        board, _ = visit.desk.clockwork.board(visit.store)
        if board is None:
            raise HTTPException(503, "the clocks are being computed", {"Retry-After": "10"})
        return board_models.AllClocksOut.model_validate(asdict(board))


@router.get("/channels")
def read_channels(request: Request) -> list[board_models.ChannelOut]:
    """Official help channels. Scope `read`."""
    with calling(request, "read"):
        return [board_models.ChannelOut.model_validate(asdict(one)) for one in all_channels()]


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    page: PageNumber = 1,
) -> models.HitsOut:
    """Posts that hold all of the words; "in quotes" a phrase with blanks. Scope `read`."""
    with calling(request, "read") as visit:
        hits = find_posts(visit.store, words_in(q), Page(limit, (page - 1) * limit, MOST_COUNTED))
        told = [asdict(hit) for hit in hits.listed]
        return models.HitsOut.model_validate({"count": hits.count, "is_more": hits.is_more, "posts": told})


@router.get("/boards/{which}")
def read_board(request: Request, which: Literal["hot", "featured", "newest"]) -> board_models.BoardOut:
    """A public list, 50 cases of it, and what stands above every list. Scope `read`."""
    with calling(request, "read") as visit:
        shown = show_board(visit, which)
        return board_models.BoardOut.model_validate({"which": which, "top": shown.top, "cases": shown.cases})


@router.get("/questions")
def read_questions(request: Request) -> list[board_models.CommonQuestionOut]:
    """The digest of what many people ask. Scope `read`."""
    with calling(request, "read") as visit:
        board, _ = visit.desk.clockwork.board(visit.store)
        if board is None:
            raise HTTPException(503, "the digest is being computed", {"Retry-After": "10"})
        return [board_models.CommonQuestionOut.model_validate(one, from_attributes=True) for one in board.questions]


@router.post("/cases/{name}/acts")
def act(request: Request, name: CaseName, body: models.ActIn) -> models.ActOut:
    """Judge, merge, split, move, conclude or pin. Scope `act`; to pin also `edit`."""
    with calling(request, "act") as visit:
        picked = Picked(body.kind, tuple(body.post_ids), body.target, body.status, body.reason.strip())
        return tell_act(do_act(visit, view_named(visit, name), picked))


@router.post("/cases/{name}/claim")
def claim(request: Request, name: CaseName, body: models.ClaimIn) -> models.ClaimOut:
    """Say that this token works on a case, so that nobody does it twice, or give it back. Scope `act`."""
    with calling(request, "act") as visit:
        case_id = view_named(visit, name).case["case_id"]
        held = hold(visit, case_id, is_dropped=body.drop)
        return models.ClaimOut(
            case_id=case_id,
            claimed_by=held.by if held else None,
            expires_at=to_text(held.expires_at) if held else None,
        )


@router.post("/acts/{act_id}/undo")
def take_back(request: Request, act_id: ActNumber, body: models.UndoIn) -> models.ActOut:
    """Take back what this token did. Scope `act`."""
    with calling(request, "act") as visit:
        return tell_act(undo(visit, act_id, body.reason.strip()))


@router.get("/acts")
def list_acts(request: Request, state: Literal["proposed", "queued", "entered"] = "proposed") -> list[models.ActOut]:
    """Acts that wait, oldest first, at most 200: for a second person (proposed), for the lock, for the next run of
    `houxu process`. Scope `read`."""
    with calling(request, "read") as visit:
        return [tell_act(one) for one in acts_in_state(visit.people, state)[:_MOST_ACTS]]


@router.post("/acts/{act_id}/review")
def review_act(request: Request, act_id: ActNumber, body: models.ReviewIn) -> models.ActOut:
    """Confirm or reject what somebody else proposed. Scope `review`."""
    with calling(request, "review") as visit:
        return tell_act(review(visit, act_id, "queued" if body.verdict == "confirm" else "rejected"))
