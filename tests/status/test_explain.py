"""The explanation names every word and rule, in both languages."""

from __future__ import annotations

import re

import pytest

from pipeline.errors import UserError
from pipeline.status.explain import explain
from tests.status.cases import case_file, decided, said

WORDS = (said(5, "社区说已经解决了"), said(6, "没有解决"), said(9, "父亲今天透析上了，谢谢"))


@pytest.mark.parametrize(("language", "status"), [("zh", "已解决"), ("en", "resolved")])
def test_every_word_and_rule_is_shown(language: str, status: str) -> None:
    """A user must be able to check the machine."""
    text = explain(decided(*WORDS), case_file(*WORDS), language)
    assert status in text
    assert all(f"[{rule} " in text for rule in ("reported", "done", "failure"))
    assert all(word.post_id in text for word in WORDS)


def test_english_has_no_chinese_but_quotes() -> None:
    """English readers get English reasons."""
    words = WORDS[2:]
    text = explain(decided(*words), case_file(*words), "en")
    assert re.findall(r"[\u4e00-\u9fff]+", re.sub("「.*?」", "", text)) == []


def test_another_language_is_the_callers_mistake() -> None:
    """One clear line instead of a key error."""
    with pytest.raises(UserError, match="unknown language"):
        explain(decided(), case_file(), "fr")


def test_a_guard_is_named_with_its_reason() -> None:
    """Whoever asks why a success was not taken at its word is told which guard speaks, and why."""
    word = said(5, "血透的药已经配出来送到区里了，今晚派车送到小区")
    case = case_file(word)
    text = explain(decided(word), case, "zh")
    assert "[guard.pending]" in text
    assert "还没有到手" in text
