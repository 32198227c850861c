"""The Rust tokeniser cuts as jieba does, over our dictionary."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.text.tokens import cut_with, reference_tokeniser, tokenise

Cut = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def reference() -> Cut:
    """Python jieba without its model."""
    logging.getLogger("jieba").setLevel(logging.ERROR)
    tokeniser = reference_tokeniser()
    return lambda text: cut_with(lambda part: list(tokeniser.cut(part, HMM=False)), text)


def _sentences() -> list[str]:
    """Texts made of our words and places in random order, and the invented training posts."""
    words = [row["word"] for _, row in read_table(DATA_DIR / "jieba_words.tsv")]
    words += [row["word"] for _, row in read_table(DATA_DIR / "lexicons" / "plea_words.tsv")]
    words += [row["district"] for _, row in read_table(DATA_DIR / "places.tsv")][:400]
    words += ["，", "。", "139****1234", " ", "ICU", "3.5", "急", "求"]
    chosen = random.Random(7)  # noqa: S311 - a fixed shuffle
    return ["".join(chosen.choices(words, k=12)) for _ in range(400)]


def test_rust_and_python_cut_alike(reference: Cut) -> None:
    """Breaks if the fast tokeniser gives other words than jieba: search would differ by engine."""
    differing = [text for text in _sentences() if tokenise(text) != reference(text)]
    assert differing == []


@given(text=st.text(st.sampled_from("求助急血透析床位武汉武昌的了在我爸妈三天1a ，。"), max_size=40))
@settings(max_examples=200, deadline=None)
def test_rust_and_python_cut_random_text_alike(text: str, reference: Cut) -> None:
    """Breaks if a tie between two cuts is broken differently by the two ports."""
    assert tokenise(text) == reference(text)


@given(st.text(max_size=60))
def test_words_join_to_the_text(text: str) -> None:
    """Breaks if the tokeniser drops or changes a character."""
    assert "".join(tokenise(text)) == text


def test_our_words_are_words() -> None:
    """Breaks if the domain dictionary is not loaded."""
    assert tokenise("求血透床位") == ["求", "血透", "床位"]
    assert json.dumps(tokenise("急急急急救命"), ensure_ascii=False) == '["急急急急", "救命"]'
