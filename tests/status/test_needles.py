"""A pattern is searched only where a piece of it stands; that must never change the answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.status.guards import FULL_WIDTH, load_guards
from pipeline.status.needles import Needled, Sieve, needles_of

LABELLED = Path(__file__).parents[2] / "benchmarks" / "labelled" / "status" / "dev_a.jsonl"
WORDS = st.text(alphabet="退回又给拉送不收医院钱都，。？还没缺一个顶多求在路上了", max_size=14)
PATTERNS = [guard.pattern.pattern for guard in load_guards()]


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("还在路上|退回(?!来的钱)", {"还在路上", "退回"}),
        ("(?:今晚|明早)送[到来]", {"今晚", "明早"}),
        ("被?退回", {"退回"}),
        ("不收(?:$|[，。])|.*", set()),
        ("[？?]", {"？", "?"}),
    ],
)
def test_every_alternative_gives_a_piece_or_none_does(pattern: str, needles: set[str]) -> None:
    """Broken if an optional sign, a look-around or a wildcard were taken for something that must stand there."""
    assert needles_of(pattern) == needles


@given(st.sampled_from(PATTERNS), WORDS)
def test_the_answer_is_that_of_the_whole_pattern(pattern: str, words: str) -> None:
    """Broken if a guard were passed over whose words stand in the text: a wrong 'resolved'."""
    assert Needled(pattern).stands_in(words) == (re.search(pattern, words) is not None)


def test_no_guard_is_passed_over_in_labelled_stories() -> None:
    """The same on a thousand texts as people write them."""
    stories = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    sieve = Sieve(PATTERNS)
    for text in (said["text"].translate(FULL_WIDTH) for story in stories for said in story["said"]):
        found = {place for place, pattern in enumerate(PATTERNS) if re.search(pattern, text)}
        assert found <= sieve.sift(text)
