"""Alerts by Apprise: mail, chat groups and a hundred other services, each an address."""

from __future__ import annotations

from desk.alerts.addresses import resolve
from desk.alerts.finding import Alert
from pipeline.errors import UserError
from pipeline.settings import AlertSettings


def notify(url: str, alert: Alert, settings: AlertSettings) -> None:
    """Send an alert to one Apprise address.

    Raises:
        UserError: Apprise does not know the address, or it did not arrive.
    """
    from apprise import Apprise, NotifyFormat

    service = Apprise.instantiate(url, suppress_exceptions=True)
    scheme = url.split(":", 1)[0]
    if service is None:
        raise UserError(f"{scheme}: Apprise 不认识这个地址 / Apprise does not know this address")
    host = getattr(service, "host", None)
    if host:
        resolve(str(host), int(getattr(service, "port", None) or 0), is_private_allowed=settings.private_addresses)
    if not service.notify(body=alert.text, title=alert.title, body_format=NotifyFormat.TEXT):
        raise UserError(f"{scheme}: 没有送到 / not delivered")
