"""Which spider looks again at which platform's cases: `data/crawler/rechecks.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table

TABLE_PATH = DATA_DIR / "crawler" / "rechecks.tsv"


@dataclass(frozen=True, slots=True)
class Watcher:
    """A spider that looks again at cases. Without `reads_authors` it reads posts, and what stands under them."""

    spider: str
    platforms: tuple[str, ...]
    reads_authors: bool


def find_watcher(spider: str) -> Watcher | None:
    """What a spider looks at again; None where it only discovers."""
    return _load().get(spider)


def list_watchers() -> tuple[Watcher, ...]:
    """All that look again, in the table's order."""
    return tuple(_load().values())


def platforms_watched(spiders: tuple[str, ...]) -> frozenset[str]:
    """The platforms whose cases one of these spiders looks at again."""
    return frozenset(platform for spider in spiders if (one := find_watcher(spider)) for platform in one.platforms)


@cache
def _load() -> dict[str, Watcher]:
    watchers: dict[str, Watcher] = {}
    for _line, row in read_table(TABLE_PATH):
        known = watchers.get(row["spider"], Watcher(row["spider"], (), reads_authors=False))
        platforms = (*known.platforms, row["platform"])
        watchers[row["spider"]] = Watcher(known.spider, platforms, reads_authors=row["author_pages"] == "yes")
    return watchers
