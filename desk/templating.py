"""Renders a page or a part of one. Everything from outside is escaped; a missing value is an error, never empty."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.context import LANGUAGE_COOKIE, Visit
from desk.people.sessions import SESSION_COOKIE
from desk.showing import category_name, cut_name, dated, lasting, passage, safe_link, side_of
from desk.views.reasons import tell_reason
from desk.words import LANGUAGES, name_of, say
from pipeline.times import from_text

_TEMPLATES = Path(__file__).parent / "templates"


def page(visit: Visit, template: str, status_code: int = 200, **values: object) -> HTMLResponse:
    """A page for this visit; the cookie of a new session goes with it."""
    response = HTMLResponse(render(visit, template, **values), status_code)
    if SESSION_COOKIE not in visit.request.cookies:
        keep_session(visit, response, visit.session)
    wanted = visit.request.query_params.get("lang")
    if wanted in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, str(wanted), max_age=365 * 86_400, httponly=True, samesite="strict")
    return response


def page_number(visit: Visit) -> int:
    """Which page of a list the address asks for, from 1; what it gets wrong counts as not said."""
    asked = visit.request.query_params.get("page", "1")
    return max(1, min(int(asked), 1_000)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def keep_session(visit: Visit, response: Response, session: str) -> None:
    """Give the browser its session; no script reads it, no other site sends it."""
    settings = visit.desk.settings.desk
    response.set_cookie(SESSION_COOKIE, session, httponly=True, samesite="strict", secure=settings.is_https)


def render(visit: Visit, template: str, **values: object) -> str:
    """The text of a page."""
    language = visit.language

    def ago(moment: datetime | str | None) -> str:
        past = from_text(moment) if isinstance(moment, str) else moment
        return "" if past is None else lasting(language, (visit.now - past).total_seconds())

    return (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            visitor=visit.visitor,
            now=visit.now,
            language=language,
            t=partial(say, language),
            name=partial(name_of, language),
            category=partial(category_name, language),
            lasting=partial(lasting, language),
            reason=partial(tell_reason, language),
            side=partial(side_of, language),
            ago=ago,
            here=visit.request.url.path,
            other_language=_other_language(visit),
            query=visit.request.query_params,
            **values,
        )
    )


def _other_language(visit: Visit) -> str:
    """The address of this page in the other language; what answers a form has none, and leads to the first page."""
    other = "en" if visit.language == "zh" else "zh"
    if visit.request.scope["method"] != "GET":
        return f"/?lang={other}"
    kept = {key: value for key, value in visit.request.query_params.items() if key != "lang"}
    return f"{visit.request.url.path}?{urlencode({**kept, 'lang': other})}"


def read_templates() -> None:
    """Compile every template now, so that nobody's first page waits for it."""
    for name in _environment().list_templates():
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"passage": passage, "who": cut_name, "link": safe_link, "dated": dated}
    return environment
