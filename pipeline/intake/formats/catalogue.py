"""Loads formats from `data/formats/*.toml` and column maps from `--map` files; what is wrong names its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.datafiles import DATA_DIR, read_toml
from pipeline.errors import UserError
from pipeline.intake.formats.layouts import ExportFormat, Layout, Realignment, View
from pipeline.intake.formats.templates import Template, parse_template

# Asked in this order: a general layout must not take what a particular one knows.
FORMAT_NAMES = ("weibo-search", "weibo-crawler", "mediacrawler", "zeeschuimer", "4cat")

FIELD_NAMES = (
    "platform", "id", "url", "author_id", "author_name", "author_kind", "posted_at", "observed_at", "edited_at",
    "title", "text", "is_cut", "repost_of", "reply_to", "availability", "images", "reposts", "comments", "likes",
)  # fmt: skip

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_Offset = Annotated[str, Field(pattern=r"^[+-]\d\d:\d\d$")]
_Templates = str | list[str]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _LayoutTable(_Table):
    name: str
    has: list[str]
    lacks: list[str] = []
    where: dict[str, str] = {}
    fields: dict[str, _Templates]
    carried: dict[str, _Templates] | None = None
    match: dict[str, str] = {}
    platform_of: dict[str, str] = {}
    wall_clock: _Offset | None = None
    cut_at: int | None = None


class _RealignTable(_Table):
    header_count: int
    row_counts: list[int]
    insert_after: dict[str, str]


class _FormatTable(_Table):
    name: str
    utc_offset: _Offset
    shapes: list[str]
    items: str | None = None
    may_be_short: bool = False
    realign: list[_RealignTable] = []
    layouts: list[_LayoutTable]


class _MapTable(_Table):
    platform: str | None = None
    utc_offset: _Offset = "+08:00"
    columns: dict[str, str]


@cache
def load_format(name: str) -> ExportFormat:
    """The format of `data/formats/<name>.toml`.

    Raises:
        UserError: the file is malformed.
    """
    return read_format(DATA_DIR / "formats" / f"{name}.toml")


def read_format(path: Path) -> ExportFormat:
    """A format from a file.

    Raises:
        UserError: not TOML, an unknown member, or a field that is not ours.
    """
    try:
        table = _FormatTable.model_validate(read_toml(path))
    except ValidationError as error:
        raise _told(path, error) from error
    return ExportFormat(
        name=table.name,
        utc_offset=_offset(table.utc_offset),
        shapes=frozenset(table.shapes),
        items=table.items,
        may_be_short=table.may_be_short,
        realignments=tuple(
            Realignment(one.header_count, frozenset(one.row_counts), one.insert_after) for one in table.realign
        ),
        layouts=tuple(_layout(path, one) for one in table.layouts),
    )


def read_column_map(path: Path) -> ExportFormat:
    """The format that a person's column map describes: `platform`, `utc_offset`, and `[columns]` field = "column".

    Raises:
        UserError: no such file, not TOML, an unknown field, or no column for the id.
    """
    if not path.is_file():
        raise UserError(f"{path}: 没有这个对照表 / no such column map")
    try:
        table = _MapTable.model_validate(read_toml(path))
    except ValidationError as error:
        raise _told(path, error) from error
    fields: dict[str, _Templates] = {field: f"{{{column}}}" for field, column in table.columns.items()}
    if table.platform is not None:
        fields["platform"] = table.platform
    missing = [name for name in ("platform", "id") if name not in fields]
    if missing:
        raise UserError(f"{path}: 缺少 {missing[0]} / {missing[0]} is missing")
    layout = _LayoutTable(name="map", has=sorted(set(table.columns.values())), fields=fields)
    return ExportFormat(
        name="csv",
        utc_offset=_offset(table.utc_offset),
        shapes=frozenset({"csv", "json"}),
        items=None,
        may_be_short=False,
        realignments=(),
        layouts=(_layout(path, layout),),
    )


def _layout(path: Path, table: _LayoutTable) -> Layout:
    return Layout(
        name=table.name,
        has=tuple(table.has),
        lacks=tuple(table.lacks),
        where=table.where,
        post=_view(path, table, table.fields, table.match),
        carried=None if table.carried is None else _view(path, table, table.carried, {}),
        wall_clock=None if table.wall_clock is None else _offset(table.wall_clock),
        cut_at=table.cut_at,
    )


def _view(path: Path, table: _LayoutTable, fields: Mapping[str, _Templates], matches: Mapping[str, str]) -> View:
    unknown = [name for name in (*fields, *matches) if name not in FIELD_NAMES]
    if unknown:
        raise UserError(f"{path}: {table.name}: 不认识的字段 / unknown field {unknown[0]!r}; {', '.join(FIELD_NAMES)}")
    return View(
        fields={name: _templates(texts) for name, texts in fields.items()},
        matches={name: re.compile(pattern) for name, pattern in matches.items()},
        hosts=table.platform_of,
    )


def _templates(texts: _Templates) -> tuple[Template, ...]:
    return tuple(parse_template(text) for text in ([texts] if isinstance(texts, str) else texts))


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    assert match is not None  # noqa: S101  the pattern of _Offset has let it through
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return size if match[1] == "+" else -size


def _told(path: Path, error: ValidationError) -> UserError:
    first = error.errors()[0]
    return UserError(f"{path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
