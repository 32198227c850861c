"""What a night orders of a crawl: the `HOUXU_…` settings, read once, each with its default and its error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class OrderError(Exception):
    """An order that cannot be carried out, in one line for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A post to look at again. Times are aware; `is_gone_once`: the last look did not find it.

    `checked_at` is until when its author's posts are known: NEVER when they were never read, None when the line does
    not say, which means HOUXU_WINDOW_START.
    """

    platform: str
    id: str
    author_id: str | None
    posted_at: datetime | None
    is_gone_once: bool
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """One crawl's orders. `now` overrides the clock; `window_start` is the past that is known already.

    `window_starts` says so for single keywords where they differ: one whose last night had a hole reaches further.
    `manners_path` is where rests and budgets are remembered; None on loopback, unless it is named.
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

    def window_start_of(self, keyword: str) -> datetime | None:
        """From when on a keyword's past is not known; None: nothing is known."""
        return dict(self.window_starts).get(keyword, self.window_start)

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
    )


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets of a JSON Lines file, those that were gone once first, otherwise in its order.

    Raises:
        OrderError: the file cannot be read, or a line is no target; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OrderError(f"HOUXU_TARGETS: {error.strerror}: {path}") from error
    targets = [_read_target(f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    return tuple(sorted(targets, key=lambda target: not target.is_gone_once))


def _read_target(place: str, line: str) -> Target:
    try:
        value = json.loads(line)
        posted_at, checked_at = value.get("posted_at"), value.get("checked_at", "")
        return Target(
            platform=str(value["platform"]),
            id=str(value["id"]),
            author_id=str(value["author_id"]) if value.get("author_id") else None,
            posted_at=_aware(posted_at) if posted_at else None,
            is_gone_once=bool(value.get("is_gone_once")),
            checked_at=NEVER if checked_at is None else _aware(checked_at) if checked_at else None,
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise OrderError(f"{place}: not a target ({type(error).__name__}: {error})") from error


def _read_moment(settings: BaseSettings, name: str) -> datetime | None:
    written = settings.get(name)
    if not written:
        return None
    try:
        return _aware(str(written))
    except ValueError as error:
        raise OrderError(f"{name}: {error}") from error


def _read_window_starts(settings: BaseSettings) -> tuple[tuple[str, datetime], ...]:
    written = settings.get("HOUXU_WINDOW_STARTS")
    if not written:
        return ()
    try:
        return tuple((str(keyword), _aware(start)) for keyword, start in json.loads(written).items())
    except (ValueError, TypeError, AttributeError) as error:
        raise OrderError(f"HOUXU_WINDOW_STARTS: not an object of keywords and moments ({error})") from error


def _aware(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written} has no offset, such as +08:00")
    return moment
