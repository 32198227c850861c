"""Watching a case: whoever does hears of updates through the desk's alerts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.context import visiting
from desk.forms import Form, field
from desk.pages.case import view_named
from pipeline.store.desk_alerts import add_watch, drop_watch

router = APIRouter()


@router.post("/cases/{name}/watch")
def watch(request: Request, name: str, form: Form) -> Response:
    """Watch a case, or stop."""
    with visiting(request) as visit:
        visitor = visit.require("viewer")
        case_id = view_named(visit, name).case["case_id"]
        if field(form, "drop"):
            drop_watch(visit.people, case_id, visitor.name)
        else:
            add_watch(visit.people, case_id, visitor.name, visit.now)
        return RedirectResponse(f"/cases/{case_id}", 303)
