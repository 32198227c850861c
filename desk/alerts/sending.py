"""Sends what was not sent yet, each alert once to each address."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from desk.alerts.finding import Alert, find_alerts
from desk.alerts.notices import notify
from desk.alerts.webhooks import deliver, make_delivery
from pipeline.errors import UserError
from pipeline.places import Places
from pipeline.settings import Settings
from pipeline.store.database import read_store
from pipeline.store.desk_alerts import is_sent, note_sent
from pipeline.store.desk_db import DeskDb, open_desk, webhook_secret

_MOST_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """How many alerts reached an address, and why others did not."""

    count: int
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    digest: str
    send: Callable[[Alert], None]


def send_alerts(places: Places, settings: Settings, now: datetime, sleep: Callable[[float], None] = time.sleep) -> Sent:
    """Send every alert that an address has not had yet; an address that fails three times is left for the next run.

    Raises:
        UserError: there is no store.
    """
    with ExitStack() as stack:
        people = stack.enter_context(closing(open_desk(places.desk_path)))
        store = stack.enter_context(closing(read_store(places.db_path)))
        alerts = find_alerts(store, people, settings, now)
        done = [_send_all(people, target, alerts, now) for target in _targets(people, settings, now, sleep)]
    return Sent(sum(one.count for one in done), tuple(why for one in done for why in one.failures))


def _targets(people: DeskDb, settings: Settings, now: datetime, sleep: Callable[[float], None]) -> list[_Target]:
    secret = webhook_secret(people) if settings.alerts.webhooks else b""

    def post(url: str, alert: Alert) -> None:
        deliver(make_delivery(url, alert, secret, now), settings.alerts, sleep)

    def tell(url: str, alert: Alert) -> None:
        notify(url, alert, settings.alerts)

    return [
        *(_Target(_digest(url), partial(post, url)) for url in settings.alerts.webhooks),
        *(_Target(_digest(url), partial(tell, url)) for url in settings.alerts.apprise),
    ]


def _digest(url: str) -> str:
    """Addresses hold keys of their services; the log keeps what cannot be read back."""
    return sha256(url.encode()).hexdigest()


def _send_all(people: DeskDb, target: _Target, alerts: list[Alert], now: datetime) -> Sent:
    count, failures = 0, list[str]()
    for alert in alerts:
        if is_sent(people, alert.key, target.digest):
            continue
        try:
            target.send(alert)
        except UserError as error:
            failures.append(str(error))
            if len(failures) == _MOST_FAILURES:
                break
            continue
        note_sent(people, alert.key, target.digest, now)
        count += 1
    return Sent(count, tuple(failures))
