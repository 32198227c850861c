"""Of several persons, things or numbered needs one has been helped: that is progress, not the end."""

from __future__ import annotations

import pytest

from pipeline.status.coverage import leaves_items
from pipeline.status.predicates import tells_of_a_part
from tests.status.cases import decided, said

LIST = "河湾村求助：①断电三天 ②断水三天 ③通信断。全村210人 13900004412"
GOODS = "孤寡老人求助：急需奶粉、尿不湿、降压药，送到门卫即可 13900004413"
COUPLE = "外公外婆都在家，外公胃管到期需要换，外婆发烧四十度。救救两个老人！13900004414"


def test_some_numbers_of_a_list_are_a_part() -> None:
    """①电来了 says nothing of ② and ③; 都通了 and a text without numbers are left to the reader."""
    assert leaves_items(LIST, "①电来了，谢谢")
    assert not leaves_items(LIST, "①②③都恢复了")
    assert not leaves_items(LIST, "电来了，谢谢")


@pytest.mark.parametrize(
    ("words", "is_part"),
    [
        ("奶粉收到了，尿不湿还没有", True),
        ("降压药已经够了，奶粉还缺", True),
        ("奶粉和尿不湿都收到了", False),
        ("奶粉还没有，尿不湿也没有", False),
    ],
)
def test_one_thing_of_the_plea_came_and_another_lacks(words: str, is_part: bool) -> None:
    """Broken if what came outweighed what the plea still lacks, or a plain denial counted as progress."""
    assert tells_of_a_part(words, GOODS) == is_part


@pytest.mark.parametrize("text", ["护士上门把外公的胃管换好了，谢谢天使姐姐", "外公住进去了，谢谢大家"])
def test_one_of_a_couple_is_not_both(text: str) -> None:
    """The grandmother still has her fever: the rest of the household must not be taken off the list."""
    assert decided(said(5, text), text=COUPLE).status == "in_progress"


def test_both_of_a_couple_end_it() -> None:
    """Broken if the plea stayed open although both have been helped."""
    assert decided(said(5, "外公外婆都住进医院了，谢谢大家"), text=COUPLE).status == "resolved"


def test_a_list_in_part_is_progress() -> None:
    """However sure the reader is of 电来了, the water is still off."""
    assert decided(said(5, "①电来了，谢谢大家"), text=LIST).status == "in_progress"
