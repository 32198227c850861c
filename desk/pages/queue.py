"""The queue: what a person should look at next, in four lists, each cut by place, need and time."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.context import Visit, visiting
from desk.showing import categories
from desk.templating import page, page_number
from desk.views.queue_items import show_items
from pipeline.store.desk_claims import claims_on
from pipeline.store.desk_queue import LISTS, Wanted, count_list, known_districts, reach_of_late, read_list

router = APIRouter()
ITEMS_A_PAGE = 30
SPANS = {"1": 1, "3": 3, "7": 7, "30": 30, "all": 36_500}


@router.get("/queue")
def show(request: Request) -> HTMLResponse:
    """One list of the queue, with how long each of the four is."""
    with visiting(request) as visit:
        visit.require("viewer")
        name = visit.request.query_params.get("list", "spreading")
        name = name if name in LISTS else "spreading"
        wanted = wanted_of(visit)
        listed = read_list(visit.store, name, wanted)
        counts = {key: listed.count if key == name else count_list(visit.store, key, wanted) for key in LISTS}
        items = show_items(name, listed.rows, visit.now)
        case_ids = [item.case["case_id"] for item in items]
        return page(
            visit,
            "queue.jinja",
            counts=counts,
            chosen=name,
            items=items,
            wanted=wanted,
            span=_span(visit),
            spans=tuple(SPANS),
            districts=known_districts(visit.store),
            needs=categories(),
            claims=claims_on(visit.people, case_ids, visit.now),
            reach=reach_of_late(visit.store, case_ids) if name == "spreading" else {},
            link=lambda **changes: _link(visit, changes),
            page_size=ITEMS_A_PAGE,
        )


def wanted_of(visit: Visit) -> Wanted:
    """The part that the address asks for; what it gets wrong counts as not said."""
    asked = visit.request.query_params
    return Wanted(
        now=visit.now,
        since=visit.now - timedelta(days=SPANS[_span(visit)]),
        district=asked.get("district") or None,
        category=asked.get("category") or None,
        limit=ITEMS_A_PAGE,
        offset=(page_number(visit) - 1) * ITEMS_A_PAGE,
        order="reach" if asked.get("order") == "reach" else "speed",
    )


def _span(visit: Visit) -> str:
    span = visit.request.query_params.get("days", "7")
    return span if span in SPANS else "7"


def _link(visit: Visit, changes: dict[str, object]) -> str:
    kept = {key: value for key, value in visit.request.query_params.items() if key not in ("lang", "page")}
    values = {key: value for key, value in {**kept, **changes}.items() if value}
    return f"/queue?{urlencode(values)}"
