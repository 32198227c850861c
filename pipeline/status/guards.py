"""Guards: what in the new words takes a success back, whatever clause told of it (data/status/guards.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.datafiles import read_toml
from pipeline.errors import UserError
from pipeline.status.lexicon import STATUS_DIR
from pipeline.status.needles import Sieve

GUARDS_PATH = STATUS_DIR / "guards.toml"
LEAVES = frozenset({"none", "progress"})
# The patterns are written with full-width signs, whatever the writer and the normalisation made of them.
FULL_WIDTH = str.maketrans(",!?:;", "，！？：；")
_REPEATED = re.compile(r"，{2,}")
_REQUIRED = frozenset({"id", "zh", "en", "pattern", "leaves", "fires", "silent"})


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. `pattern` is searched in the new words (with full-width signs) and `plea` in the plea; words of
    `unless` silence it; `leaves` is the kind that remains of a success."""

    guard_id: str
    zh: str
    en: str
    pattern: re.Pattern[str]
    plea: re.Pattern[str]
    unless: re.Pattern[str] | None
    leaves: str
    fires: tuple[str, ...]
    silent: tuple[str, ...]

    def speaks_against(self, words: str, plea_text: str) -> bool:
        """Whether it takes back a success told in `words`, the new words after `plea_text` with full-width signs."""
        if self.pattern.search(words) is None or self.plea.search(plea_text) is None:
            return False
        return self.unless is None or self.unless.search(words) is None


def find_guard(news: str, plea_text: str) -> Guard | None:
    """The first guard that speaks against a success told in `news` (the new words) after `plea_text`, or None."""
    words = _folded(news)
    possible = _sieve().sift(words)
    if not possible:
        return None
    guards = load_guards()
    return next((guards[place] for place in sorted(possible) if guards[place].speaks_against(words, plea_text)), None)


@cache
def load_guards(path: Path = GUARDS_PATH) -> tuple[Guard, ...]:
    """All guards in their order.

    Raises:
        UserError: a guard lacks a field, repeats an id, leaves an unknown kind, or its pattern does not compile.
    """
    guards = tuple(_parse(path, number, row) for number, row in enumerate(read_toml(path)["guard"], start=1))
    ids = [guard.guard_id for guard in guards]
    repeated = sorted({guard_id for guard_id in ids if ids.count(guard_id) > 1})
    if repeated:
        raise UserError(f"{path}: repeated guard ids: {', '.join(repeated)}")
    return guards


@cache
def guard_of(guard_id: str) -> Guard | None:
    """The guard of this id, or None."""
    return next((guard for guard in load_guards() if guard.guard_id == guard_id), None)


@cache
def _sieve() -> Sieve:
    return Sieve([guard.pattern.pattern for guard in load_guards()])


def _folded(news: str) -> str:
    return _REPEATED.sub("，", news.translate(FULL_WIDTH))


def _parse(path: Path, number: int, row: dict[str, Any]) -> Guard:
    missing = sorted(_REQUIRED - row.keys())
    if missing:
        raise UserError(f"{path}: guard {number} ({row.get('id', '?')}) lacks {', '.join(missing)}")
    if row["leaves"] not in LEAVES:
        raise UserError(f"{path}: guard {row['id']} leaves the unknown {row['leaves']!r}")
    try:
        patterns = re.compile(row["pattern"]), re.compile(row.get("plea", ""))
        unless = re.compile(row["unless"]) if "unless" in row else None
    except re.error as error:
        raise UserError(f"{path}: the pattern of {row['id']} does not compile: {error}") from error
    examples = tuple(row["fires"]), tuple(row["silent"])
    return Guard(row["id"], row["zh"], row["en"], *patterns, unless, row["leaves"], *examples)
