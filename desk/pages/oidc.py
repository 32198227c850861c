"""Logging in through the newsroom's provider: there and back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.context import Visit, visiting
from desk.pages.case import NoSuchPage
from desk.pages.people import let_in, ours
from desk.people.oidc import find_provider, finish, pack, start, unpack
from desk.templating import page
from pipeline.errors import UserError
from pipeline.settings import OidcSettings
from pipeline.store.desk_accounts import Account, find_account, save_account
from pipeline.store.desk_db import form_secret
from pipeline.store.desk_log import Access, write_access

router = APIRouter()
_COOKIE = "houxu_oidc"
_CALLBACK = "/login/oidc/callback"
# No password has this digest.
_NO_PASSWORD = "!"  # noqa: S105 not a password, but the mark of none


def _settings(visit: Visit) -> OidcSettings:
    settings = visit.desk.settings.oidc
    if not settings.issuer:
        raise NoSuchPage("没有配置登录服务 / no provider is configured")
    return settings


def _callback(visit: Visit) -> str:
    base = visit.request.base_url
    if visit.desk.settings.desk.is_https:
        base = base.replace(scheme="https")
    return str(base).rstrip("/") + _CALLBACK


@router.get("/login/oidc")
def leave(request: Request) -> Response:
    """To the provider."""
    with visiting(request) as visit:
        settings = _settings(visit)
        next_page = ours(request.query_params.get("next", "/"))
        place, trip = start(find_provider(settings), settings, _callback(visit), next_page, visit.now)
        response = RedirectResponse(place, 303)
        # Lax: the browser comes back by a link of another site, and must bring it.
        response.set_cookie(
            _COOKIE,
            pack(trip, form_secret(visit.people)),
            max_age=600,
            path=_CALLBACK,
            httponly=True,
            samesite="lax",
            secure=visit.desk.settings.desk.is_https,
        )
        return response


@router.get(_CALLBACK)
def come_back(request: Request) -> Response:
    """From the provider."""
    with visiting(request) as visit:
        settings = _settings(visit)
        trip = unpack(request.cookies.get(_COOKIE, ""), form_secret(visit.people))
        name = finish(settings, _callback(visit), dict(request.query_params), trip, visit.now)
        address = request.client.host if request.client else "?"
        _require_account(visit, settings, name, address)
        # A page, no redirect: the session's cookie is strict, and would not go along on the way from another site.
        response = page(visit, "oidc_done.jinja", next_page=trip.next_page)
        let_in(visit, response, name, address)
        response.delete_cookie(_COOKIE, path=_CALLBACK)
        return response


def _require_account(visit: Visit, settings: OidcSettings, name: str, address: str) -> None:
    account = find_account(visit.people, name)
    if account is None and settings.new_role:
        save_account(visit.people, Account(name, _NO_PASSWORD, settings.new_role, is_active=True), visit.now)
        return
    if account is None or not account.is_active:
        write_access(visit.people, Access(visit.now, name[:80], "login_failed", address, "oidc"))
        raise UserError(f"{name}: 这里没有这个账号，请找管理员 / no account here; ask the desk's administrator")
