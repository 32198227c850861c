"""A host's day: how much of it discovery may use, and how much of it is used up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import UserError

_BEIJING = timezone(timedelta(hours=8))  # whose days crawler/manners.py counts


@dataclass(frozen=True, slots=True)
class Budget:
    """Requests to one host on one day, how many it has had, and what share of the rest (0 to 1) is kept for later."""

    daily: int
    asked: int
    reserved: float = 0.0

    @property
    def left(self) -> int:
        """What the day still allows."""
        return max(0, self.daily - self.asked)

    @property
    def limit(self) -> int:
        """Up to what count of the day a spider may go. Several nights a day each share what is left by then."""
        return min(self.daily, self.asked + max(1, round(self.left * (1 - self.reserved))))


def read_asked(manners_path: Path, base_url: str, now: datetime) -> int:
    """How many requests the host of a site has had on the day of `now`, by the crawler's memory.

    Raises:
        UserError: the memory cannot be read.
    """
    if not manners_path.is_file():
        return 0
    try:
        record = json.loads(manners_path.read_text(encoding="utf-8"))["hosts"].get(urlsplit(base_url).netloc, {})
        return int(record["asked"]) if record.get("day") == now.astimezone(_BEIJING).date().isoformat() else 0
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{manners_path}: 读不懂，修好或删掉 / cannot be read, mend or remove it ({error})") from error
