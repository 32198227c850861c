"""Successes without a noun of the lexicon, strangers by name, and what the plea itself asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.status.predicates import asked_things, has_succeeded, names_what_came, tells_of_something_done
from pipeline.status.reading import context_of, read_words
from pipeline.status.strangers import may_name_a_stranger, names_a_stranger

WHEELCHAIR = "爸爸骨折出院，家里没有轮椅，急需一台轮椅，哪家有咳痰机也求借"
PLEA = "求床位！我妈冯玉琴，66岁，确诊，血氧85，社区说没有床位"


@pytest.mark.parametrize("words", ["输上了", "已经转到了", "终于缝好了", "都接上了"])
def test_a_bare_result_is_a_success(words: str) -> None:
    """Authors answer their own plea with a verb alone; it must not pass unread."""
    assert has_succeeded(words)


@pytest.mark.parametrize("words", ["断了", "登记上了", "丢完了", "输上", "输上了血还在流", "坐下了"])
def test_a_loss_or_a_longer_clause_is_none(words: str) -> None:
    """A drug that has run out, a name on a list and a clause that goes on are no successes."""
    assert not has_succeeded(words)


def test_the_thing_asked_for_by_name_is_recognised_when_it_comes() -> None:
    """A wheelchair stands in no lexicon of needs: the plea's own noun says what was awaited."""
    reading = read_words("轮椅借到了，谢谢楼下的师傅", context_of(WHEELCHAIR))
    assert (reading.kind, reading.quote) == ("resolved", "轮椅借到了")


def test_another_thing_is_not_what_was_asked_for() -> None:
    """A parcel that came is no wheelchair."""
    assert names_what_came("快递收到了", WHEELCHAIR) is None
    assert read_words("快递收到了，开心", context_of(WHEELCHAIR)).kind != "resolved"


def test_what_is_still_lacking_has_not_come() -> None:
    """The noun beside a negated arrival must deny, not resolve."""
    assert read_words("轮椅还没有借到", context_of(WHEELCHAIR)).kind != "resolved"


@given(st.text(alphabet="求轮椅借到了没有急需一台，。咳痰机在家", max_size=30))
def test_where_the_thing_came_lies_in_the_clause(words: str) -> None:
    """An event outside of its clause would be quoted from somebody else's words."""
    found = names_what_came(words, WHEELCHAIR)
    assert found is None or (0 <= found[0] < found[1] <= len(words))


def test_common_words_are_no_things() -> None:
    """家里, 电话 and 大家 stand in every plea: that they 'came' means nothing."""
    assert not {"家里", "大家", "联系", "谢谢"} & set(asked_things("大家帮帮忙，求家里电话，急需联系，谢谢大家"))


@pytest.mark.parametrize(
    "text",
    ["同一个病友群里的余阿姨终于住进医院了，替她高兴", "好消息！之前发的吕阿姨今天顺利入住医院了"],
)
def test_somebody_else_by_name_is_another_case(text: str) -> None:
    """A neighbour's bed would end the plea for one's own mother."""
    assert read_words(text, context_of(PLEA)).kind != "resolved"


def test_who_helps_by_name_is_no_stranger() -> None:
    """张阿姨送来的 tells of help for this plea."""
    assert read_words("药收到了，是楼下张阿姨送来的", context_of("求降压药，我爸断药三天")).kind == "resolved"


def test_the_plea_s_own_surname_is_no_stranger() -> None:
    """冯阿姨 is the patient of the plea for 冯玉琴."""
    assert not names_a_stranger("冯阿姨住进医院了", PLEA)
    assert names_a_stranger("余阿姨住进医院了", PLEA)
    assert not may_name_a_stranger("妈妈住进医院了")


def test_the_wrong_goods_do_not_end_a_plea_for_drugs() -> None:
    """Vegetables that came mean nothing for a plea for drugs."""
    reading = read_words("抢到菜了", context_of("妹妹抑郁症断药八天，求代配药"))
    assert "medicine" not in reading.settled_needs


@pytest.mark.parametrize("words", ["小土豆的笔有了", "换了气管阀", "人在病房睡着", "够吃一个月"])
def test_what_has_happened_is_told(words: str) -> None:
    """Broken if a plain completed clause could not be quoted where the lexicon has no noun for it."""
    assert tells_of_something_done(words)


@pytest.mark.parametrize("words", ["还没有着落", "明天能到", "谁有多的吗", "希望他好了", "但是又停了", "急得团团转"])
def test_what_has_not_happened_is_not_told(words: str) -> None:
    """Broken if a negation, a plan, a question or a wish could be quoted as the end."""
    assert not tells_of_something_done(words)
