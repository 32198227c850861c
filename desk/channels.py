"""Official help channels by area, from data/channels.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

CHANNELS_PATH = DATA_DIR / "channels.tsv"
ANY = "*"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to turn to. `area` is a province, city or district name or `*`; `category` a need or `*`."""

    area: str
    category: str
    name: str
    phone: str
    url: str
    hours: str
    source: str


@cache
def all_channels(path: Path = CHANNELS_PATH) -> tuple[Channel, ...]:
    """Every channel, in the order of the file.

    Raises:
        UserError: a line without a name, or with neither phone nor address.
    """
    found = []
    for line, row in read_table(path):
        fields = {name: "" if value == "-" else value for name, value in row.items()}
        if not fields["name"] or not (fields["phone"] or fields["url"]):
            raise UserError(f"{path}:{line}: 渠道要有名称和电话或网址 / a channel needs a name and a phone or address")
        found.append(Channel(**fields))
    return tuple(found)


def channels_for(places: Sequence[str | None], category: str | None) -> list[Channel]:
    """Channels for a need in a place (`places` from near to far), the nearest and most special first."""
    near = [place for place in places if place] + [ANY]
    fitting = [one for one in all_channels() if one.area in near and one.category in (ANY, category)]
    return sorted(fitting, key=lambda one: (near.index(one.area), one.category == ANY))
