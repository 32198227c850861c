"""The public clocks, against a story that is counted by hand."""

from __future__ import annotations

import pytest

from pipeline.store.clocks import read_clock_totals, read_clocks_by
from pipeline.store.database import open_store, read_store
from tests.process.home import Home, observed


def test_an_official_reply_is_an_answer_and_a_hand_over(told: Home) -> None:
    """An office that answered within three hours would be listed as silent."""
    row = told.row(
        "SELECT * FROM case_clocks WHERE case_id IN (SELECT case_id FROM case_posts WHERE post_id = 'weibo:d1')"
    )
    assert (row["received_at"], row["answered_at"]) == ("2024-07-09T02:00:00Z", "2024-07-09T04:30:00Z")
    assert row["handed_over_at"] == row["answered_at"]
    assert (row["answer_seconds"], row["is_due_3_h"], row["is_answered_3_h"], row["done_at"]) == (9000, 1, 1, None)


def test_the_word_of_the_author_that_help_came_is_an_answer_and_the_end(told: Home) -> None:
    """Help that came without an official post would count as no answer at all."""
    row = told.row(
        "SELECT k.* FROM case_clocks k JOIN case_posts cp USING (case_id) WHERE cp.post_id = 'weibo:a1'"
        " AND cp.role <> 'round_up'"
    )
    assert (row["status"], row["done_at"], row["done_seconds"]) == ("resolved", "2024-07-09T07:00:00Z", 17 * 3600)
    assert row["answered_at"] <= row["done_at"]
    assert row["is_answered_8_h"] == 0


def test_totals_districts_and_categories_count_the_same_cases(told: Home) -> None:
    """Two pages would publish different figures for the same night."""
    store = read_store(told.db)
    total = read_clock_totals(store)
    assert total is not None
    assert total.received == len(told.rows("SELECT * FROM cases WHERE opened_at IS NOT NULL"))
    for dimension in ("district", "category"):
        parts = read_clocks_by(store, dimension)  # type: ignore[arg-type]
        for name in (
            "received",
            "answered",
            "answered_online",
            "handed_over",
            "office_done",
            "done",
            "due_3_h",
            "answered_3_h",
            "due_8_h",
            "answered_8_h",
        ):
            assert sum(getattr(part, name) for part in parts) == getattr(total, name), (dimension, name)
    assert total.answered_3_h <= total.due_3_h <= total.received
    assert total.share_3_h == round(total.answered_3_h / total.due_3_h, 4)
    store.close()


def test_a_plea_of_the_last_hour_does_not_count_as_late(home: Home) -> None:
    """Every busy night would look as if offices had stopped answering."""
    from tests.exporting.conftest import ASKED

    home.settle(ASKED)
    row = home.row("SELECT * FROM clock_totals")
    assert (row["received"], row["answered"], row["due_3_h"], row["share_3_h"]) == (1, 0, 0, None)


def test_offices_are_listed_with_their_replies_and_what_was_due(told: Home) -> None:
    """Nobody could see which office answers, and how much of what its district asked."""
    (row,) = told.rows("SELECT * FROM clocks_by_official")
    assert (row["author_name"], row["replies"], row["cases"]) == ("东篱发布", 1, 1)
    assert (row["fastest_seconds"], row["answered_3_h"], row["answered_8_h"]) == (9000, 1, 1)
    due = told.values(
        "SELECT COUNT(*) FROM cases WHERE district = '东篱区' AND opened_at >= (SELECT opened_at FROM cases"
        " JOIN case_posts USING (case_id) WHERE post_id = 'weibo:d1')"
    )
    assert [row["due"]] == due
    assert row["answer_rate"] == round(1 / row["due"], 4)


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("您好，胰岛素可以到区医院便民门诊开取，带医保卡即可", "answered_online_at"),
        ("您好，您反映的情况已转交枣园社区核实", "handed_over_at"),
        ("您好，您反映的问题已办结，感谢关注", "office_done_at"),
    ],
)
def test_the_two_exits_of_a_board_are_told_apart(home: Home, words: str, stage: str) -> None:
    """A mere answer would be published as help under way, or an office's “done” as the family's."""
    from tests.exporting.conftest import ASKED

    reply = observed(
        "d2", words, "07-09T12:30", author_id="u21", author_name="东篱发布", author_kind="official", reply_to="d1"
    )
    home.settle(ASKED, reply)
    (row,) = home.rows("SELECT * FROM case_clocks")
    assert row[stage] == "2024-07-09T04:30:00Z"
    exits = {name: row[name] for name in ("answered_online_at", "handed_over_at")}
    assert sum(at is not None for at in exits.values()) == 1
    assert (row["office_done_at"] is not None) == (stage == "office_done_at")
    assert row["done_at"] is None


@pytest.mark.parametrize("dimension", ["district", "category"])
def test_an_empty_store_has_no_clocks(home: Home, dimension: str) -> None:
    """The first night would divide by zero."""
    store = open_store(home.db)
    assert read_clock_totals(store) is None
    assert read_clocks_by(store, dimension) == []  # type: ignore[arg-type]
    store.close()
