"""The page of a case, why it stands as it does, and two of its texts side by side."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.acts.making import JUDGED_ROLES, STATUSES
from desk.context import Visit, visiting
from desk.templating import page
from desk.views.case_page import show_case
from desk.views.difference import compare_texts
from desk.views.explanation import tell_why
from desk.views.redrawing import redraw
from pipeline.errors import UserError
from pipeline.store.boards import pinned_kinds
from pipeline.store.caseview import CaseView, find_case_id, view_case
from pipeline.store.desk_acts import acts_on_cases
from pipeline.store.desk_alerts import is_watched
from pipeline.store.desk_case import first_text_of, names_of_case, pictures_of
from pipeline.store.desk_claims import claims_on

router = APIRouter()


class NoSuchPage(Exception):  # noqa: N818 it says what happened, as HTTP does
    """There is no such case or post."""


def view_named(visit: Visit, name: str) -> CaseView:
    """The case of that id, older id or post.

    Raises:
        NoSuchPage: nothing of that name.
    """
    try:
        return view_case(visit.store, find_case_id(visit.store, name))
    except UserError as error:
        raise NoSuchPage(str(error)) from error


@router.get("/cases/{name}")
def show(request: Request, name: str, page_number: int = 1) -> Response:
    """The page of a case; an older id, or a post of it, leads there."""
    with visiting(request) as visit:
        visitor = visit.require("viewer")
        view = view_named(visit, name)
        case_id = view.case["case_id"]
        if case_id != name:
            return RedirectResponse(f"/cases/{case_id}", 307)
        return page(
            visit,
            "case.jinja",
            shown=show_case(visit.store, view, page_number),
            acts=acts_on_cases(visit.people, names_of_case(visit.store, case_id)),
            claim=claims_on(visit.people, [case_id], visit.now).get(case_id),
            is_watched=is_watched(visit.people, case_id, visitor.name),
            pins=pinned_kinds(visit.store, [case_id]).get(case_id, ()),
            statuses=STATUSES,
            judged_roles=JUDGED_ROLES,
        )


@router.get("/cases/{name}/why")
def show_why(request: Request, name: str) -> Response:
    """Why the status is what it is, clause by clause."""
    with visiting(request) as visit:
        visit.require("viewer")
        view = view_named(visit, name)
        said = tell_why(visit, view.case["case_id"], visit.language)
        is_part = "hx-request" in request.headers
        return page(visit, "why_part.jinja" if is_part else "why.jinja", view=view, said=said)


@router.get("/cases/{name}/compare/{post_id}")
def compare(request: Request, name: str, post_id: str) -> Response:
    """A copy beside the first post, with the pictures that it has."""
    with visiting(request) as visit:
        visit.require("viewer")
        view = view_named(visit, name)
        posts = {post["post_id"]: post for post in view.posts}
        if post_id not in posts:
            raise NoSuchPage(f"{post_id}: 不在这个个案里 / not in this case")
        origin = posts[view.case["origin_post_id"]]
        pictures = pictures_of(visit.store, [post_id])
        text = posts[post_id]["text"] or next((one.ocr_text for one in pictures if one.ocr_text), "")
        # Beside the plea as first seen: what its author wrote over it later is in no copy.
        plea = first_text_of(visit.store, origin["post_id"])
        difference = compare_texts(plea or "", text or "")
        return page(
            visit,
            "compare.jinja",
            view=view,
            origin=origin,
            post=posts[post_id],
            difference=difference,
            pictures=[redraw(one) for one in pictures],
            judged_roles=JUDGED_ROLES,
        )
