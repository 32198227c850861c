"""Promises about who is somebody else: one person's good end must not close another person's plea."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.process.home import Home, members_of, observed

LONELY = "求助！家中老人哮喘发作，喷雾剂用完了，药店全关门，求附近的人匀一瓶应急，电话{}"
ROOMS = "求助！澜州市望溪区桂花坊小区{}，外婆刚做完手术不能下楼，米和菜昨天都吃完了，物业没有人接电话，求送一点吃的"
PROSE = (
    "我想了很久还是发出来。父亲是退休的钢琴调音师，一辈子没求过人，上个月查出肾衰，每周要去三次医院。封控以后车进不来，"
    "他坐在琴凳上等，从早等到晚，脚肿得穿不进鞋，嘴上还说再等等。谁能告诉我该找哪里，电话{}"
)


def plea(native_id: str, author: str, text: str) -> dict[str, Any]:
    """A plea of one author, an hour later for each next id."""
    return observed(native_id, text, at=f"07-08T{10 + int(native_id)}:00", author_id=author)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONELY.format("13900001111"), LONELY.format("13900002222")),
        (ROOMS.format("7栋401室"), ROOMS.format("7栋502室")),
        (ROOMS.format("7栋"), ROOMS.format("12栋")),
        ("求助！桂花坊小区7栋401的周奶奶，84岁，断粮，求送菜", "求助！桂花坊小区7栋201的周奶奶，77岁，断粮，求送菜"),
        (
            "求助！我妈妈李娟，61岁，上海市徐汇区，淋巴瘤化疗中断，求床位",
            "求助！我妈妈李娟，61岁，武汉市武昌区，淋巴瘤化疗中断，求床位",
        ),
        (
            "求助！孕39周破水，妇幼保健院不收，叫不到车，求大家联系医院",
            "求助！孕35周破水，市二医院不收，叫不到车，求大家联系医院",
        ),
        ("求助！老人急需制氧机，求求好心人，帮忙扩散！", "求助！老人急需制氧机，求求好心人，帮忙扩散！"),
    ],
    ids=["phone", "room", "building", "age_and_room", "city", "weeks", "no_fact"],
)
def test_two_people_in_the_same_words_are_two_cases(one: str, other: str, tmp_path: Path) -> None:
    """The help that reached one would make the other's plea stale."""
    home = Home(tmp_path)
    home.settle(plea("1", "ua", one), plea("2", "ub", other))
    assert members_of(home, "weibo:1") == ["weibo:1"]
    assert members_of(home, "weibo:2") == ["weibo:2"]


@pytest.mark.parametrize(
    ("one", "copy"),
    [
        (LONELY.format("13900001111"), "帮转 " + LONELY.format("13900001111") + "，也可以找志愿者13900005555"),
        (ROOMS.format("7栋401室"), ROOMS.format("7栋401")),
        (ROOMS.format("7栋401室"), "看到的朋友帮一把：" + ROOMS.format("7栋401室")),
        (PROSE.format("13900001111"), PROSE.format("13900002222")),
        (
            "求助！我妈妈李娟，61岁，上海市徐汇区，淋巴瘤化疗中断，求床位，电话13900003333",
            "求助！我妈妈李娟，63岁，上海市徐汇区，淋巴瘤化疗中断，求床位，电话13900003333",
        ),
    ],
    ids=["second_phone", "shorter_address", "comment", "long_prose_other_phone", "corrected_age"],
)
def test_a_copy_that_differs_in_a_fact_still_joins(one: str, copy: str, tmp_path: Path) -> None:
    """A copy that adds a volunteer's number or corrects an age would go on asking after help came."""
    home = Home(tmp_path)
    home.settle(plea("1", "ua", one), plea("2", "ub", copy))
    assert members_of(home, "weibo:1") == ["weibo:1", "weibo:2"]


def test_texts_without_a_fact_are_shown_as_possible_duplicates(tmp_path: Path) -> None:
    """Nobody would look whether the two are one."""
    home = Home(tmp_path)
    text = "求助！老人急需制氧机，求求好心人，帮忙扩散！"
    home.settle(plea("1", "ua", text), plea("2", "ub", text))
    assert home.values("SELECT relation FROM case_links") == ["possible_duplicate"]


