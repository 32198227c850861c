"""Loads the rules of data/status/rules.toml and finds the first that fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.datafiles import read_toml
from pipeline.errors import UserError
from pipeline.status.lexicon import STATUS_DIR, event_kinds

RULES_PATH = STATUS_DIR / "rules.toml"
VOTES = frozenset(
    {"resolved", "progress", "closed", "withdrawn", "stop", "reopened", "deny", "ask", "plead", "doubt", "none"}
)
_REQUIRED = frozenset({"id", "zh", "en", "levels", "state", "vote", "confidence", "fires", "silent"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which events it reads, which marks it wants and refuses, what it makes of them, and its examples."""

    rule_id: str
    zh: str
    en: str
    levels: frozenset[str]
    events: frozenset[str]
    requires: frozenset[str]
    forbids: frozenset[str]
    state: str
    vote: str
    confidence: float
    fires: tuple[str, ...]
    silent: tuple[str, ...]

    def fits(self, event: str, marks: frozenset[str]) -> bool:
        """Whether it reads this event with these marks; the level has been looked up already."""
        return (not self.events or event in self.events) and self.requires <= marks and not (self.forbids & marks)


@lru_cache(maxsize=65536)
def match_rule(level: str, event: str, marks: frozenset[str]) -> Rule | None:
    """The first rule of this level that fits, or None."""
    return next((rule for rule in _rules_by_level().get(level, ()) if rule.fits(event, marks)), None)


@cache
def load_rules(path: Path = RULES_PATH) -> tuple[Rule, ...]:
    """All rules in their order.

    Raises:
        UserError: a rule lacks a field, repeats an id, or names an unknown vote or event.
    """
    rules = tuple(_parse(path, number, row) for number, row in enumerate(read_toml(path)["rule"], start=1))
    ids = [rule.rule_id for rule in rules]
    repeated = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if repeated:
        raise UserError(f"{path}: repeated rule ids: {', '.join(repeated)}")
    return rules


@cache
def rule_of(rule_id: str) -> Rule | None:
    """The rule of this id; None for the ids that decide.py gives itself (deletion, verdict)."""
    return next((rule for rule in load_rules() if rule.rule_id == rule_id), None)


@cache
def _rules_by_level() -> dict[str, tuple[Rule, ...]]:
    levels = {level for rule in load_rules() for level in rule.levels}
    return {level: tuple(rule for rule in load_rules() if level in rule.levels) for level in levels}


def _parse(path: Path, number: int, row: dict[str, Any]) -> Rule:
    missing = sorted(_REQUIRED - row.keys())
    if missing:
        raise UserError(f"{path}: rule {number} ({row.get('id', '?')}) lacks {', '.join(missing)}")
    events = frozenset(row.get("events", ()))
    unknown = sorted(events - event_kinds().keys()) + ([row["vote"]] if row["vote"] not in VOTES else [])
    if unknown:
        raise UserError(f"{path}: rule {row['id']} names the unknown {', '.join(unknown)}")
    return Rule(
        rule_id=row["id"],
        zh=row["zh"],
        en=row["en"],
        levels=frozenset(row["levels"]),
        events=events,
        requires=frozenset(row.get("requires", ())),
        forbids=frozenset(row.get("forbids", ())),
        state=row["state"],
        vote=row["vote"],
        confidence=float(row["confidence"]),
        fires=tuple(row["fires"]),
        silent=tuple(row["silent"]),
    )
