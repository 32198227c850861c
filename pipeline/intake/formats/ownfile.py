"""Our own format where somebody wrote it prettily: a list, or objects over several lines, instead of one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO

from pipeline.intake.formats.jsonfile import read_json_list, read_json_values
from pipeline.intake.lines import Line, lines_of

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*")
_LIST = re.compile(rb"\[\s*\{")
_OPEN_OBJECT = re.compile(rb"\{[ \t]*\r?\n")
_OWN_KEYS = (b'"platform"', b'"id"')


def shape_of(head: bytes) -> str:
    """`list` or `objects` of our own observations by a file's beginning; `lines`, as it should be, otherwise."""
    start = _BEGINNING.match(head)
    rest = head[start.end() if start else 0 :]
    first = rest[: rest.find(b"}") + 1] or rest
    if not all(key in first for key in _OWN_KEYS):
        return "lines"
    if _LIST.match(rest):
        return "list"
    return "objects" if _OPEN_OBJECT.match(rest) else "lines"


def read_own(file: IO[bytes], shape: str, max_bytes: int) -> Iterator[Line]:
    """The observations of a file in one of these shapes, one a line as the spool keeps them."""
    if shape == "lines":
        yield from lines_of(file, max_bytes)
        return
    records = read_json_list(file, None, max_bytes) if shape == "list" else read_json_values(file, max_bytes)
    for record in records:
        value = json.dumps(dict(record.fields), ensure_ascii=False, separators=(",", ":"))
        yield Line(record.line, value.encode("utf-8", "surrogatepass"), record.problem)
