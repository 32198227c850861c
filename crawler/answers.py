"""What became of the orders of a re-check: `<spool>/<spider>.answers.jsonl`, one line an answer, appended at once.

A line is written after the observations that it stands for are in the spool, so that a crawl which was killed goes on
with the orders that have no line.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.appending import FILE_MODE, FOLDER_MODE
from crawler.orders import read_orders

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

UNIT, TIMELINE, COMMENTS = "unit", "timeline", "comments"
READ, REFUSED = "read", "refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. `kind` unit: `subject` is the unit's key and `posts` its targets; `outcome` is read or refused.

    `kind` timeline: an author's page was read at `read_at` (ISO 8601), back to `from_at` or to what was known.
    `kind` comments: those under a post; `total` only where all were read.
    """

    kind: str
    subject: str
    outcome: str
    read_at: str
    posts: tuple[str, ...] = ()
    from_at: str | None = None
    newest_id: str | None = None
    total: int | None = None
    platform: str = "weibo"


class AnswersPipeline:
    """Scrapy item pipeline, after the spool's: writes the answers and lets observations pass."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy when the spider opens."""
        return cls(answers_path(read_orders(crawler.settings).spool, crawler.spidercls.name))

    def process_item(self, item: Any) -> Any:
        """Append an answer."""
        if isinstance(item, Answered):
            self._path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
            try:
                os.write(file, f"{json.dumps(asdict(item), ensure_ascii=False)}\n".encode())
            finally:
                os.close(file)
        return item


def answers_path(spool: Path, spider: str) -> Path:
    """Where a spider's answers lie."""
    return spool / f"{spider}.answers.jsonl"


def read_done_units(path: Path) -> frozenset[str]:
    """The keys of the units that an earlier process of the same run has read. A cut last line counts for nothing."""
    if not path.is_file():
        return frozenset()
    keys = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if value.get("kind") == UNIT and value.get("outcome") == READ:
            keys.add(str(value["subject"]))
    return frozenset(keys)
