"""A yes to a precise question is an update; anything less is not."""

from __future__ import annotations

import pytest

from tests.status.cases import decided, said

QUESTION = said(4, "请问您父亲透析上了吗", speaker="third_party", post_id="weibo:question")


def _status(answer: str) -> str:
    return decided(QUESTION, said(5, answer, reply_to="weibo:question")).status


@pytest.mark.parametrize("answer", ["透上了，昨晚的事，麻烦您那边划掉吧", "对，昨天夜里"])
def test_a_yes_to_a_precise_question_resolves(answer: str) -> None:
    """Broken if the author's answer in a thread were read without what was asked."""
    assert _status(answer) == "resolved"


@pytest.mark.parametrize("answer", ["没有，还在等", "对，但是还没轮到", "谢谢关心", "对，明天去"])
def test_anything_else_does_not(answer: str) -> None:
    """Broken if politeness, a denial or a promise answered for help that has not come."""
    assert _status(answer) != "resolved"


def test_a_yes_to_another_question_does_not() -> None:
    """有电话吗 — 有: what was asked is no end."""
    other = said(4, "有联系电话吗", speaker="third_party", post_id="weibo:question")
    assert decided(other, said(5, "有", reply_to="weibo:question")).status == "open"
