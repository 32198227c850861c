"""Pages that only tell: the public clocks, the official channels, the trail."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.channels import all_channels
from desk.context import visiting
from desk.templating import page
from desk.words import say
from pipeline.store.desk_acts import latest_acts
from pipeline.store.desk_log import read_accesses

router = APIRouter()
_LISTED = 100


@router.get("/clocks")
def show_clocks(request: Request) -> HTMLResponse:
    """How fast people are answered, by area, need and account."""
    with visiting(request) as visit:
        visit.require("viewer")
        board, is_late = visit.desk.clockwork.board(visit.store)
        nowhere = say(visit.language, "case.no_district")
        return page(visit, "clocks.jinja", board=board, is_late=is_late, district_name=lambda name: name or nowhere)


@router.get("/channels")
def show_channels(request: Request) -> HTMLResponse:
    """Where to turn."""
    with visiting(request) as visit:
        visit.require("viewer")
        return page(visit, "channels.jinja", channels=all_channels())


@router.get("/trail")
def show_trail(request: Request) -> HTMLResponse:
    """What people did; who came in is for editors."""
    with visiting(request) as visit:
        visitor = visit.require("viewer")
        accesses = read_accesses(visit.people, _LISTED) if visitor.may("editor") else []
        return page(visit, "trail.jinja", acts=latest_acts(visit.people, _LISTED), accesses=accesses)
