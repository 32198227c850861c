"""Manners that outlive a process: how much a host was asked today, and until when it is left alone.

One small JSON file (`var/manners.json`), replaced in one step under a lock, so that two crawlers share one budget and
one memory. Source: platforms.md §12 (long cool-down, at least 30 minutes, doubling to a day).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crawler.appending import FILE_MODE, FOLDER_MODE
from crawler.orders import OrderError

# A budget's day is Beijing's: a night that starts at two and runs until noon has one budget.
BEIJING = timezone(timedelta(hours=8))
FIRST_REST = timedelta(minutes=30)
LONGEST_REST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is known of a host. `day` is the Beijing date on which `asked` requests went to it.

    `rest_until` is an ISO 8601 moment, None where the host was never refused since its last good run;
    `rest_minutes` is how long that rest was, which the next one doubles.
    """

    day: str = ""
    asked: int = 0
    rest_until: str | None = None
    rest_minutes: float = 0.0
    reason: str = ""

    def asked_on(self, now: datetime) -> int:
        """Requests on the day of `now`."""
        return self.asked if self.day == _day_of(now) else 0

    def is_resting(self, now: datetime) -> bool:
        """Whether the host is to be left alone now."""
        return self.rest_until is not None and now < datetime.fromisoformat(self.rest_until)


class Manners:
    """The memory at a path. Hosts are `name` or `name:port`; moments are aware."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, HostRecord]:
        """Everything known, by host; nothing where there is no file yet.

        Raises:
            OrderError: the file is not one of these.
        """
        try:
            value = json.loads(self._path.read_text(encoding="utf-8"))
            return {host: HostRecord(**record) for host, record in value["hosts"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise OrderError(f"{self._path}: not a memory of manners ({error}); mend or remove it") from error

    def find_rest(self, host: str, now: datetime) -> str | None:
        """Why and until when a host is left alone, in words for the ledger; None when it may be asked."""
        record = self.read().get(host, HostRecord())
        if not record.is_resting(now) or record.rest_until is None:
            return None
        until = datetime.fromisoformat(record.rest_until).astimezone(BEIJING)
        return f"not asked, cool-down until {until.isoformat(timespec='minutes')} after {record.reason}"

    def is_spent(self, host: str, now: datetime, budget: int) -> bool:
        """Whether today's budget of a host is used up."""
        return self.read().get(host, HostRecord()).asked_on(now) >= budget

    def charge(self, host: str, now: datetime, budget: int) -> bool:
        """Count one request; False, and nothing counted, when the day's budget is used up."""
        with self._changing(host) as hosts:
            record = hosts[host]
            asked = record.asked_on(now)
            if asked < budget:
                hosts[host] = replace(record, day=_day_of(now), asked=asked + 1)
        return asked < budget

    def note_wall(self, host: str, reason: str, now: datetime, at_least: timedelta = timedelta(0)) -> None:
        """Leave a host alone: 30 minutes, or twice as long as the last time, up to a day.

        A wall met while a rest holds (another crawler ran into it too) changes nothing.
        """
        with self._changing(host) as hosts:
            record = hosts[host]
            if record.is_resting(now):
                return
            doubled = min(timedelta(minutes=record.rest_minutes * 2), LONGEST_REST)
            rest = max(doubled, FIRST_REST, at_least)
            hosts[host] = replace(
                record,
                rest_until=(now + rest).astimezone(BEIJING).isoformat(timespec="seconds"),
                rest_minutes=rest.total_seconds() / 60,
                reason=reason,
            )

    def note_good_run(self, host: str, now: datetime) -> None:
        """Forget past walls: the host answered a whole run. A rest that another crawler began stays."""
        if host not in self.read():
            return
        with self._changing(host) as hosts:
            record = hosts[host]
            if not record.is_resting(now):
                hosts[host] = replace(record, rest_until=None, rest_minutes=0.0, reason="")

    @contextmanager
    def _changing(self, host: str) -> Iterator[dict[str, HostRecord]]:
        self._path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            hosts = {host: HostRecord()} | self.read()
            yield hosts
            self._replace(hosts)
        finally:
            os.close(lock)

    def _replace(self, hosts: dict[str, HostRecord]) -> None:
        value = {"hosts": {host: asdict(hosts[host]) for host in sorted(hosts)}}
        scratch = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        file = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(file, "w", encoding="utf-8") as text:
            json.dump(value, text, ensure_ascii=False, indent=1)
        scratch.replace(self._path)


def _day_of(moment: datetime) -> str:
    return moment.astimezone(BEIJING).date().isoformat()
