"""What a re-check is told to look at: one JSON object a line, and the units in which it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.orders import NEVER, OrderError, read_aware

POST, TIMELINE, COMMENTS = "post", "timeline", "comments"
LOOKS = (POST, TIMELINE, COMMENTS)


@dataclass(frozen=True, slots=True)
class Target:
    """A post to look at again. Times are aware.

    `looks` are the pages that are asked for whatever the author's page shows. `checked_at` is until when its author's
    posts are known: NEVER when they were never read, None when the line does not say, which means HOUXU_WINDOW_START.
    `is_gone_once`: the last look did not find it; `is_gone`: it is gone for certain. `comments_total` is how many
    comments the site counted when they were last read to the end, `comments_newest_id` the newest of them.
    """

    platform: str
    id: str
    author_id: str | None
    posted_at: datetime | None
    is_gone_once: bool
    checked_at: datetime | None = None
    looks: tuple[str, ...] = LOOKS
    is_gone: bool = False
    is_urgent: bool = True
    edited_at: datetime | None = None
    comments_total: int | None = None
    comments_newest_id: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """Targets that are asked together: those of one author, or one whose author nobody knows."""

    key: str
    targets: tuple[Target, ...]

    @property
    def is_urgent(self) -> bool:
        """Whether leaving it out makes the night incomplete."""
        return any(target.is_urgent for target in self.targets)


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets of a JSON Lines file, those that were gone once first, otherwise in its order.

    Raises:
        OrderError: the file cannot be read, or a line is no target; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OrderError(f"HOUXU_TARGETS: {error.strerror}: {path}") from error
    targets = [read_target(f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    return tuple(sorted(targets, key=lambda target: not target.is_gone_once))


def group_targets(targets: Iterable[Target]) -> list[Unit]:
    """The targets by author, in the order of each author's first one."""
    grouped: dict[str, list[Target]] = {}
    for target in targets:
        grouped.setdefault(target.author_id or f"post {target.id}", []).append(target)
    return [Unit(key, tuple(group)) for key, group in grouped.items()]


def write_unit(unit: Unit) -> str:
    """A unit as one line of JSON, for a queue."""
    targets = [{**asdict(one), "looks": list(one.looks), "checked_at": _stamp_checked(one)} for one in unit.targets]
    for value in targets:
        for name in ("posted_at", "edited_at"):
            value[name] = value[name].isoformat() if value[name] else None
    return json.dumps({"key": unit.key, "targets": targets}, ensure_ascii=False)


def read_unit(line: str) -> Unit:
    """The unit of a line that `write_unit` wrote.

    Raises:
        OrderError: it is none.
    """
    try:
        value = json.loads(line)
        targets = tuple(read_target("queue", json.dumps(one)) for one in value["targets"])
        return Unit(str(value["key"]), targets)
    except (ValueError, TypeError, KeyError) as error:
        raise OrderError(f"queue: not a unit ({type(error).__name__}: {error})") from error


def _stamp_checked(target: Target) -> str | None:
    # None means "never" in a line, and an empty text that the line does not say.
    if target.checked_at is None:
        return ""
    return None if target.checked_at == NEVER else target.checked_at.isoformat()


def read_target(place: str, line: str) -> Target:
    """The target of one line.

    Raises:
        OrderError: it is none; the message begins with `place`.
    """
    try:
        value = json.loads(line)
        checked_at = value.get("checked_at", "")
        looks = tuple(str(look) for look in value.get("looks", LOOKS))
        if not looks or not set(looks) <= set(LOOKS):
            raise ValueError(f"looks must be some of {', '.join(LOOKS)}")
        return Target(
            platform=str(value["platform"]),
            id=str(value["id"]),
            author_id=str(value["author_id"]) if value.get("author_id") else None,
            posted_at=_moment(value.get("posted_at")),
            is_gone_once=bool(value.get("is_gone_once")),
            checked_at=NEVER if checked_at is None else _moment(checked_at),
            looks=looks,
            is_gone=bool(value.get("is_gone")),
            is_urgent=bool(value.get("is_urgent", True)),
            edited_at=_moment(value.get("edited_at")),
            comments_total=_number(value.get("comments_total")),
            comments_newest_id=str(value["comments_newest_id"]) if value.get("comments_newest_id") else None,
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise OrderError(f"{place}: not a target ({type(error).__name__}: {error})") from error


def _moment(written: Any) -> datetime | None:
    return read_aware(str(written)) if written else None


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
