"""Which post a link is: `data/crawler/permalinks.tsv`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.datatables import DATA_DIR, DataError, read_rows
from crawler.weibo.ids import lengthen_id

TABLE_PATH = DATA_DIR / "crawler" / "permalinks.tsv"
FEED = "feed"


@dataclass(frozen=True, slots=True)
class Permalink:
    """A post by its platform and native id; `author_id` where the link names the account."""

    platform: str
    id: str
    author_id: str | None = None


def read_permalink(link: str) -> Permalink | None:
    """The post that a link leads to; None where the table knows no such link."""
    for platform, pattern in _load_patterns(TABLE_PATH):
        if match := pattern.fullmatch(link.strip()):
            return Permalink(platform, _native_id(match.groupdict()), match.groupdict().get("author"))
    return None


def name_item(guid: str, link: str) -> Permalink:
    """The post of a feed's item: by its link or its guid, else one of its own on the platform `feed`."""
    known = read_permalink(link) or read_permalink(guid)
    return known or Permalink(FEED, hashlib.sha256((guid or link).encode()).hexdigest()[:24])


def _native_id(groups: dict[str, str | None]) -> str:
    native_id = groups.get("id") or lengthen_id(str(groups["bid"]))
    host = groups.get("host")
    return f"{host}/{native_id}" if host else native_id


@cache
def _load_patterns(path: Path) -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = []
    for place, row in read_rows(path, ("platform", "pattern")):
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            raise DataError(f"{place}: {error}") from error
        if not {"id", "bid"} & set(pattern.groupindex):
            raise DataError(f"{place}: the pattern has neither a group id nor a group bid")
        patterns.append((row["platform"], pattern))
    return tuple(patterns)
