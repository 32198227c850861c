"""Accounts and tokens, for admins: who has which, and ending them. They are made on the command line."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from desk.context import visiting
from desk.forms import Form, field
from desk.templating import page
from pipeline.errors import UserError
from pipeline.store.desk_accounts import find_account, list_accounts, list_tokens, revoke_token, save_account
from pipeline.store.desk_log import Access, write_access

router = APIRouter()


@router.get("/people")
def show_people(request: Request) -> HTMLResponse:
    """Every account and every token."""
    with visiting(request) as visit:
        visit.require("admin")
        return page(visit, "people.jinja", accounts=list_accounts(visit.people), tokens=list_tokens(visit.people))


@router.post("/people/disable")
def disable(request: Request, form: Form) -> Response:
    """End an account and its sessions."""
    with visiting(request) as visit:
        visitor = visit.require("admin")
        account = find_account(visit.people, field(form, "name"))
        if account is None:
            raise UserError("没有这个账号 / no such account")
        if account.name == visitor.name:
            raise UserError("不能停用自己，请让另一位管理员来做 / not your own account; ask another admin")
        save_account(visit.people, replace(account, is_active=False), visit.now)
        write_access(visit.people, Access(visit.now, visitor.name, "disable", account.name, ""))
    return RedirectResponse("/people", 303)


@router.post("/people/revoke")
def revoke(request: Request, form: Form) -> Response:
    """End a token."""
    with visiting(request) as visit:
        visitor = visit.require("admin")
        number = field(form, "token")
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        if not is_number or not revoke_token(visit.people, int(number), visit.now):
            raise UserError("没有这个令牌 / no such token")
        write_access(visit.people, Access(visit.now, visitor.name, "revoke", f"token {number}", ""))
    return RedirectResponse("/people", 303)
