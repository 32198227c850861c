"""The ledger of a crawl: what was asked, seen and refused, query by query, and whether the query was covered."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crawler.appending import FILE_MODE, FOLDER_MODE
from crawler.items import Observation

ALL_QUERIES = "*"


@dataclass(slots=True)
class Tally:
    """The running counts of one query. It is complete when nothing is pending and no hole was left.

    `posts` are the ids of what it handed over, so that whoever reads the spool can say what was new in it.
    """

    query: str
    requested: int = 0
    seen: int = 0
    posts: list[str] = field(default_factory=list)
    refused: int = 0
    pending: int = 0
    holes: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)

    def see(self, observation: Observation) -> None:
        """The query has found a post, which goes to the spool."""
        self.seen += 1
        self.posts.append(f"{observation.platform}:{observation.id}")

    def leave_hole(self, reason: str) -> None:
        """Something was not looked at, so the query is not complete."""
        self.holes[reason] += 1

    def add_refusal(self, reason: str) -> None:
        """The site gave no answer to one request."""
        self.refused += 1
        self.leave_hole(reason)

    def add_remark(self, words: str) -> None:
        """Something worth knowing that leaves no hole."""
        self.remarks[words] += 1

    @property
    def is_complete(self) -> bool:
        """Whether paging reached the known past or the true end, everywhere."""
        return not self.holes and not self.pending

    @property
    def note(self) -> str:
        """Holes and remarks, each with its count."""
        holes = self.holes + Counter({"stopped before the end": self.pending} if self.pending else {})
        return "; ".join(f"{words} ×{count}" if count > 1 else words for words, count in (holes + self.remarks).items())


class Ledger:
    """Tallies by query, and the file `<spider>.ledger.jsonl` in which they end."""

    def __init__(self, path: Path, spider: str) -> None:
        self._path = path
        self._spider = spider
        self._tallies: dict[str, Tally] = {}
        self._requested = 0
        self._refused = 0

    def tally(self, query: str) -> Tally:
        """The tally of a query, begun when first asked for."""
        return self._tallies.setdefault(query, Tally(query))

    def count_requested(self) -> int:
        """Requests planned so far, whatever became of them."""
        return self._requested + sum(tally.requested for tally in self._tallies.values())

    def count_refused(self) -> int:
        """Requests without an answer so far."""
        return self._refused + sum(tally.refused for tally in self._tallies.values())

    def close(self, query: str) -> None:
        """Write the line of a query that has ended."""
        tally = self._tallies.pop(query)
        self._requested += tally.requested
        self._refused += tally.refused
        self._write(
            {
                "spider": self._spider,
                "query": query,
                "requested": tally.requested,
                "seen": tally.seen,
                "refused": tally.refused,
                "complete": int(tally.is_complete),
                "note": tally.note,
            }
            | ({"posts": tally.posts} if tally.posts else {})
        )

    def finish(self, outcome: str) -> None:
        """Write what is still open, then the last line: `finished` only when the outcome is Scrapy's `finished`."""
        for query in list(self._tallies):
            self.close(query)
        self._write(
            {
                "spider": self._spider,
                "query": ALL_QUERIES,
                "finished": outcome == "finished",
                "requested": self._requested,
                "refused": self._refused,
                "note": "" if outcome == "finished" else outcome,
            }
        )

    def _write(self, line: dict[str, object]) -> None:
        self._path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
        try:
            os.write(file, f"{json.dumps(line, ensure_ascii=False)}\n".encode())
        finally:
            os.close(file)
