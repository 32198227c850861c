"""Webhooks: signed JSON by POST, tried again where the other side stumbles, never redirected."""

from __future__ import annotations

import hmac
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from desk.alerts.addresses import resolve
from desk.alerts.finding import Alert
from pipeline.errors import UserError
from pipeline.settings import AlertSettings

SIGNATURE = "X-Houxu-Signature"
TIMESTAMP = "X-Houxu-Timestamp"
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One signed request."""

    url: str
    body: bytes
    headers: dict[str, str]


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """`sha256=…` over the timestamp, a point and the body; the receiver makes the same and compares."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, sha256).hexdigest()


def make_delivery(url: str, alert: Alert, secret: bytes, now: datetime) -> Delivery:
    """The request that tells an alert."""
    told = asdict(alert) | {"title": alert.title, "text": alert.text}
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "houxu",
        "X-Houxu-Event": alert.kind,
        "X-Houxu-Delivery": sha256(alert.key.encode()).hexdigest()[:32],
        TIMESTAMP: timestamp,
        SIGNATURE: sign(secret, timestamp, body),
    }
    return Delivery(url, body, headers)


def deliver(delivery: Delivery, settings: AlertSettings, sleep: Callable[[float], None]) -> None:
    """Send it, and again after 2 and 4 seconds where the other side fails or is busy.

    Raises:
        UserError: it did not arrive; says why.
    """
    said = ""
    for attempt in range(settings.attempts):
        if attempt:
            sleep(_PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            status = _post(delivery, settings)
        except (OSError, HTTPException) as error:
            said = str(error) or type(error).__name__
            continue
        if 200 <= status < 300:
            return
        said = f"HTTP {status}"
        if status < 500 and status != 429:
            break
    raise UserError(f"{urlsplit(delivery.url).hostname}: 没有送到 / not delivered: {said}")


def _post(delivery: Delivery, settings: AlertSettings) -> int:
    parts = urlsplit(delivery.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"{delivery.url}: 不是网址 / not a web address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve(parts.hostname, port, is_private_allowed=settings.private_addresses)
    connection = HTTPConnection(parts.hostname, port, timeout=settings.timeout_seconds)
    try:
        plain = socket.create_connection((address, port), settings.timeout_seconds)
        connection.sock = plain
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
        place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", place, delivery.body, delivery.headers)
        return connection.getresponse().status
    finally:
        connection.close()
