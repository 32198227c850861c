"""What goes wrong, as a page or as JSON with the right code. A bug is not caught: it is a 500 and a trace."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from desk.context import language_of, visiting
from desk.forms import ForgedForm
from desk.pages.case import NoSuchPage
from desk.people.rights import NeedsLogin, Refused
from desk.templating import page
from desk.words import name_of, say
from pipeline.errors import UserError

API = "/api/"


def add_handlers(app: FastAPI) -> None:
    """Give each kind of failure its answer."""
    app.exception_handler(UserError)(_mistake)
    app.exception_handler(NoSuchPage)(_missing)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(NeedsLogin)(_needs_login)
    app.exception_handler(ForgedForm)(_forged)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)


def _answer(request: Request, code: int, kind: str, said: str) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"detail": said}, code)
    try:
        with visiting(request) as visit:
            template = "error_part.jinja" if "hx-request" in request.headers else "error.jinja"
            return page(visit, template, code, kind=kind, said=said)
    except UserError as error:
        # Without a store there is no page at all.
        return Response(str(error), 503, media_type="text/plain; charset=utf-8")


def _mistake(request: Request, error: UserError) -> Response:
    return _answer(request, 400, "mistake", str(error))


def _missing(request: Request, error: NoSuchPage) -> Response:
    return _answer(request, 404, "missing", str(error))


def _refused(request: Request, error: Refused) -> Response:
    language = language_of(request)
    return _answer(
        request, 403, "refused", say(language, "error.refused_more", needed=name_of(language, "role_of", error.needed))
    )


def _needs_login(request: Request, _: NeedsLogin) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"detail": "a token is needed"}, 401, headers={"WWW-Authenticate": "Bearer"})
    # A form cannot be sent again after the log-in: what it was sent to answers no reader.
    place = f"/login?next={quote(request.url.path)}" if request.method == "GET" else "/login"
    if "hx-request" in request.headers:
        # Else HTMX would put the log-in page where the answer belongs.
        return Response(status_code=401, headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


def _forged(request: Request, _: ForgedForm) -> Response:
    return _answer(request, 403, "forged", say(language_of(request), "error.forged_more"))


def _http(request: Request, error: HTTPException) -> Response:
    kind = {404: "missing", 403: "refused", 413: "too_large"}.get(error.status_code, "mistake")
    answer = _answer(request, error.status_code, kind, str(error.detail))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _invalid(request: Request, error: RequestValidationError) -> Response:
    if request.url.path.startswith(API):
        problems = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
        return JSONResponse({"detail": problems}, 422)
    return _answer(request, 400, "mistake", "; ".join(str(one["msg"]) for one in error.errors()))
