"""What the status means for each post of the case."""

from __future__ import annotations

import pytest

from pipeline.status.carry import carry
from pipeline.status.model import Decision, Flag, Member
from tests.status.cases import DIALYSIS, at, decided, said

SOLVED = said(5, "父亲今天透析上了，谢谢大家")


def _flag(role: str, text: str = DIALYSIS, hours: float = 9, decision: Decision | None = None, **more: bool) -> Flag:
    member = Member("weibo:m", role, at(hours), text, **more)
    return carry(decision or decided(SOLVED), [member])[0]


@pytest.mark.parametrize("role", ["origin", "repost", "copy", "screenshot"])
def test_what_still_asks_is_stale(role: str) -> None:
    """The copy asks, the author was helped: somebody may call a hospital for nothing."""
    assert _flag(role).is_stale


@pytest.mark.parametrize("role", ["author_update", "official_reply"])
def test_roles_that_are_never_stale(role: str) -> None:
    """The author's update and the office's answer ask for nothing."""
    assert not _flag(role).is_stale


def test_a_comment_is_stale_only_with_the_plea() -> None:
    """加油 asks for nothing."""
    assert not _flag("comment", "加油", is_plea=False).is_stale
    assert _flag("comment", is_plea=True).is_stale


def test_late_copies_say_by_how_much() -> None:
    """Posted four hours after the update: late by four hours; before it: stale but not late."""
    late, early = _flag("copy", hours=9), _flag("copy", hours=2)
    assert (late.is_late, late.lag_seconds) == (True, 4 * 3600)
    assert (early.is_stale, early.is_late, early.lag_seconds) == (True, False, 0)
    assert "父亲今天透析上了" in late.stale_reason


@pytest.mark.parametrize(
    "text", ["【已解决】" + DIALYSIS, DIALYSIS + " 更新：父亲今天透析上了", "已解决//@某人:" + DIALYSIS]
)
def test_a_copy_that_carries_the_update_is_not_stale(text: str) -> None:
    """It tells its readers how it ended."""
    assert not _flag("copy", text).is_stale


ROUND_UP = "今日汇总\n1、" + DIALYSIS + "{}\n2、求药：外婆糖尿病，胰岛素只剩一天的量，139****4567"


def test_a_round_up_is_stale_for_the_item_that_has_ended() -> None:
    """Its readers would call about a man who has his dialysis."""
    flag = _flag("round_up", ROUND_UP.format(""))
    assert flag.is_stale
    assert flag.stale_reason.startswith("汇总帖里这一件已有结果")


@pytest.mark.parametrize("sign", ["✅", " 已解决", "（已送医）", "\n更新：父亲今天透析上了"])
def test_a_round_up_that_marks_the_item_is_not_stale(sign: str) -> None:
    """It tells its readers that this one is over."""
    assert not _flag("round_up", ROUND_UP.format(sign)).is_stale


def test_a_sign_before_the_next_number_belongs_to_the_next_item() -> None:
    """✅2. says nothing of item 1."""
    text = "汇总，打✅的已解决：\n1. " + DIALYSIS + "\n✅2. 求药：外婆糖尿病，139****4567（已送到）"
    assert _flag("round_up", "1. " + DIALYSIS + "\n没打✅的请帮忙").is_stale
    assert _flag("round_up", text).is_stale
    assert not _flag("round_up", text.replace("1. ", "✅1. ")).is_stale


def test_a_sign_at_another_item_does_not_count() -> None:
    """The medicine came; the round-up goes on asking for the dialysis."""
    assert _flag("round_up", ROUND_UP.format("") + " ✅已解决").is_stale


@pytest.mark.parametrize("header", ["没人管！", "怎么还没人管！！", "四天没有透析了！", "帮转，急！"])
def test_a_header_of_a_stale_copy_is_no_counterclaim(header: str) -> None:
    """Thirty copies that shout the plea's own words must not fill the desk's list."""
    assert not _flag("copy", header + DIALYSIS).review_reason


def test_a_person_is_sent_to_a_few_denials_only() -> None:
    """Two or three contradictions are enough to look."""
    members = [Member(f"weibo:m{n}", "copy", at(9 + n), f"这个还没有解决！{n}" + DIALYSIS) for n in range(9)]
    flags = carry(decided(SOLVED), members)
    assert 1 <= sum(bool(flag.review_reason) for flag in flags) <= 3


def test_a_copy_that_denies_asks_for_review() -> None:
    """这个还没有被救, or that the good news is false: somebody must look."""
    assert _flag("copy", "这个还没有解决！" + DIALYSIS).review_reason
    assert _flag("repost", "透析上了是假的，别信", is_plea=False).review_reason


def test_what_is_not_visible_cannot_ask() -> None:
    """A deleted copy misleads nobody."""
    assert not _flag("copy", is_visible=False).is_stale


def test_nothing_is_stale_while_the_case_is_open() -> None:
    """After a reopening the earlier flags are withdrawn."""
    reopened = decided(SOLVED, said(7, "又停了透析，再次求助"))
    assert not _flag("copy", decision=reopened).is_stale
    assert not _flag("copy", decision=decided()).is_stale
