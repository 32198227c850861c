"""Promises about whose words count: the author's, and never those of somebody who hands a plea on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.text.normal import normalise
from pipeline.text.structure import read_structure
from tests.process.home import PLEA, THANKS, Home, members_of, observed

BY_ANOTHER = [
    "@桂家小女：",
    "转@桂家小女：",
    "【帮转】",
    "帮转：",
    "急！帮忙转一下：",
    "转自@桂家小女 ",
    "好惨//@桂家小女:",
]
BY_ITSELF = ["@澜州发布：", "求大家帮忙转一下！", "麻烦各位帮转：", "@桂家小女 看到请回我，"]
ENDS = ["，求大家帮忙转发", "，帮忙转一下", "，请帮转", "，谢谢大家帮转"]


def told(home: Home, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return [tuple(row.values()) for row in home.rows(query)]


@pytest.mark.parametrize("head", BY_ANOTHER)
def test_who_hands_a_plea_on_is_not_its_author(head: str, tmp_path: Path) -> None:
    """The first copy that we saw would speak for the family: its "done" would close the case."""
    home = Home(tmp_path)
    home.settle(observed("1", head + PLEA), observed("2", THANKS, "07-09T15:00", reply_to="1"))
    assert told(home, "SELECT origin_certainty, author_id, status FROM cases") == [("earliest_seen", None, "open")]


@pytest.mark.parametrize("text", [*(head + PLEA for head in BY_ITSELF), *(PLEA + end for end in ENDS)])
def test_who_asks_others_to_hand_it_on_wrote_it(text: str, tmp_path: Path) -> None:
    """A family that asks for reposts would lose its voice, and its own good news would be a stranger's."""
    home = Home(tmp_path)
    home.settle(observed("1", text), observed("2", THANKS, "07-09T15:00", reply_to="1"))
    assert told(home, "SELECT origin_certainty, author_id, status FROM cases") == [("certain", "weibo:u1", "resolved")]


@pytest.mark.parametrize("target", [None, "99"])
def test_a_plea_that_only_reposts_carry_has_a_case(target: str | None, tmp_path: Path) -> None:
    """A plea whose first post nobody saw would be unknown, though its words pass through many hands."""
    home = Home(tmp_path)
    first = observed("1", f"太难了//@桂家小女:{PLEA}", author_id="u2", repost_of=target)
    home.settle(first, observed("2", f"帮转//@桂家小女:{PLEA}", "07-09T08:00", author_id="u3", repost_of=target))
    assert members_of(home, "weibo:1") == ["weibo:1", "weibo:2"]
    assert told(home, "SELECT origin_certainty, author_id FROM cases") == [("earliest_seen", None)]
    home.settle(observed("99", PLEA, "07-08T21:00", author_name="桂家小女"))
    assert told(home, "SELECT origin_post_id, origin_certainty, author_id, post_count FROM cases") == [
        ("weibo:99", "certain", "weibo:u1", 3)
    ]


def test_talk_in_a_chain_opens_no_case(tmp_path: Path) -> None:
    """Every repost of news would be a plea for help."""
    home = Home(tmp_path)
    home.settle(observed("1", "是啊//@小河:今天的云很好看，楼下的猫也来了，晚上打算去江边走一走，看看有没有人放风筝"))
    assert told(home, "SELECT case_id FROM cases") == []


def test_a_request_to_repost_hides_no_source() -> None:
    """The name of the author would be lost where the copier also asks for reposts."""
    structure = read_structure(normalise(f"{PLEA}，请大家帮忙转发。转自@桂家小女"))
    assert structure.attribution is not None
    assert structure.attribution.name == "桂家小女"
