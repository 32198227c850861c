"""What people do on a case: judge, merge, split, move, conclude, review, undo, claim."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.acts.claiming import hold
from desk.acts.doing import do_act, review, undo
from desk.acts.making import Picked
from desk.context import visiting
from desk.forms import Form, field, fields
from desk.pages.case import view_named

router = APIRouter()


def _back(place: str) -> Response:
    """To a page of this desk; anything else leads home."""
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\"))
    return RedirectResponse(place if is_ours else "/", 303)


@router.post("/cases/{name}/acts")
def act(request: Request, name: str, form: Form) -> Response:
    """Do what the form of the case page says."""
    with visiting(request) as visit:
        view = view_named(visit, name)
        picked = Picked(
            kind=field(form, "kind"),
            post_ids=tuple(fields(form, "post")),
            target=field(form, "target"),
            status=field(form, "status"),
            reason=field(form, "reason"),
        )
        done = do_act(visit, view, picked)
        return _back(f"/cases/{view.case['case_id']}?did={done.act_id}#acts")


@router.post("/acts/{act_id}/review")
def review_one(request: Request, act_id: int, form: Form) -> Response:
    """A second person's word."""
    with visiting(request) as visit:
        done = review(visit, act_id, field(form, "verdict"))
        return _back(field(form, "back") or f"/cases/{done.case_id}#acts")


@router.post("/acts/{act_id}/undo")
def undo_one(request: Request, act_id: int, form: Form) -> Response:
    """Take an act back."""
    with visiting(request) as visit:
        done = undo(visit, act_id, field(form, "reason"))
        return _back(field(form, "back") or f"/cases/{done.case_id}#acts")


@router.post("/cases/{name}/claim")
def claim(request: Request, name: str, form: Form) -> Response:
    """Say that one works on a case, or give it back."""
    with visiting(request) as visit:
        case_id = view_named(visit, name).case["case_id"]
        hold(visit, case_id, is_dropped=bool(field(form, "drop")))
        return _back(field(form, "back") or f"/cases/{case_id}")
