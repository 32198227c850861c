"""Facts below grade A that the replica takes for true: `data/crawler/replica_facts.tsv`, each of them a switch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crawler.datatables import DATA_DIR, GRADES, DataError, read_rows, require_choice

TABLE_PATH = DATA_DIR / "crawler" / "replica_facts.tsv"
NUMBER = "number"


def read_facts(specifications: list[str]) -> dict[str, str]:
    """All facts with their values, those of `NAME=VALUE` set to it.

    Raises:
        ValueError: no such fact, or no such value of it.
    """
    choices, facts = _load(TABLE_PATH)
    chosen = dict(facts)
    for specification in specifications:
        name, _, value = specification.partition("=")
        if name not in choices:
            raise ValueError(f"unknown fact {name!r} (facts: {', '.join(choices)})")
        if not _fits(value, choices[name]):
            raise ValueError(f"{name} must be one of {', '.join(choices[name])}, not {value!r}")
        chosen[name] = value
    return chosen


def list_facts() -> Mapping[str, tuple[str, ...]]:
    """The choices of each fact."""
    return _load(TABLE_PATH)[0]


def _fits(value: str, choices: tuple[str, ...]) -> bool:
    return value.isdecimal() and int(value) > 0 if choices == (NUMBER,) else value in choices


@cache
def _load(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    choices: dict[str, tuple[str, ...]] = {}
    values: dict[str, str] = {}
    for place, row in read_rows(path, ("name", "value", "choices", "grade", "source")):
        require_choice(place, "grade", row["grade"], GRADES)
        choices[row["name"]] = tuple(row["choices"].split("|"))
        values[row["name"]] = row["value"]
        if not _fits(row["value"], choices[row["name"]]):
            raise DataError(f"{place}: {row['value']!r} is not one of the choices")
    return choices, values
