"""The first page: one box that takes text, links and screenshots, and what became of that plea."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from desk.context import Visit, visiting
from desk.forms import Form, field, files
from desk.questions import answer_all, questions_in
from desk.templating import page
from desk.views.answers import ShownReply, show_reply
from pipeline.store.desk_case import has_had_a_night, holes_of_last_night

router = APIRouter()
_CSV_COLUMNS = (
    "asked",
    "outcome",
    "case_id",
    "status",
    "status_since",
    "quote",
    "said_at",
    "quote_url",
    "needs_review",
    "copies",
    "stale",
    "after_the_answer",
    "last_verified_at",
    "problem",
)


@router.get("/")
def show_box(request: Request) -> HTMLResponse:
    """The empty box."""
    with visiting(request) as visit:
        visit.require("viewer")
        return page(visit, "ask.jinja", asked="", replies=None, holes=())


@router.get("/ask")
def lead_to_box() -> RedirectResponse:
    """An address that somebody kept or reloads: the box is on the first page."""
    return RedirectResponse("/", 303)


@router.post("/ask")
def ask(request: Request, form: Form) -> Response:
    """The answers to what was put into the box: a part of the page for HTMX, else the whole page, or CSV."""
    with visiting(request) as visit:
        visit.require("viewer")
        images = files(form, "images", visit.desk.settings.images.max_bytes)
        questions = questions_in(field(form, "question"), images, visit.desk.settings.desk.max_questions)
        replies = [show_reply(visit.store, reply) for reply in answer_all(visit.desk, visit.store, questions)]
        if field(form, "as") == "csv":
            return _as_csv(replies)
        return _as_page(visit, replies)


def _as_page(visit: Visit, replies: list[ShownReply]) -> HTMLResponse:
    template = "answers.jinja" if "hx-request" in visit.request.headers else "ask.jinja"
    return page(
        visit,
        template,
        asked="",
        replies=replies,
        holes=holes_of_last_night(visit.store),
        has_night=has_had_a_night(visit.store),
    )


def _as_csv(replies: list[ShownReply]) -> Response:
    """One line a question; a byte order mark, so that spreadsheets see Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_CSV_COLUMNS)
    for reply in replies:
        writer.writerow([_inert(str(value)) for value in _csv_line(reply)])
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="houxu-answers.csv"'},
    )


def _csv_line(reply: ShownReply) -> list[object]:
    if reply.outcome != "match":
        return [reply.asked, reply.outcome, *[""] * 11, reply.problem]
    card = reply.cards[0]
    case, update = card.case, card.update
    said = [update["quote"], update["said_at"], update["url"] or ""] if update else ["", "", ""]
    return [
        reply.asked,
        reply.outcome,
        case["case_id"],
        case["status"],
        case["status_since"] or "",
        *said,
        case["needs_review"],
        card.copy_count,
        case["stale_count"],
        card.late_count,
        case["last_verified_at"] or "",
        "",
    ]


def _inert(value: str) -> str:
    """A value that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
