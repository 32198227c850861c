"""No word decides: event, state, negation, modality and person do."""

from __future__ import annotations

import pytest

from pipeline.status.reading import context_of, read_words
from tests.status.cases import DIALYSIS

KINDS = [
    ("已解决", "resolved"),
    ("以解决，谢谢大家", "resolved"),
    ("爸爸己经透析上了", "resolved"),
    ("父親已經透析了，謝謝", "resolved"),
    ("没想到这么快就透析上了", "resolved"),
    ("跑了四家医院都没排上，第五家终于透上了", "resolved"),
    ("谢谢大家的转发", "none"),
    ("到现在还没有透析", "none"),
    ("一旦解决我会删博", "none"),
    ("如果透析上了，我马上删", "none"),
    ("解决了吗？", "none"),
    ("希望早日透析", "none"),
    ("别人家都解决了", "none"),
    ("呵呵，又给我们“解决”了", "none"),
    ("据说已经解决了", "none"),
    ("社区说已经解决了", "none"),
    ("已获救的请在评论区说一声", "none"),
    ("明天安排透析", "progress"),
    ("街道答应解决", "progress"),
    ("救护车来了", "progress"),
    ("爸爸今天凌晨去世了", "closed"),
    ("消息不实，误发", "closed"),
    ("大家不用再转了，谢谢", "none"),
    ("又被送回来了，再次求助", "reopened"),
    ("透析上了，可是昨晚又停了透析", "reopened"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind(text: str, kind: str) -> None:
    """A wrong kind here is a wrong status for somebody."""
    assert read_words(text, context_of(DIALYSIS)).kind == kind


def test_quote_is_part_of_the_text() -> None:
    """The quote is shown as the author's words: it must be found in them, in their own spelling."""
    text = "謝謝大家！父親已經透析了，１２０也來過"
    assert read_words(text, context_of(DIALYSIS)).quote == "父親已經透析了"


def test_words_of_the_plea_are_no_news() -> None:
    """A copy of the plea, or an edit that keeps it, must not be read as if said anew."""
    plea = "求助！母亲已经住院了，父亲还没有床位，求收治"
    assert read_words(plea, context_of(plea)).clauses == ()


def test_the_chain_of_a_repost_is_not_the_authors_word() -> None:
    """`//@somebody:` carries the words of others."""
    assert read_words("谢谢//@路人:已经解决了", context_of(DIALYSIS)).kind == "none"


def test_doubt_names_its_rule() -> None:
    """Review needs a reason that can be shown."""
    assert read_words("据家属反馈，老人已入院", context_of(DIALYSIS)).doubt == "hearsay"
