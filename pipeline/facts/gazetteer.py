"""The table of provinces, cities and districts, and the names by which people call them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

_SUFFIX = re.compile(
    r"(?:特别行政区|(?:[\u4e00-\u9fff]{1,3}族){1,4}自治[区州县旗]|维吾尔自治区|自治[区州县旗]"
    r"|地区|新区|林区|矿区|[省市区县盟旗])\Z"
)


class Place(NamedTuple):
    """Full official names; an unknown level is empty. The four municipalities are their own city.

    A tuple, because places are compared and hashed by the dozen for every post.
    """

    province: str
    city: str
    district: str

    @property
    def depth(self) -> int:
        """How many levels are known."""
        return bool(self.province) + bool(self.city) + bool(self.district)

    def contains(self, other: Place) -> bool:
        """Whether `other` lies in this place (or is it)."""
        return (
            (not self.province or self.province == other.province)
            and (not self.city or self.city == other.city)
            and (not self.district or self.district == other.district)
        )


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a name may mean. A strong one stands alone; a weak one (an ordinary word, 朝阳) needs its parent beside
    it."""

    name: str
    places: tuple[Place, ...]
    is_full: bool
    is_weak: bool


def place_names() -> Iterator[PlaceName]:
    """Every name by which a place is called, with what it may mean."""
    ordinary = {row["word"] for _, row in read_table(DATA_DIR / "place_ordinary_words.tsv")}
    places = _places()
    full: defaultdict[str, list[Place]] = defaultdict(list)
    short: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        name = place.district or place.city or place.province
        full[name].append(place)
        stem = _SUFFIX.sub("", name)
        if len(stem) >= 2 and stem != name:
            short[stem].append(place)
    for alias, place in _aliases(places):
        short[alias] = [place]
    for name, meant in full.items():
        yield PlaceName(name=name, places=_distinct(meant), is_full=True, is_weak=name in ordinary)
    for name, meant in short.items():
        if name not in full:
            yield PlaceName(name=name, places=_widest(meant), is_full=False, is_weak=name in ordinary)


def _distinct(places: Sequence[Place]) -> tuple[Place, ...]:
    # Most names mean one place, and comparing places costs more than looking.
    return tuple(dict.fromkeys(places)) if len(places) > 1 else tuple(places)


def _widest(places: list[Place]) -> tuple[Place, ...]:
    """吉林 is the province before the city, 承德 the city before the county: the wider one comes first."""
    return _distinct(sorted(places, key=lambda place: place.depth))


def _places() -> dict[str, Place]:
    path = DATA_DIR / "places.tsv"
    places: dict[str, Place] = {}
    for line, row in read_table(path):
        if row["code"] in places or not row["province"]:
            raise UserError(f"{path}:{line}: a code comes twice or has no province: {row['code']}")
        places[row["code"]] = Place(row["province"], _city(row), row["district"])
    return places


def _city(row: dict[str, str]) -> str:
    is_municipality = row["province"].endswith("市") or row["province"].endswith("特别行政区")
    return row["city"] or (row["province"] if is_municipality else "")


def _aliases(places: dict[str, Place]) -> Iterable[tuple[str, Place]]:
    path = DATA_DIR / "place_aliases.tsv"
    for line, row in read_table(path):
        if row["code"] not in places:
            raise UserError(f"{path}:{line}: no place has the code {row['code']}")
        yield row["alias"], places[row["code"]]
