"""What a night orders of a crawl: the `HOUXU_…` settings, read once, each with its default and its error."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class OrderError(Exception):
    """An order that cannot be carried out, in one line for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Orders:
    """One crawl's orders. `now` overrides the clock; `window_start` is the past that is known already.

    `window_starts` says so for single queries where they differ: one whose last night had a hole reaches further.
    `manners_path` is where rests and budgets are remembered; None on loopback, unless it is named. `queue_url` is the
    Redis that several crawlers share, and `queue_lease_seconds` how long one of them may be silent over an order.
    `recheck_budget` is how many requests a re-check may make before it takes no further order; None for any number.
    `session_path` is the cookie file of a visitor session, None where the operator has not turned one on; `known_path`
    names posts whose whole text is known (crawler/known.py).
    """

    run_id: str
    spool: Path
    base_url: str
    contact: str
    now: datetime | None
    keywords: tuple[str, ...]
    window_start: datetime | None
    window_starts: tuple[tuple[str, datetime], ...]
    targets_path: Path | None
    manners_path: Path | None
    daily_budget: int
    recheck_budget: int | None = None
    queue_url: str = ""
    queue_lease_seconds: int = 600
    session_path: Path | None = None
    known_path: Path | None = None

    def window_start_of(self, query: str) -> datetime | None:
        """From when on a query's past is not known; None: nothing is known."""
        return dict(self.window_starts).get(query, self.window_start)

    def has_hole(self, query: str) -> bool:
        """Whether a query reaches further back than usual: an earlier night has not seen all of it."""
        start = dict(self.window_starts).get(query)
        return start is not None and self.window_start is not None and start < self.window_start

    def put_holes_first(self, queries: Iterable[str]) -> list[str]:
        """The queries with a hole, furthest back first, then the others in their order."""
        starts = dict(self.window_starts)
        return sorted(queries, key=lambda query: starts[query] if self.has_hole(query) else _FAR_AHEAD)

    def read_clock(self) -> datetime:
        """The moment that an observation made right now carries."""
        return self.now or datetime.now(UTC)


def read_orders(settings: BaseSettings) -> Orders:
    """The orders in Scrapy's settings.

    Raises:
        OrderError: a value that is missing or cannot be read.
    """
    run_id = settings.get("HOUXU_RUN") or f"manual-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    base_url = str(settings.get("HOUXU_BASE_URL")).rstrip("/")
    contact = str(settings.get("HOUXU_CONTACT") or "")
    is_loopback = urlsplit(base_url).hostname in LOOPBACK_HOSTS
    if not contact and not is_loopback:
        raise OrderError("HOUXU_CONTACT is missing: a mail or web address at which a site's operator reaches you")
    targets = settings.get("HOUXU_TARGETS")
    manners = settings.get("HOUXU_MANNERS") or ("" if is_loopback else "var/manners.json")
    return Orders(
        run_id=run_id,
        spool=Path(settings.get("HOUXU_SPOOL") or f"var/spool/{run_id}"),
        base_url=base_url,
        contact=contact,
        now=_read_moment(settings, "HOUXU_NOW"),
        keywords=tuple(word.strip() for word in str(settings.get("HOUXU_KEYWORDS") or "").split("|") if word.strip()),
        window_start=_read_moment(settings, "HOUXU_WINDOW_START"),
        window_starts=_read_window_starts(settings),
        targets_path=Path(targets) if targets else None,
        manners_path=Path(manners) if manners else None,
        daily_budget=settings.getint("HOUXU_DAILY_BUDGET"),
        recheck_budget=int(settings.get("HOUXU_RECHECK_BUDGET")) if settings.get("HOUXU_RECHECK_BUDGET") else None,
        queue_url=str(settings.get("HOUXU_QUEUE") or ""),
        queue_lease_seconds=settings.getint("HOUXU_QUEUE_LEASE", 600),
        session_path=Path(session) if (session := settings.get("HOUXU_SESSION")) else None,
        known_path=Path(known) if (known := settings.get("HOUXU_KNOWN")) else None,
    )


def _read_moment(settings: BaseSettings, name: str) -> datetime | None:
    written = settings.get(name)
    if not written:
        return None
    try:
        return read_aware(str(written))
    except ValueError as error:
        raise OrderError(f"{name}: {error}") from error


def _read_window_starts(settings: BaseSettings) -> tuple[tuple[str, datetime], ...]:
    written = settings.get("HOUXU_WINDOW_STARTS")
    if not written:
        return ()
    try:
        return tuple((str(query), read_aware(start)) for query, start in json.loads(written).items())
    except (ValueError, TypeError, AttributeError) as error:
        raise OrderError(f"HOUXU_WINDOW_STARTS: not an object of queries and moments ({error})") from error


def read_aware(written: str) -> datetime:
    """A moment with its offset.

    Raises:
        ValueError: it has none, or is none.
    """
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written} has no offset, such as +08:00")
    return moment
