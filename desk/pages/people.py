"""Logging in and out."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from desk.context import Visit, visiting
from desk.forms import Form, field
from desk.people.passwords import is_password_of
from desk.people.sessions import SESSION_COOKIE, digest_of, new_secret
from desk.templating import keep_session, page
from pipeline.store.desk_accounts import close_session, find_account, open_session
from pipeline.store.desk_log import Access, write_access

router = APIRouter()


@router.get("/login")
def show_login(request: Request) -> HTMLResponse:
    """The log-in form."""
    with visiting(request) as visit:
        return page(visit, "login.jinja", problem="", next_page=ours(request.query_params.get("next", "/")))


@router.post("/login")
def login(request: Request, form: Form) -> Response:
    """Log in; the session is a new one, so that a planted cookie is worth nothing."""
    name, next_page = field(form, "name"), ours(field(form, "next"))
    address = request.client.host if request.client else "?"
    with visiting(request) as visit:
        tries = [f"from {address}", f"as {name}"]
        if any(visit.desk.logins.is_reached(one, visit.now) for one in tries):
            return page(visit, "login.jinja", 429, problem="too_often", next_page=next_page)
        value = form.get("password")
        if not is_password_of(find_account(visit.people, name), value if isinstance(value, str) else ""):
            for one in tries:
                visit.desk.logins.note(one, visit.now)
            write_access(visit.people, Access(visit.now, name[:80], "login_failed", address, ""))
            return page(visit, "login.jinja", 401, problem="wrong", next_page=next_page)
        response = RedirectResponse(next_page, 303)
        let_in(visit, response, name, address)
        return response


def let_in(visit: Visit, response: Response, name: str, address: str) -> None:
    """Open a session for somebody who has shown who they are, and give it to their browser."""
    session = new_secret()
    until = visit.now + timedelta(hours=visit.desk.settings.desk.session_hours)
    open_session(visit.people, digest_of(session), name, visit.now, until)
    write_access(visit.people, Access(visit.now, name, "login", address, ""))
    keep_session(visit, response, session)


@router.post("/logout")
def logout(request: Request, form: Form) -> Response:
    """Forget the session, here and in the browser."""
    with visiting(request) as visit:
        close_session(visit.people, digest_of(visit.session))
        if visit.visitor is not None and not visit.visitor.is_local:
            write_access(visit.people, Access(visit.now, visit.visitor.name, "logout", "", ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def ours(place: str) -> str:
    """A page of this desk; anything else leads home, so that a log-in cannot send anybody elsewhere."""
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_ours and place.isprintable() else "/"
