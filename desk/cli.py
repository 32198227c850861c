"""`houxu desk`: the web desk, its accounts and its API tokens."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.alerts.commands import alerts, show_secret
from pipeline.cli.options import Installation, at_home, moment_of, now_option
from pipeline.errors import UserError
from pipeline.settings import Settings
from pipeline.store.database import open_store, require_store

if TYPE_CHECKING:
    from pipeline.store.desk_db import DeskDb

_NEEDED = ("fastapi", "uvicorn", "argon2", "python_multipart")


@click.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="在哪个地址上听 / the address to listen on")
@click.option("--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="端口 / the port")
@at_home
@click.option("--now", metavar="ISO8601", default=None, help="把时钟拨到这一刻 / set the desk's clock to this moment")
@click.pass_context
def desk(context: click.Context, home: Installation, host: str, port: int, now: str | None) -> None:
    """网页核查台：查询、待办、个案、时钟 / The web desk: ask, queue, cases, clocks; its accounts and API tokens.

    Listens on this machine only, where it needs no accounts; anywhere else it needs them (houxu desk user add).
    """
    if context.invoked_subcommand is None:
        serve(home.places.db_path, home.settings, (host, port), clock_from(now))


def clock_from(start: str | None) -> Callable[[], datetime]:
    """The system's clock, or one that starts at a moment and goes on from there."""
    ahead = timedelta(0) if start is None else moment_of(start) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


def serve(db_path: Path, settings: Settings, address: tuple[str, int], now: Callable[[], datetime]) -> None:
    """Serve the desk until it is stopped.

    Raises:
        UserError: the extra is missing, there is no store, or it would be open to others without accounts.
    """
    require_extra()
    import uvicorn

    from desk.app import make_app
    from pipeline.places import places_of
    from pipeline.store.desk_accounts import count_accounts
    from pipeline.store.desk_db import open_desk

    host, port = address
    require_store(db_path)
    # Brought up to date here, once: pages only read.
    open_store(db_path).close()
    app = make_app(db_path, answering_to(settings, host), now, is_loopback=is_loopback(host))
    with closing(open_desk(places_of(db_path, settings).desk_path)) as people:
        accounts = count_accounts(people)
    if not is_loopback(host) and accounts == 0:
        raise UserError(
            f"{host}: 没有账号时只在本机开放；先运行 houxu desk user add / without accounts the desk listens on this"
            " machine only; run houxu desk user add first"
        )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"核查台 / desk: http://{shown}:{port}/  (Ctrl+C 停止 / stops)")
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, proxy_headers=False)


def answering_to(settings: Settings, host: str) -> Settings:
    """The settings with the address that the desk listens on among the names that it answers to."""
    if host in ("0.0.0.0", "::") or is_loopback(host):  # noqa: S104 compared, not listened on
        return settings
    hosts = (*settings.desk.hosts, f"[{host}]" if ":" in host else host)
    return settings.model_copy(update={"desk": settings.desk.model_copy(update={"hosts": hosts})})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_extra() -> None:
    """See that what the desk needs is installed.

    Raises:
        UserError: it is not.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UserError(
            f"核查台需要先安装：pip install 'houxu[desk]'（缺 {missing[0]}）/ the desk comes with the extra `desk`"
        )


@desk.group()
def user() -> None:
    """账号 / Accounts."""


@user.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["viewer", "checker", "editor", "admin"]),
    required=True,
    help="能做什么：看、查、改、管 / what the account may do",
)
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码 / read the password from standard input")
@at_home
@now_option
def add_user(home: Installation, now: datetime, name: str, role: str, password_stdin: bool) -> None:
    """加一个账号，或给它新的密码和角色 / Add an account, or give it another password and role."""
    require_extra()
    from desk.people.passwords import hash_password
    from pipeline.store.desk_accounts import Account, save_account

    if not name.isprintable() or not name.strip() or len(name) > 40:
        raise UserError(f"{name!r}: 不能作用户名 / cannot be a name")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _prompt()
    with closing(_people_of(home)) as people:
        save_account(people, Account(name.strip(), hash_password(password), role, is_active=True), now)
    click.echo(f"{name.strip()}: {role}")


def _people_of(home: Installation) -> DeskDb:
    """The desk's own file, beside a database that is there."""
    from pipeline.store.desk_db import open_desk

    require_store(home.places.db_path)
    return open_desk(home.places.desk_path)


def _prompt() -> str:
    return str(click.prompt("密码 / password", hide_input=True, confirmation_prompt="再输一次 / again"))


@user.command("list")
@at_home
def list_users(home: Installation) -> None:
    """列出账号 / List accounts."""
    from pipeline.store.desk_accounts import list_accounts

    with closing(_people_of(home)) as people:
        for one in list_accounts(people):
            click.echo(f"{one.name}\t{one.role}\t{'' if one.is_active else '已停用 / disabled'}".rstrip())


@user.command("disable")
@click.argument("name")
@at_home
@now_option
def disable_user(home: Installation, now: datetime, name: str) -> None:
    """停用一个账号，它的登录立即失效 / Disable an account; its sessions end at once."""
    from dataclasses import replace

    from pipeline.store.desk_accounts import find_account, save_account

    with closing(_people_of(home)) as people:
        account = find_account(people, name)
        if account is None:
            raise UserError(f"{name}: 没有这个账号 / no such account")
        save_account(people, replace(account, is_active=False), now)
    click.echo(f"{name}: 已停用 / disabled")


@desk.group()
def token() -> None:
    """API 令牌 / API tokens."""


@token.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["read", "ask", "act", "review", "edit"]),
    multiple=True,
    required=True,
    help="它可以做什么，可给几个 / what it may do; may be given again",
)
@click.option("--days", type=click.IntRange(1, 3650), default=None, help="几天后失效 / good for so many days")
@at_home
@now_option
def add_token(home: Installation, now: datetime, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """做一个令牌，只显示这一次 / Make a token; it is shown this once."""
    require_extra()
    from desk.people.sessions import digest_of, new_secret
    from pipeline.store import desk_accounts

    secret = new_secret()
    made = desk_accounts.Token(0, name, tuple(dict.fromkeys(scopes)), "cli", now, is_revoked=False)
    until = None if days is None else now + timedelta(days=days)
    with closing(_people_of(home)) as people:
        desk_accounts.add_token(people, digest_of(secret), made, until)
    click.echo(secret)


@token.command("list")
@at_home
def list_tokens(home: Installation) -> None:
    """列出令牌 / List tokens."""
    from pipeline.store import desk_accounts

    with closing(_people_of(home)) as people:
        for one in desk_accounts.list_tokens(people):
            ended = "已吊销 / revoked" if one.is_revoked else ""
            click.echo(f"{one.token_id}\t{one.name}\t{','.join(one.scopes)}\t{ended}".rstrip())


@token.command("revoke")
@click.argument("token_id", type=int)
@at_home
@now_option
def revoke_token(home: Installation, now: datetime, token_id: int) -> None:
    """吊销一个令牌 / Revoke a token."""
    from pipeline.store import desk_accounts

    with closing(_people_of(home)) as people:
        if not desk_accounts.revoke_token(people, token_id, now):
            raise UserError(f"{token_id}: 没有这个令牌 / no such token")
    click.echo("已吊销 / revoked")


desk.add_command(alerts)
desk.add_command(show_secret)
