"""The traits that the second reader sees of the rules' work."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.status.needs import profile_of
from pipeline.status.reading import context_of, read_words
from pipeline.status.second_reader_traits import BITS, GUARD_SHARE, NO_TRAITS, SHARE, Traits, traits_of
from tests.status.cases import DIALYSIS

WORDS = st.text(alphabet="爸妈透析床位了没有不谢，。！？药到住院求已经a1😭", max_size=40)


def _traits(text: str) -> Traits:
    return traits_of(read_words(text, context_of(DIALYSIS)), DIALYSIS, text, profile_of(DIALYSIS))


@given(WORDS)
def test_traits_weigh_alike_however_many(text: str) -> None:
    """Broken if a long letter outweighed a short one by its length alone."""
    traits = _traits(text)
    # A guard's bucket may be one that another trait fell into.
    assert SHARE**2 < float((traits.weights**2).sum()) <= (SHARE + 2 * GUARD_SHARE) ** 2
    assert all(0 <= bucket < 1 << BITS for bucket in traits.buckets)


def test_a_negation_shows_in_the_traits() -> None:
    """Broken if 透析上了 and 没透析上 looked alike: then no weight could tell them apart."""
    said, denied = set(_traits("爸爸透析上了").buckets), set(_traits("爸爸还没有透析上").buckets)
    assert said - denied
    assert denied - said


def test_a_guard_shows_in_the_traits() -> None:
    """Broken if the reader did not learn from a guard that speaks."""
    said, taken_back = set(_traits("药收到了").buckets), set(_traits("药收到了，发错了，用不了").buckets)
    assert taken_back - said


def test_no_traits_weigh_nothing() -> None:
    """Broken if a reader without the rules' work added something to its sums."""
    assert len(NO_TRAITS.buckets) == len(NO_TRAITS.weights) == 0
