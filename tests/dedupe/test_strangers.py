"""People who fill in one form are many: what their facts say of each other stands above the words they share."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.clusters import Craft, cluster
from dedupe.facts import AUTHOR, HOUSE_NUMBER, PHONE, Facts
from dedupe.link import link, link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, Reading, read_batch
from dedupe.weights import prior_weights

FORM = (
    "救救我爷爷吧！爷爷叫{name}，今年{age}岁，困在地下室旁4层，没有吃的，没有水。120打不通，社区不管，我们实在没有办法了。"
    "求大家帮忙扩散一下，谢谢每一位好心人"
)
UNIT = 1 << 32


def matches(left: str, right: str, facts: list[list[tuple[int, int]]]) -> bool:
    """Whether the two texts are one case."""
    return len(link(Batch([left, right], Facts.of(facts)), Parameters(), prior_weights()).matches) == 1


@pytest.mark.parametrize(
    ("right", "house", "is_one"),
    [
        (("林国栋", 31), 7, True),
        # Since substitutions are read, one name alone no longer outweighs another age and another door.
        (("林国栋", 68), 8, False),
        (("马小军", 68), 8, False),
    ],
)
def test_a_door_and_an_age_of_others_are_somebody_else(right: tuple[str, int], house: int, is_one: bool) -> None:
    """Two households that copied one form would be one case, and the rescue of one makes the other's plea stale."""
    left = FORM.format(name="林国栋", age=31)
    facts = [[(HOUSE_NUMBER, UNIT | 7), (AUTHOR, 1)], [(HOUSE_NUMBER, UNIT | house), (AUTHOR, 2)]]
    assert matches(left, FORM.format(name=right[0], age=right[1]), facts) is is_one


def test_a_cut_copy_without_a_name_joins_only_its_own() -> None:
    """Cut where the phone stood, a copy fits every household of the form by its words."""
    one, other = FORM.replace("爷爷叫{name}，", "").format(age=31), FORM.format(name="马小军", age=64)
    facts = [[(HOUSE_NUMBER, UNIT | 7), (AUTHOR, 1)], [(HOUSE_NUMBER, UNIT | 8), (PHONE, 5), (AUTHOR, 2)]]
    assert not matches(other, one[:60], facts[::-1])
    assert matches(
        FORM.format(name="林国栋", age=31), one[:60], [[(HOUSE_NUMBER, UNIT | 7)], [(HOUSE_NUMBER, UNIT | 7)]]
    )


@pytest.mark.parametrize(("ages", "is_one"), [(("", ""), False), (("61岁，", "61岁，"), True)])
def test_a_name_does_not_outweigh_another_phone_at_another_door(ages: tuple[str, str], is_one: bool) -> None:
    """Two people of one common name in one district would be one case."""
    text = "求助！我爸爸王建军，{}尿毒症，已经四天没透析了，人浮肿喘不上气，医院都不收，求大家帮帮忙"
    facts = [[(HOUSE_NUMBER, UNIT | 7), (PHONE, 5)], [(HOUSE_NUMBER, UNIT | 8), (PHONE, 6)]]
    assert matches(text.format(ages[0]), text.format(ages[1]), facts) is is_one


def test_an_age_does_not_outweigh_another_phone() -> None:
    """Two patients of one age in one district, each with a phone of their own, would be one case."""
    text = "求助！我爸爸，61岁，尿毒症，已经四天没透析了，喘不上气，医院都不收，求大家帮帮忙"
    assert not matches(text, text, [[(PHONE, 5), (AUTHOR, 1)], [(PHONE, 6), (AUTHOR, 2)]])
    assert matches(text, text, [[(PHONE, 5), (AUTHOR, 1)], [(PHONE, 5), (AUTHOR, 2)]])


def test_a_deleted_plea_keeps_its_copies_where_many_use_its_form() -> None:
    """Once an author deleted, his copies would open cases of their own and never become stale."""
    people = [("林国栋", 31, 7), ("马小军", 64, 8), ("宋雨桐", 47, 9)]
    texts = [FORM.format(name=name, age=age) for name, age, _ in people]
    facts = [[(HOUSE_NUMBER, UNIT | house)] for *_, house in people]
    middle = FORM[FORM.index("困在") :]
    reading = read_batch(Batch([*texts, "转起来！" + texts[0], middle], Facts.of([*facts, facts[0], []])))
    links = link_reading(reading, Parameters(), prior_weights())
    craft = Craft(Parameters(), prior_weights())
    with_words = cluster(reading, links, craft).tolist()
    assert with_words == [0, 1, 2, 0, 4]
    assert cluster(_without_first(reading), links, craft).tolist() == with_words


def test_a_list_carries_nobody_who_only_shares_a_phone_with_one_of_it() -> None:
    """A list of other people's pleas would stand in a case that it says nothing of, and be called stale for it."""
    items = ("爸爸王建军，61岁，四天没透析了，电话13800010001", "外公陈志国，82岁，昨天走失，电话13722220003")
    listed = "今日求助汇总：\n1. {}\n2. {}".format(*items)
    mother = "我妈妈赵春梅，58岁，高烧五天，血氧只有80，120说没有床位，求一个床位，电话13800010001"
    father = "我爸爸王建军，尿毒症，喘不上气，医院都不收，求大家想想办法，电话13800010001"
    flags = np.array([True, False, False])
    links = link(Batch([listed, mother, father], None, flags), Parameters(), prior_weights())
    assert links.round_ups.right.tolist() == [2]


def _without_first(reading: Reading) -> Reading:
    """The reading after the first text was deleted: its facts stay."""
    gone = int(reading.ends[1])
    return Reading(
        codes=reading.codes[gone:],
        ends=np.maximum(reading.ends - gone, 0),
        contents=reading.contents,
        facts=reading.facts,
        is_round_up=reading.is_round_up,
    )
