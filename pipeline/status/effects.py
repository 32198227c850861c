"""What an utterance did to its case, in words for people: data/status/effects.tsv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.datafiles import read_table
from pipeline.errors import UserError
from pipeline.status.lexicon import STATUS_DIR


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect with its sentences; `asks_review`: a person should look at the case."""

    key: str
    asks_review: bool
    zh: str
    en: str


def effect_of(key: str) -> Effect:
    """The effect of this key."""
    return load_effects()[key]


@cache
def load_effects() -> dict[str, Effect]:
    """All effects by key.

    Raises:
        UserError: `review` is neither 0 nor 1.
    """
    path = STATUS_DIR / "effects.tsv"
    effects = {}
    for line, row in read_table(path):
        if row["review"] not in {"0", "1"}:
            raise UserError(f"{path}:{line}: review must be 0 or 1, not {row['review']!r}")
        effects[row["effect"]] = Effect(row["effect"], row["review"] == "1", row["zh"], row["en"])
    return effects
