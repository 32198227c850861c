"""Every rule keeps its examples, and the data files say where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.status.document import page
from pipeline.status.lexicon import find_words
from pipeline.status.reading import read_words
from pipeline.status.rules import Rule, load_rules

FIRES = [(rule, text) for rule in load_rules() for text in rule.fires]
SILENT = [(rule, text) for rule in load_rules() for text in rule.silent]


@pytest.mark.parametrize(("rule", "text"), FIRES, ids=[f"{rule.rule_id}-{text}" for rule, text in FIRES])
def test_rule_fires_on_its_example(rule: Rule, text: str) -> None:
    """A rule that no longer reads its own example is explained to users with a lie."""
    assert rule.rule_id in {clause.rule for clause in read_words(text).clauses}


@pytest.mark.parametrize(("rule", "text"), SILENT, ids=[f"{rule.rule_id}-{text}" for rule, text in SILENT])
def test_rule_stays_silent_on_its_counterexample(rule: Rule, text: str) -> None:
    """A rule that fires where it must not has grown too wide."""
    assert rule.rule_id not in {clause.rule for clause in read_words(text).clauses}


def test_longest_word_wins() -> None:
    """求助贴 hides 求助: a word inside a longer one would be read as an event."""
    assert [(hit.start, hit.end) for hit in find_words("求助贴")] == [(0, 3)]


def test_malformed_rules_name_file_and_rule(tmp_path: Path) -> None:
    """Whoever edits the rules must be told which one is wrong."""
    broken = tmp_path / "rules.toml"
    broken.write_text('[[rule]]\nid = "x"\n', encoding="utf-8")
    with pytest.raises(UserError, match="rule 1 \\(x\\) lacks"):
        load_rules(broken)


def test_page_shows_every_rule() -> None:
    """docs/status.md promises every rule with its examples."""
    text = page()
    assert all(f"`{rule.rule_id}`" in text for rule in load_rules())
