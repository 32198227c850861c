"""`houxu desk alerts` and `houxu desk webhook-secret`."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, now_option
from pipeline.errors import UserError
from pipeline.store.database import require_store


@click.command()
@at_home
@now_option
def alerts(home: Installation, now: datetime) -> None:
    """发送提醒，每条只发一次 / Send alerts, each once: stale cases that spread, updates on watched cases.

    Addresses stand in houxu.toml ([alerts]). A night does the same at its end.
    """
    from desk.alerts.sending import send_alerts

    if not home.settings.alerts.webhooks and not home.settings.alerts.apprise:
        raise UserError("houxu.toml 里没有 [alerts] webhooks 或 apprise / no address in [alerts] of houxu.toml")
    sent = send_alerts(home.places, home.settings, now)
    click.echo(f"提醒 / alerts sent: {sent.count}")
    if sent.failures:
        raise Partial("没有送到 / not delivered: " + "；".join(sent.failures))


@click.command("webhook-secret")
@at_home
def show_secret(home: Installation) -> None:
    """显示 webhook 的签名密钥（十六进制） / Show the key that webhooks are signed with, in hexadecimal."""
    from pipeline.store.desk_db import open_desk, webhook_secret

    require_store(home.places.db_path)
    with closing(open_desk(home.places.desk_path)) as people:
        click.echo(webhook_secret(people).hex())
