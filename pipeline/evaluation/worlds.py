"""Labelled worlds: a file of small stories in the import format, each with what a careful reader would say.

Format (benchmarks/labelled/status/README.md): one JSON object a line with `case`, `trap`, `now`, `observations` and
either `origin` and `expect`, or `expects` by origin where one author has two cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.evaluation.wrong_lines import why_wrong


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case should end as. `needs_review` is None where either is fine."""

    origin_post_id: str
    status: str
    needs_review: bool | None
    stale: frozenset[str]
    late: frozenset[str]
    not_stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class World:
    """One story: its observations as import lines, the moment it is judged at, and what is expected."""

    name: str
    trap: str
    now: str
    lines: tuple[str, ...]
    expectations: tuple[Expectation, ...]


def read_worlds(path: Path) -> Iterator[World]:
    """The worlds of a file.

    Raises:
        UserError: the file is missing or a line is not of this format; the message names the line.
    """
    if not path.is_file():
        raise UserError(f"{path}: 没有这个文件 / no such file")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield _world(json.loads(line))
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path}:{number}: 不是标注好的世界 / not a labelled world: {why_wrong(error)}") from error


def _world(value: Mapping[str, Any]) -> World:
    expects = value["expects"] if "expects" in value else {value["origin"]: value["expect"]}
    return World(
        name=str(value["case"]),
        trap=str(value.get("trap", "")),
        now=str(value["now"]),
        lines=tuple(json.dumps(one, ensure_ascii=False) for one in value["observations"]),
        expectations=tuple(_expectation(origin, expect) for origin, expect in expects.items()),
    )


def _expectation(origin: str, expect: Mapping[str, Any]) -> Expectation:
    return Expectation(
        origin_post_id=origin,
        status=str(expect["status"]),
        needs_review=expect.get("needs_review"),
        stale=frozenset(expect.get("stale", ())),
        late=frozenset(expect.get("late", ())),
        not_stale=frozenset(expect.get("not_stale", ())),
    )
