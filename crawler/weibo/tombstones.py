"""Which availability a tombstone's words, code or state mean: `data/tombstones.tsv`, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.items import AVAILABILITIES

TABLE_PATH = Path(__file__).resolve().parents[2] / "data" / "tombstones.tsv"

_HEADER = ["match", "value", "availability", "grade", "source"]
_MATCHES = ("sentence", "code", "state")
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


class TableError(Exception):
    """A malformed line of the table; the message carries file and line."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """The table, by what is matched. Sentences are ordered longest first."""

    sentences: tuple[tuple[str, str], ...]
    codes: dict[str, str]
    states: dict[str, str]

    def read_sentence(self, html: str) -> str | None:
        """The availability that a message names; None when the table does not know its words."""
        words = _BLANK.sub("", _TAG.sub("", html))
        return next((availability for sentence, availability in self.sentences if sentence in words), None)

    def read_code(self, code: object) -> str | None:
        """The availability of an `errno` or `error_code`, whether it came as number or as text."""
        return self.codes.get(str(code))

    def read_state(self, state: object) -> str | None:
        """The availability of a tombstone's `state`."""
        return self.states.get(str(state))


@cache
def load_tombstones(path: Path = TABLE_PATH) -> Tombstones:
    """The table of `data/tombstones.tsv`.

    Raises:
        TableError: a line has the wrong fields, or an unknown kind of match or availability.
    """
    rows = [_read_row(path, number, line) for number, line in _table_lines(path)]
    found: dict[str, dict[str, str]] = {match: {} for match in _MATCHES}
    for match, value, availability in rows:
        found[match][value] = availability
    longest_first = sorted(found["sentence"].items(), key=lambda pair: (-len(pair[0]), pair[0]))
    return Tombstones(tuple(longest_first), found["code"], found["state"])


def _table_lines(path: Path) -> list[tuple[int, str]]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    kept = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not kept or kept[0][1].split("\t") != _HEADER:
        raise TableError(f"{path}:{kept[0][0] if kept else 1}: the header must be {' '.join(_HEADER)}")
    return kept[1:]


def _read_row(path: Path, number: int, line: str) -> tuple[str, str, str]:
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) != len(_HEADER):
        raise TableError(f"{path}:{number}: {len(fields)} fields, the header has {len(_HEADER)}")
    match, value, availability = fields[:3]
    if match not in _MATCHES or not value:
        raise TableError(f"{path}:{number}: match must be one of {', '.join(_MATCHES)}, with a value")
    if availability not in AVAILABILITIES or availability == "visible":
        raise TableError(f"{path}:{number}: unknown availability {availability!r}")
    return match, value, availability
