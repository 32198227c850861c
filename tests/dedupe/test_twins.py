"""Which twins linking keeps apart, and that whoever sees a part of a post is told the same."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.compare import DISTRICT
from dedupe.facts import ADDRESS, AGE, PERSON, PHONE, PLACE, Facts
from dedupe.pages import pack_documents
from dedupe.plain import shares_of
from dedupe.query import codes_of
from dedupe.reading import Batch, Reading, read_plainly
from dedupe.store import MemoryStore
from dedupe.stored import StoredIndex
from dedupe.twins import find_rivals, find_telling, hides_what_tells, says_who, would_join
from tests.dedupe.invented import CRAFT, PLEA

STORY = (
    "晚上烧到三十九度二，退烧药昨天就吃完了，药店都关着门，敲了三家没有人应，社区登记过两次都说再等等，"
    "楼道门被铁丝拧着出不去，老人从前天起就没有吃东西，嘴唇发紫，叫他也不怎么答应，救护车排到后天"
)
HERE, ELSEWHERE = (DISTRICT << 32 | 7, DISTRICT << 32 | 8)
NAME, OTHER_NAME, OLD, YOUNG, NUMBER, OTHER_NUMBER = 11, 12, 77, 33, 501, 502

Said = tuple[str, list[tuple[int, int]]]
WHOLE: list[tuple[int, int]] = [(PERSON, NAME), (AGE, OLD), (PLACE, HERE)]


def read(*documents: Said) -> Reading:
    """Texts with the caller's facts."""
    return read_plainly(Batch([text for text, _ in documents], Facts.of([said for _, said in documents])))


def index_of(*documents: Said) -> StoredIndex:
    """An index that holds the documents under 0, 1, …; nothing is compiled for it."""
    store = MemoryStore()
    reading = read(*documents)
    store.write_documents(pack_documents(np.arange(len(reading)), reading))
    return StoredIndex(store, CRAFT.parameters, CRAFT.weights)


@pytest.mark.parametrize(
    ("kind", "other"),
    [(PERSON, OTHER_NAME), (AGE, YOUNG), (PLACE, ELSEWHERE)],
)
def test_a_twin_that_linking_keeps_apart_is_told_by_what_differs(kind: int, other: int) -> None:
    """A crop would be given to a case that its whole text would not join, or asked back where it would."""
    twin = [(k, other if k == kind else value) for k, value in WHOLE]
    index = index_of((STORY, WHOLE), (STORY, twin))
    is_told = bool(find_telling(index, [0])[0] >> kind & 1)
    reading = index.read([0, 1])
    share = shares_of(codes_of(reading, 0), reading, CRAFT.weights.gram_weights())[1]
    assert is_told is not would_join(CRAFT, (reading, 0), (reading, 1), share)
    assert (find_rivals(index, [0, 1]) == frozenset()) is not is_told


def test_another_town_tells_and_another_age_does_not() -> None:
    """The law above would hold of a linking that keeps everything apart, or nothing."""
    assert find_telling(index_of((STORY, WHOLE)), [0]) == [1 << PLACE]


def test_what_is_hidden_must_be_hidden_wholly() -> None:
    """The house number in the picture would not count, since the town above it is cropped."""
    where = 1 << PLACE | 1 << ADDRESS
    assert hides_what_tells(where, 1 << PERSON)
    assert not hides_what_tells(where, 1 << ADDRESS)
    assert not hides_what_tells(0, 0)


def test_copies_are_no_rivals_of_each_other() -> None:
    """A picture that fits a post and its copies would be nobody's."""
    plea: Said = (PLEA, [(PHONE, NUMBER)])
    stranger: Said = (STORY, [(PHONE, OTHER_NUMBER)])
    assert find_rivals(index_of(plea, plea, stranger), [0, 1, 2]) == {frozenset((0, 2)), frozenset((1, 2))}


def test_a_round_up_is_nobodys_rival() -> None:
    """A list that carries a plea would make every picture of that plea doubtful."""
    store = MemoryStore()
    batch = Batch([PLEA, f"{PLEA}；{STORY}"], is_round_up=np.array([False, True]))
    store.write_documents(pack_documents(np.arange(2), read_plainly(batch)))
    assert find_rivals(StoredIndex(store, CRAFT.parameters, CRAFT.weights), [0, 1]) == frozenset()


def test_people_of_one_age_are_many() -> None:
    """An age in a crop would make it somebody's."""
    assert says_who(1 << PHONE)
    assert not says_who(1 << AGE)
