"""A format and its layouts as values: what `data/formats/*.toml` and `--map` files say, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pipeline.intake.formats.templates import Template, find_value, has_key


@dataclass(frozen=True, slots=True)
class View:
    """How one post is read from a record: a template list for each field, the first that is filled wins.

    `matches` keep what their first group finds; `hosts` turn a link into a platform.
    """

    fields: Mapping[str, tuple[Template, ...]]
    matches: Mapping[str, re.Pattern[str]]
    hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of record: recognised by keys, and where they don't tell by values; read as a post and perhaps as the
    post that it carries.

    `wall_clock`: numbers of seconds were computed from this zone's wall clock as if it were UTC.
    `cut_at`: the tool cuts texts at this many characters.
    """

    name: str
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    where: Mapping[str, str]
    post: View
    carried: View | None
    wall_clock: timedelta | None
    cut_at: int | None

    def fits(self, record: Mapping[str, object]) -> bool:
        """Whether a record, or a header as keys, is of this kind."""
        return (
            all(has_key(record, key) for key in self.has)
            and not any(has_key(record, key) for key in self.lacks)
            and all(find_value(record, key) == value for key, value in self.where.items())
        )


@dataclass(frozen=True, slots=True)
class Realignment:
    """Rows that are longer than their header because the tool forgot columns in it."""

    header_count: int
    row_counts: frozenset[int]
    insert_after: Mapping[str, str]

    def mend(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """The header with the forgotten columns."""
        pairs = ([name, self.insert_after[name]] if name in self.insert_after else [name] for name in header)
        return tuple(name for pair in pairs for name in pair)


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What one tool writes. `utc_offset` is for times that have none, `items` names the member that holds the list."""

    name: str
    utc_offset: timedelta
    shapes: frozenset[str]
    items: str | None
    may_be_short: bool
    realignments: tuple[Realignment, ...]
    layouts: tuple[Layout, ...]

    def layout_of(self, record: Mapping[str, object]) -> Layout | None:
        """The first layout that fits."""
        return next((layout for layout in self.layouts if layout.fits(record)), None)
