"""Asking by text where a round-up carries several pleas: the plea's own case answers, the round-up alone never does."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from tests.desk.conftest import case_of
from tests.process.home import Home, observed

INSULIN = (
    "求助！外婆洪秀珍，八十一岁，住澜州市东篱区枣园社区，糖尿病，胰岛素只剩半支，楼栋封控买不到药，"
    "联系电话 13700005566，求扩散"
)
OXYGEN = (
    "求助！爷爷洪大有，七十九岁，住澜州市榆桥区长虹社区，肺纤维化，家里的制氧机今天坏了，急需借一台，"
    "联系电话 13700007788，求扩散"
)
MILK = "求助！孩子七个月，住澜州市北汀区红星社区，深度水解奶粉只够吃两天，求代购，联系电话 13700009900"
HELPED = "谢谢大家，外婆的胰岛素今天中午已经收到了，不用再转了"
ROUND_UP = (
    "【求助信息汇总】7月9日中午更新，共三条\n"
    f"1. {INSULIN[3:]}\n2. {OXYGEN[3:]}\n3. {MILK[3:]}\n"
    "以上都还没有解决，我会继续更新这个表格，请大家帮忙转发"
)

LINES = (
    observed("i1", INSULIN, "07-08T20:00", author_id="u61"),
    observed("i2", HELPED, "07-09T12:30", author_id="u61"),
    observed("o1", OXYGEN, "07-08T21:00", author_id="u62"),
    observed("r1", ROUND_UP, "07-09T12:00", author_id="u63", url="https://weibo.example/p/r1"),
    observed("r2", "帮转", "07-09T12:10", author_id="u64", repost_of="r1", url="https://weibo.example/p/r2"),
)


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two pleas with posts of their own, and a round-up that carries both and a third; only read."""
    home = Home(tmp_path_factory.mktemp("carried"))
    home.settle(*LINES)
    return home


def asked(home: Home, *question: str) -> tuple[str, Sequence[str]]:
    """(outcome, cases) of a look-up."""
    said = json.loads(home.run("lookup", "--json", *question).out)
    answer = said[0] if isinstance(said, list) else said
    return answer["outcome"], [one["case_id"] for one in answer["candidates"]]


@pytest.mark.parametrize(("text", "post_id"), [(INSULIN, "weibo:i1"), (OXYGEN, "weibo:o1")])
def test_a_whole_plea_is_answered_although_a_round_up_carries_it(carried: Home, text: str, post_id: str) -> None:
    """Whoever pastes a plea word for word would be asked to choose among strangers' cases."""
    assert carried.values("SELECT COUNT(*) FROM case_posts WHERE post_id = 'weibo:r1'") == [2]
    for question in (text, f"还没人管吗！{text}", text[: len(text) * 3 // 4]):
        assert asked(carried, "--text", question) == ("match", [case_of(carried, post_id)])


def test_a_plea_that_only_a_round_up_carries_is_not_answered_with_its_neighbours(carried: Home) -> None:
    """A mother would read that her plea is resolved, because another line of the same list is."""
    outcome, cases = asked(carried, "--text", MILK)
    assert outcome == "candidates"
    assert set(cases) == {case_of(carried, "weibo:i1"), case_of(carried, "weibo:o1")}


def test_a_round_up_with_one_known_line_is_no_answer_either(home: Home) -> None:
    """Of a list only one line of which is known, every other line would get that line's answer."""
    home.settle(LINES[0], LINES[1], LINES[3])
    assert home.values("SELECT role FROM case_posts WHERE post_id = 'weibo:r1'") == ["round_up"]
    assert asked(home, "--text", MILK)[0] != "match"
    assert asked(home, "--text", INSULIN) == ("match", [case_of(home, "weibo:i1")])


@pytest.mark.parametrize("name", ["r1", "r2"])
def test_a_round_up_and_its_reposts_lead_to_all_that_they_carry(carried: Home, name: str) -> None:
    """One line of a list would answer for all of it."""
    outcome, cases = asked(carried, "--url", f"https://weibo.example/p/{name}")
    assert (outcome, len(cases)) == ("candidates", 2)


def test_a_phone_in_a_round_up_makes_no_line_of_it_surer(carried: Home) -> None:
    """The phone of one family would vouch for the case of another on the same list."""
    outcome, _ = asked(carried, "--text", "北汀区求奶粉，电话 13700009900，肺纤维化的老人也在等")
    assert outcome != "match"
