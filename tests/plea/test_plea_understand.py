"""Kinds of posts, needs, and the law that masked and raw text read alike."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError
from pipeline.plea.classify import load_weights
from pipeline.plea.listing import list_people
from pipeline.plea.reading import PLEA_LABELS
from pipeline.text.normal import normalise
from pipeline.understand import Understanding, reread, understand
from pipeline.vocabulary import read_terms


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("我父亲尿毒症，透析停了四天，住澜州市榆桥区，求床位！电话13900001234", "plea"),
        ("【姓名】李四【年龄】81【所在城市】澜州【联系方式】13900001234【病情描述】高烧不退，没有床位", "plea"),
        ("水已经到二楼，五个人困在屋顶，柳堰县老街，求救援", "plea"),
        ("已经住上院了，谢谢大家，不用再转了", "update"),
        ("人找到了，平安，谢谢大家帮忙转发", "update"),
        ("转发微博", "repost_comment"),
        ("//@某某:求扩散", "repost_comment"),
        (
            "求助汇总：1. 榆桥区李叔13900000001缺药 2. 北汀区王姨13900000002透析 3. 南埠区小周13900000003临产",
            "round_up",
        ),
        ("✅张伯 已收治\n✅刘姨 药到了\n王家三口 等船\n❌老秦 腿断了", "round_up"),
        ("还在等：①柳堰县孕妇要产检 ②青沱区老人缺药 ③石埠县五人困屋顶", "round_up"),
        ("我有一辆车，有通行证，可以免费接送透析病人，需要的私信我", "offer"),
        ("据市卫健委通报，截至昨日全市新增病例12例", "news"),
        ("看哭了，愿大家都平安，加油", "talk"),
    ],
)
def test_kinds(text: str, label: str) -> None:
    """Breaks if the plainest post of a kind is read as another kind."""
    assert understand(text).label == label


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我父亲尿毒症，透析停了四天，求床位", "dialysis"),
        ("孕妇破水了，没有医院收，求助", "maternity"),
        ("五个人困在屋顶，求救援队来船", "rescue"),
        ("老人走失，穿蓝上衣，求见过的人联系", "missing"),
        ("奶粉断了，孩子没吃的，求助", "supplies"),
        ("妈妈化疗到期了，没有床位收，求医院", "oncology"),
        ("三岁的孩子高烧抽搐，急诊不收，求医院", "pediatric"),
        ("隔离费要自己出吗？依据哪个文件？", "policy"),
        ("看哭了，愿大家都平安", None),
        ("我有车，可以免费接送透析病人，需要的私信我", None),
    ],
)
def test_needs(text: str, category: str | None) -> None:
    """Breaks if a plea lands at the wrong desk, or an offer counts as a need."""
    assert understand(text).category == category


def test_a_short_repost_of_a_plea_is_no_plea() -> None:
    """Breaks if three words on top of a repost count as a plea of their own."""
    assert understand("救救孩子", is_repost=True).label == "repost_comment"


def test_the_understanding_is_masked_and_travels() -> None:
    """Breaks if a worker cannot send its answer back, or the text that is stored holds a number."""
    post = understand("<p>求助！我爸67岁，榆桥区槐荫路88号，电话139 0000 1234</p>//@海边:快转")
    assert pickle.loads(pickle.dumps(post)) == post  # noqa: S301 - our own bytes
    assert "0000" not in post.text
    assert "88号" not in post.text
    assert {fact.value for fact in post.facts if fact.kind == "phone"} == {"13900001234"}
    assert post.chain_names == ("海边",)
    assert all(post.text[fact.start : fact.end] == fact.masked for fact in post.facts if fact.kind == "phone")


_PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "求助！",
                "我父亲67岁",
                "电话13900001234",
                "１３９ ００００ １２３４",
                "榆桥区槐荫路88号",
                "3栋2单元502室",
                "高烧三天",
                "没有床位",
            ),
            *(
                "已经住上院了",
                "谢谢大家",
                "//@某某:",
                "转发微博",
                "1. ",
                "\n",
                "027-88880001转802",
                "身份证420106195301010011",
                "沱阳市柳堰县",
            ),
            *(
                "【姓名】李四",
                "【年龄】67",
                "#沱阳暴雨#",
                "QQ13900001234",
                "免费接送",
                "记者",
                "求药",
                "①③⑨⓪⓪⓪⓪①②③④",
                "电話",
                "\u200b",
            ),
        ]
    ),
    max_size=12,
)


def _told(post: Understanding) -> tuple[object, ...]:
    return post.text, post.label, post.score, post.category, post.province, post.city, post.district, post.own_text


@given(_PARTS)
@settings(max_examples=300, deadline=None)
def test_masked_text_reads_as_raw_text_did(parts: list[str]) -> None:
    """Breaks if a rebuild from stored text would change a case's kind, need or place."""
    post = understand("".join(parts))
    assert _told(reread(post.text)) == _told(post)


@given(st.text(max_size=100))
@settings(max_examples=150, deadline=None)
def test_any_text_is_understood(text: str) -> None:
    """Breaks if some text crashes a night."""
    post = understand(text)
    assert post.label in PLEA_LABELS
    assert _told(reread(post.text)) == _told(post)


@pytest.mark.parametrize(
    "unit",
    [
        *("\u202e求", "\u2067\u202e助", "<a href='", "<", "&#", "13", "1 ", "一", "【姓名】", "姓名："),
        *("//@a:", "@", "#", "[哭", "3-", "3栋", "槐荫路8号", "武汉", "求", "http://"),
        *("(", "139****", "岁", "十", "\n", " ", "+8", "：", "<script>", "<!--"),
        *("我父亲", "1️⃣", "男,"),
    ],
)  # fmt: skip
def test_a_long_hostile_text_is_read(unit: str) -> None:
    """Breaks if one post's text can hold up a night: quadratic work would not end."""
    post = understand(unit * (100_000 // len(unit)))
    assert post.label in PLEA_LABELS


def test_every_cue_has_weights_in_every_kind() -> None:
    """Breaks if a word is listed under a feature that nobody weighs."""
    features = {row["feature"] for _, row in read_table(DATA_DIR / "lexicons" / "plea_words.tsv")}
    assert features <= set(load_weights())
    assert {len(weights.by_label) for weights in load_weights().values()} == {len(PLEA_LABELS)}


def test_a_broken_table_names_its_line(tmp_path: Path) -> None:
    """Breaks if a wrong weight in the table is reported without its file and line."""
    path = tmp_path / "weights.tsv"
    path.write_text(
        "\t".join(("feature", "meaning_zh", *PLEA_LABELS)) + "\nbias\t起点\t一\t0\t0\t0\t0\t0\t0\n", encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"weights\.tsv:2: a weight of bias is not a number"):
        load_weights(path)


def test_items_are_counted_before_masked_addresses_too() -> None:
    """A list whose items begin with a house would be read as one family's plea."""
    items = ("①柳荫路8号，65岁肾衰，急需透析 ", "②石桥巷12号，孕39周要去医院 ", "③望溪小区，陈大爷断药")
    text = normalise(understand("".join(items)).text).text
    assert list_people(text, 0, read_terms(text)).items == 3
