"""Laws that hold for every input."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.status.decide import decide
from pipeline.status.model import Policy, Utterance
from pipeline.status.reading import context_of, read_words
from tests.status.cases import DIALYSIS, at, case_file, decided, said

PIECES = [
    "父亲", "妈妈", "已经", "透析", "住院", "了", "还没有", "解决", "获救", "明天", "谢谢", "，", "。", "？", "如果",
    "听说",
    "不用转了", "去世", "又被送回来了", "“", "”", "【", "】", "//@路人:", "别人家", "求助", "1", " ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40)
SPEAKERS = ("author", "relative", "official", "third_party")
FORMS = ("post", "comment", "reply", "self_repost", "edit", "copy")


@st.composite
def utterances(draw: st.DrawFn, speakers: tuple[str, ...] = SPEAKERS) -> Utterance:
    """Any words at any hour."""
    hours = draw(st.integers(0, 100))
    return said(hours, draw(TEXTS), draw(st.sampled_from(speakers)), draw(st.sampled_from(FORMS)))


@settings(max_examples=150, deadline=None)
@given(st.lists(utterances(("official", "third_party")), max_size=6), TEXTS)
def test_without_the_author_nothing_is_resolved(words: list[Utterance], plea_text: str) -> None:
    """The house rule: a wrong resolved harms a person, so only the author or the desk can give it."""
    assert decided(*words, text=plea_text).status in {"open", "in_progress"}


@settings(max_examples=100, deadline=None)
@given(st.lists(utterances(), max_size=6), st.integers())
def test_order_of_words_does_not_matter(words: list[Utterance], seed: int) -> None:
    """Observations arrive in any order; the end is the same."""
    shuffled = random.Random(seed).sample(words, len(words))  # noqa: S311 - an order, no secret
    assert decided(*words) == decided(*shuffled)


@settings(max_examples=50, deadline=None)
@given(st.lists(utterances(), max_size=4))
def test_saying_it_twice_changes_nothing(words: list[Utterance]) -> None:
    """Importing a file twice changes nothing."""
    assert decided(*words) == decided(*words, *words)


@settings(max_examples=50, deadline=None)
@given(st.lists(utterances(), max_size=4))
def test_the_future_is_not_used(words: list[Utterance]) -> None:
    """A replay at an earlier `now` sees what was known then."""
    early = [word for word in words if word.observed_at <= at(50)]
    assert decide(case_file(*words), Policy(), at(50)) == decide(case_file(*early), Policy(), at(50))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_quotes_are_substrings(text: str) -> None:
    """A quote that the author did not write is an invention."""
    assert read_words(text, context_of(DIALYSIS)).quote in text