def test_a_volunteers_phone_makes_no_household_and_no_case(tmp_path: Path) -> None:
    """Everybody who was helped by one volunteer would be one family, or one person."""
    home = Home(tmp_path)
    home.settle(
        plea("1", "ua", "求助！我父亲沈国梁，71岁，桂花坊小区5栋，急需透析。志愿者电话13900006666"),
        plea("2", "ub", "求助！我外婆吴秀珍，85岁，柳荫里小区9栋，胰岛素断了。志愿者电话13900006666"),
        plea("3", "uc", "孩子才7个月，青禾苑2栋，奶粉吃光了，谁有多的。志愿者电话13900006666"),
    )
    assert [members_of(home, f"weibo:{at}") for at in (1, 2, 3)] == [["weibo:1"], ["weibo:2"], ["weibo:3"]]
    assert home.rows("SELECT * FROM case_links") == []


FATHER = "求助！我父亲沈国梁，71岁，住澜州市望溪区桂花坊小区5栋，尿毒症三天没透析，社区没有回音，电话13900001234"
GRANDMOTHER = "我外婆吴秀珍，85岁，澜州市望溪区柳荫里小区，胰岛素断了两天，急需门冬30，电话13900005678"
CHILD = "孩子才7个月，只能吃氨基酸奶粉，家里还剩一勺，澜州市望溪区青禾苑，求奶粉，电话13900002468"


def test_a_list_of_pleas_stands_in_each_case_and_opens_none(tmp_path: Path) -> None:
    """A round-up that repeats three pleas word for word would be a fourth person in need."""
    home = Home(tmp_path)
    every = f"今日求助汇总，请接力：\n1、{FATHER}\n2、{GRANDMOTHER}\n3、{CHILD}"
    home.settle(plea("1", "ua", FATHER), plea("2", "ub", GRANDMOTHER), plea("3", "uc", CHILD), plea("4", "ud", every))
    assert home.values("SELECT COUNT(*) FROM cases") == [3]
    assert home.values("SELECT role FROM case_posts WHERE post_id = 'weibo:4'") == ["round_up"] * 3


@pytest.mark.parametrize("copies", [1, 2])
def test_two_pleas_in_one_post_merge_nothing(copies: int, tmp_path: Path) -> None:
    """A post that hands on two pleas would make one case of two persons, and so would two copies of it."""
    home = Home(tmp_path)
    both = f"{FATHER}\n\n还有一条：{GRANDMOTHER}"
    home.settle(
        plea("1", "ua", FATHER),
        plea("2", "ub", GRANDMOTHER),
        *(plea(str(3 + at), f"uc{at}", both) for at in range(copies)),
    )
    assert home.values("SELECT COUNT(*) FROM cases") == [2]
    roles = home.values("SELECT role FROM case_posts WHERE post_id NOT IN ('weibo:1', 'weibo:2')")
    assert roles == ["round_up"] * 2
    assert home.values("SELECT role FROM case_posts WHERE post_id IN ('weibo:1', 'weibo:2')") == ["origin"] * 2


def test_an_official_notice_that_names_the_patient_speaks_of_the_case(tmp_path: Path) -> None:
    """What an office says of a person by name and address would be lost."""
    home = Home(tmp_path)
    notice = "【进展】沈国梁，71岁，桂花坊小区5栋，尿毒症三天没透析。患者已由专车送到望溪区医院，正在安排透析"
    home.settle(plea("1", "ua", FATHER), plea("2", "office", notice) | {"author_kind": "official"})
    assert home.values("SELECT role FROM case_posts ORDER BY post_id") == ["origin", "official_reply"]
    assert home.values("SELECT source FROM status_updates") == ["official"]


def test_who_hands_a_plea_on_is_not_its_author(tmp_path: Path) -> None:
    """The word of somebody who forwarded the plea would close the case."""
    home = Home(tmp_path)
    home.settle(plea("1", "ub", "转：" + FATHER), plea("2", "ub", "透析上了，谢谢大家帮忙转发"))
    case = home.row("SELECT status, author_id, origin_certainty FROM cases")
    assert case == {"status": "open", "author_id": None, "origin_certainty": "earliest_seen"}


def test_scores_in_cases_are_those_of_the_matches(tmp_path: Path) -> None:
    """A rebuild would change figures of cases in which nothing happened."""
    home = Home(tmp_path)
    home.settle(plea("1", "ua", FATHER), plea("2", "ub", "帮帮他 " + FATHER[:-20]))
    home.settle(*(plea(str(at), f"u{at}", ROOMS.format(f"{at}栋")) for at in range(3, 9)))
    assert home.values("SELECT score FROM case_posts WHERE post_id = 'weibo:2'") == home.values(
        "SELECT score FROM matches WHERE left_post_id = 'weibo:1' AND right_post_id = 'weibo:2'"
    )
