"""Promises about texts of one wording: another village, person or drug in the same place is another need."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.clusters import Craft, cluster
from dedupe.index import Index
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.query import look_up
from dedupe.reading import Batch, read_batch
from dedupe.store import MemoryStore
from dedupe.tracing import trace, trace_plainly
from dedupe.weights import prior_weights

CRAFT = Craft(Parameters(), prior_weights())
WATER = "急！{}的自来水停了四天，井水发黄不能喝，全村老小两百来口靠接雨水，路塌了送水车上不来，哪位能联系到净水车"
CLINIC = "转给能帮上的人：{}发热门诊挤满了人，血氧夹和氧气袋今晚就见底，值班医生只剩两位，社会捐赠可以直接送到后门"
TABLETS = "孩子抽搐发作靠{}压着，家里最后一板明早吃完，县里药房问遍了都没有货，跪求哪位家长先匀几片，邮费我出"
KIN = "{}肾衰透析断了五天，腿肿得鞋都穿不进去，社区让等电话，求问哪里还有夜班的透析机，人就在清荷里"
CHILD = "走失：{}，今早八点在望溪桥头和家里人走散，穿黄色雨衣和小白鞋，不太会说话，见到请带到桥头派出所"
TRAIN = "{}次列车停在山坳里已经一夜，车厢断水断电，推车上的吃食早卖完了，有老人中暑，求铁路上的人看到"

STRANGERS = [
    (WATER.format("柿树庄"), WATER.format("麻石岭")),
    (WATER.format("上柿庄"), WATER.format("下柿庄")),
    (WATER.format("柿树庄三组"), WATER.format("柿树庄七组")),
    (CLINIC.format("青禾县人民医院"), CLINIC.format("白水县人民医院")),
    (CLINIC.format("青禾市第二医院"), CLINIC.format("青禾市第四医院")),
    (TABLETS.format("妥卡胺"), TABLETS.format("立舒宁")),
    (KIN.format("我父亲"), KIN.format("我母亲")),
    (KIN.format("我大伯"), KIN.format("我小姨")),
    (CHILD.format("男孩，六岁"), CHILD.format("女孩，六岁")),
    (CHILD.format("穆青禾，六岁"), CHILD.format("单晓棠，六岁")),
    (TRAIN.format("我们坐的K7713"), TRAIN.format("我们坐的T2209")),
]
COPIES = [
    (WATER.format("柿树庄"), "看得揪心，帮转一下！" + WATER.format("柿树庄")),
    (WATER.format("柿树庄"), WATER.format("柿树庄").replace("四天", "六天")),
    (WATER.format("柿树庄"), WATER.format("柿树庄").replace("两百来口", "三百来口")),
    (WATER.format("柿树庄"), WATER.format("柿树庄")[: len(WATER) * 2 // 3] + "…全文"),
    (CLINIC.format("青禾市中心医院"), CLINIC.format("青禾中心医院")),
    (
        CLINIC.format("青禾县人民医院"),
        CLINIC.format("青禾县人民医院").replace("血氧夹", "血氧央").replace("见底", "見底"),
    ),
    (TABLETS.format("妥卡胺"), TABLETS.format("妥卡胺") + "，电话139****1234"),
    (KIN.format("我爸爸"), KIN.format("我父亲")),
    (CHILD.format("穆青禾，六岁"), CHILD.format("穆青和，6岁")),
]


def clustered(*texts: str) -> list[int]:
    """The clusters of texts that nothing else is known of."""
    reading = read_batch(Batch(list(texts)))
    return cluster(reading, link_reading(reading, CRAFT.parameters, CRAFT.weights), CRAFT).tolist()


@pytest.mark.parametrize(("one", "other"), STRANGERS, ids=range(len(STRANGERS)))
def test_another_word_in_the_same_place_is_another_need(one: str, other: str) -> None:
    """The help that reached one village would close the plea of the next."""
    assert clustered(one, other) == [0, 1]


@pytest.mark.parametrize(("one", "copy"), COPIES, ids=range(len(COPIES)))
def test_what_copiers_change_is_no_other_need(one: str, copy: str) -> None:
    """A copy with a comment, a later day, a slip or a cut would never become stale."""
    assert clustered(one, copy) == [0, 0]


def test_many_needs_in_one_wording_stay_many() -> None:
    """Links between neighbours would snowball into one case of all villages."""
    villages = ["柿树庄", "麻石岭", "上柿庄", "下柿庄", "石门寨", "乔家沟", "红土坡", "马家沟"]
    assert clustered(*(WATER.format(one) for one in villages)) == list(range(len(villages)))


def test_a_copy_that_lost_the_place_ties_nobody_together() -> None:
    """A cut copy is like both, and through it one's good end would reach the other."""
    texts = [WATER.format("柿树庄"), WATER.format("麻石岭"), WATER[4:]]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        labels = clustered(*(texts[at] for at in order))
        assert labels[order.index(0)] != labels[order.index(1)]


@pytest.mark.parametrize(("asked", "stored"), STRANGERS, ids=range(len(STRANGERS)))
def test_a_look_up_names_what_differs(asked: str, stored: str) -> None:
    """Who asks for his own village would be told that it was helped."""
    index = Index(MemoryStore(), CRAFT.parameters, CRAFT.weights)
    index.add([1], Batch([stored]))
    (found,) = look_up(index, Batch([asked]))
    assert found[0].contradicts
    assert found[0].kind == "conflict"
    assert all(one != other for one, other in found[0].differences)
    assert "库里是" in found[0].explain("zh")


LETTERS = st.text("甲乙丙丁子丑寅卯", max_size=90)


@given(LETTERS, LETTERS)
def test_partners_are_equal_and_rise(left: str, right: str) -> None:
    """A difference would be named where there is none; and a look-up must see what linking sees."""
    a, b = (np.array([ord(char) for char in text], dtype=np.int32) for text in (left, right))
    partners = trace_plainly(a, b)
    assert partners.tolist() == trace(a, b).tolist()
    pairs = [(p, q) for p, q in enumerate(partners.tolist()) if q >= 0]
    assert all(a[p] == b[q] for p, q in pairs)
    assert all(one[1] < other[1] for one, other in combinations(pairs, 2))
    assert len(pairs) == longest_common(left, right)


def longest_common(left: str, right: str) -> int:
    """Length of the longest common subsequence, by the book."""
    row = [0] * (len(right) + 1)
    for char in left:
        before = 0
        for q, other in enumerate(right, 1):
            before, row[q] = row[q], before + 1 if char == other else max(row[q], row[q - 1])
    return row[-1]
