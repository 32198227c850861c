"""Which format a file has, by its beginning: the header of a CSV, the keys of the first JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from pipeline.errors import UserError
from pipeline.intake.formats.catalogue import FORMAT_NAMES, load_format
from pipeline.intake.formats.csvfile import Dialect, sniff_dialect
from pipeline.intake.formats.jsonfile import read_json_list
from pipeline.intake.formats.layouts import ExportFormat

# One captured Douyin object alone can have 100,000 bytes.
HEAD_BYTES = 1 << 20
_TABLE_SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
# What an export holds on a quiet day.
_EMPTY_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\]\s*")
_HINT = "可写一个列对照表，用 --map 指定，写法见 docs/import-formats.md / write a column map and pass it with --map"


@dataclass(frozen=True, slots=True)
class Finding:
    """How a file is to be read. `dialect` is there for a CSV; `is_list` tells a JSON list, perhaps under the member
    `items`, from JSON Lines."""

    export: ExportFormat
    dialect: Dialect | None = None
    is_list: bool = False
    items: str | None = None


def recognise(path: Path, head: bytes) -> Finding | None:
    """The format of a file whatever it is; None where it is our own JSON Lines, or nothing that anyone knows.

    Raises:
        UserError: a CSV or a JSON list that no format knows; the message shows what was found.
    """
    if path.name.lower().endswith(_TABLE_SUFFIXES):
        _refuse_utf16(path, head)
    if _EMPTY_LIST.fullmatch(head):
        return Finding(load_format(FORMAT_NAMES[0]), is_list=True)
    for export in map(load_format, FORMAT_NAMES):
        if (finding := fit(export, head)) is not None:
            return finding
    if _looks_like_table(path, head):
        raise UserError(f"{path}: 不认识的表头 / unknown CSV header: {_shown(sniff_dialect(head).header)}; {_HINT}")
    if _first_sign(head) == b"[":
        keys = _shown(tuple(_first_item(head, None)))
        raise UserError(f"{path}: 不认识的 JSON 列表 / unknown JSON list with the keys: {keys}; {_HINT}")
    return None


def require(path: Path, export: ExportFormat, head: bytes) -> Finding:
    """How to read a file as a format that somebody named.

    Raises:
        UserError: the file has neither the columns nor the keys of that format.
    """
    _refuse_utf16(path, head)
    if "json" in export.shapes and _EMPTY_LIST.fullmatch(head):
        return Finding(export, is_list=True)
    finding = fit(export, head)
    if finding is not None:
        return finding
    is_json = _first_sign(head) in (b"{", b"[")
    found = tuple(_first_object(head) or _first_item(head, None)) if is_json else sniff_dialect(head).header
    wanted = " | ".join(", ".join(layout.has) for layout in export.layouts[:3])
    raise UserError(
        f"{path}: 不是 {export.name} 的文件 / not a file of {export.name}: {_shown(found)}; 需要 / needed: {wanted}"
    )


def fit(export: ExportFormat, head: bytes) -> Finding | None:
    """How to read a file of this format; None when it is of another."""
    if _first_sign(head) not in (b"{", b"["):
        return _fit_csv(export, head) if "csv" in export.shapes else None
    if "json" not in export.shapes:
        return None
    if _first_sign(head) == b"{" and _fits(export, _first_object(head)):
        return Finding(export)
    items = export.items if _first_sign(head) == b"{" else None
    if (items is not None or _first_sign(head) == b"[") and _fits(export, _first_item(head, items)):
        return Finding(export, is_list=True, items=items)
    return None


def _fit_csv(export: ExportFormat, head: bytes) -> Finding | None:
    dialect = sniff_dialect(head)
    return Finding(export, dialect) if _fits(export, dict.fromkeys(dialect.header, "")) else None


def _fits(export: ExportFormat, record: Mapping[str, object]) -> bool:
    return bool(record) and export.layout_of(record) is not None


def _refuse_utf16(path: Path, head: bytes) -> None:
    """Excel writes UTF-16 as "Unicode text"."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path}: UTF-16 编码，请另存为“CSV UTF-8” / the file is UTF-16; save it as CSV UTF-8")


def _first_sign(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _first_object(head: bytes) -> Mapping[str, object]:
    """The first line that is a JSON object; an empty one when there is none."""
    for line in head.removeprefix(b"\xef\xbb\xbf").splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return {}


def _first_item(head: bytes, items: str | None) -> Mapping[str, object]:
    records = islice(read_json_list(BytesIO(head), items, HEAD_BYTES), 1)
    return next((record.fields for record in records), {})


def _looks_like_table(path: Path, head: bytes) -> bool:
    """Whether it was meant as a table: by its ending, or by three columns that the second line has too."""
    if _first_sign(head) in (b"", b"{", b"[") or _first_object(head):
        return False
    if path.name.lower().endswith(_TABLE_SUFFIXES):
        return True
    dialect = sniff_dialect(head)
    lines = head.decode(dialect.encoding, "replace").splitlines()
    return len(dialect.header) >= 3 and len(lines) > 1 and lines[1].count(dialect.delimiter) >= len(dialect.header) - 1


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(names)[:300] or "（空 / empty）"
