"""`houxu process` and `houxu rebuild`: the same input gives the same cases, in any order and by any way."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.process.dumps import differences, read_content, read_derived
from tests.process.home import NOW, OTHER_PLEA, PLEA, THANKS, Home, members_of, observed, reading, seen_again
from tests.process.scenes import (
    COPY,
    FLOOD,
    LATE_COPY,
    MILK_GONE,
    ORIGIN,
    STORY,
    UPDATE,
)

# How alike two texts are is weighed with the words of the store as it was when they were compared.
SCORES = ("score", "evidence")
LATER = "2024-07-12T02:00:00+08:00"


def picture_of(home: Home) -> dict[str, Any]:
    """Who is together, who was first, how it stands and what is stale: all but the names of the cases."""
    cases = {row["case_id"]: row for row in home.rows("SELECT * FROM cases")}
    seen = {}
    for case_id, case in cases.items():
        members = home.rows(
            "SELECT post_id, role, is_stale, is_late, lag_seconds FROM case_posts WHERE case_id = ? ORDER BY post_id",
            case_id,
        )
        told = ("origin_certainty", "author_id", "opened_at", "last_seen_at", "status", "status_since", "needs_review",
                "review_reason", "category", "district", "post_count", "stale_count", "last_verified_at")  # fmt: skip
        updates = home.rows(
            "SELECT post_id, kind, source, said_at, quote, rule, in_force FROM status_updates"
            " WHERE case_id = ? ORDER BY said_at, post_id, kind",
            case_id,
        )
        seen[case["origin_post_id"]] = {"members": members, "updates": updates} | {name: case[name] for name in told}
    return seen


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The whole story, told at once; tests copy it before they change anything."""
    home = Home(tmp_path_factory.mktemp("told"))
    home.settle(*STORY)
    return home


@pytest.fixture
def copied(told: Home, tmp_path: Path) -> Home:
    """The told story in a folder of its own."""
    shutil.copytree(told.folder, tmp_path / "copy")
    return Home(tmp_path / "copy")


def test_the_story_is_read_as_a_person_would(told: Home) -> None:
    """The laws below would hold for an empty result as well; this says what they are tried on."""
    found = picture_of(told)
    assert {origin: case["status"] for origin, case in found.items()} == {
        "weibo:a1": "resolved",
        "weibo:f1": "resolved",
        "weibo:m1": "withdrawn",
    }
    stale = {post["post_id"] for case in found.values() for post in case["members"] if post["is_stale"]}
    assert {"weibo:b1", "weibo:b2", "weibo:c1", "weibo:f2", "weibo:m2"} <= stale
    assert not stale & {"weibo:a2", "weibo:k1", "weibo:k2", "weibo:f1", "weibo:m1", "weibo:t1"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_arrival_ends_the_same(told: Home, home: Home, seed: int) -> None:
    """Which file came first would decide who is the origin, who is together, and what is stale."""
    chance = random.Random(seed)  # noqa: S311 a seed makes the shuffle repeatable
    lines = list(STORY)
    chance.shuffle(lines)
    cuts = sorted(chance.sample(range(1, len(lines)), seed + 1))
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        home.settle(*lines[start:end], now=LATER)
    assert picture_of(home) == picture_of(told)


def test_every_line_by_itself_ends_the_same(told: Home, home: Home) -> None:
    """A store that grows post by post would drift away from one that was made at once."""
    for line in STORY:
        home.settle(line)
    assert picture_of(home) == picture_of(told)


def test_processing_again_changes_nothing(copied: Home) -> None:
    """Every night would rewrite what did not change, or flip between two answers."""
    before = read_content(copied.db)
    copied.settle()
    assert differences(before, read_content(copied.db)) == []


def _check_rebuild(home: Home) -> None:
    before = read_derived(home.db, SCORES)
    said = home.run("rebuild", "--now", LATER)
    assert said.code == 0, said.err
    assert differences(before, read_derived(home.db, SCORES)) == []


def test_rebuild_equals_the_told_story(copied: Home) -> None:
    """What was derived could not be made again: ids, evidence, quotes and flags included (A3.2)."""
    _check_rebuild(copied)


def test_rebuild_equals_a_store_that_grew_through_merges_and_late_arrivals(home: Home) -> None:
    """The way to a case would be part of it, and after a rebuild links to cases would lead nowhere."""
    chance = random.Random(7)  # noqa: S311 a seed makes the shuffle repeatable
    lines = chance.sample(STORY, len(STORY))
    for start in range(0, len(lines), 4):
        home.settle(*lines[start : start + 4])
    _check_rebuild(home)


def test_rebuild_equals_after_judgements_and_verdicts(copied: Home) -> None:
    """A person's word would be lost with the next rebuild."""
    copied.run("judge", "different", "weibo:a1", "weibo:b2", "--by", "lin", "--now", LATER)
    copied.settle()
    give_verdict(copied, "weibo:f1", "open", "2024-07-11T10:00:00Z")
    copied.settle()
    assert copied.values("SELECT status FROM cases WHERE origin_post_id = 'weibo:f1'") == ["open"]
    assert "weibo:b2" not in members_of(copied, "weibo:a1")
    _check_rebuild(copied)


def give_verdict(home: Home, origin: str, status: str, at: str) -> None:
    """Append a desk's conclusion on a case, as the desk will."""
    conn = sqlite3.connect(home.db)
    conn.execute(
        'INSERT INTO verdicts (case_id, origin_post_id, status, "by", "at", note)'
        " SELECT case_id, origin_post_id, ?, 'lin', ?, '电话核实' FROM cases WHERE origin_post_id = ?",
        (status, at, origin),
    )
    conn.commit()
    conn.close()


def test_a_late_import_of_an_earlier_post_moves_the_origin_and_not_the_id(home: Home) -> None:
    """A link to a case that somebody noted down would break whenever an older copy turns up."""
    home.settle(COPY, LATE_COPY)
    before = home.row("SELECT case_id, origin_post_id FROM cases")
    home.settle(ORIGIN)
    after = home.row("SELECT case_id, origin_post_id FROM cases")
    assert before["origin_post_id"] == "weibo:b1"
    assert after == {"case_id": before["case_id"], "origin_post_id": "weibo:a1"}


def test_a_judgement_joins_what_no_text_joins_and_the_old_id_still_leads_there(home: Home) -> None:
    """After a merge the link that a volunteer kept would answer: no such case."""
    home.settle(ORIGIN)
    home.settle(FLOOD)
    ids = {row["origin_post_id"]: row["case_id"] for row in home.rows("SELECT * FROM cases")}
    home.run("judge", "same", "weibo:a1", "weibo:f1", "--by", "lin", "--note", "同一家人")
    home.settle()
    assert home.values("SELECT case_id FROM cases") == [ids["weibo:a1"]]
    shown = home.run("case", ids["weibo:f1"], "--json")
    assert shown.code == 0
    assert ids["weibo:a1"] in shown.out
    _check_rebuild(home)
    assert home.run("case", ids["weibo:f1"]).code == 0


def test_the_latest_judgement_on_a_pair_wins(home: Home) -> None:
    """Somebody who corrects a mistake would be overruled by it for ever."""
    home.settle(ORIGIN, COPY, LATE_COPY)
    home.run("judge", "different", "weibo:a1", "weibo:b2", "--by", "lin")
    home.settle()
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:b1"]
    home.run("judge", "same", "weibo:b2", "weibo:a1", "--by", "lin")
    home.settle()
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:b1", "weibo:b2"]


def test_a_judgement_may_come_before_its_posts(home: Home) -> None:
    """A judgement from another installation's export would be lost if the post is not here yet."""
    home.settle(ORIGIN)
    home.run("judge", "same", "weibo:f1", "weibo:a1", "--by", "lin")
    home.settle()
    home.settle(FLOOD)
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:f1"]


def test_a_verdict_stands_above_what_was_read(copied: Home) -> None:
    """The desk calls the family, and the machine goes on saying the opposite."""
    give_verdict(copied, "weibo:a1", "open", "2024-07-11T10:00:00Z")
    copied.settle()
    case = copied.row("SELECT status, stale_count FROM cases WHERE origin_post_id = 'weibo:a1'")
    assert case == {"status": "open", "stale_count": 0}
    sources = copied.values("SELECT source FROM status_updates WHERE in_force = 1 AND case_id IN"
                            " (SELECT case_id FROM cases WHERE origin_post_id = 'weibo:a1')")  # fmt: skip
    assert sources in ([], ["desk"])


def test_a_status_carries_its_quote_its_post_its_time_and_its_rule(told: Home) -> None:
    """A volunteer would have to believe a flag instead of reading the author's own words (A3.1)."""
    update = told.row(
        "SELECT u.* FROM cases c JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id"
        " WHERE c.origin_post_id = 'weibo:a1'"
    )
    assert update["quote"] in THANKS
    assert (update["post_id"], update["source"], update["in_force"]) == ("weibo:a2", "author", 1)
    assert update["said_at"] == "2024-07-09T07:00:00Z"
    assert update["rule"]


def test_one_deletion_seen_once_is_no_withdrawal(home: Home) -> None:
    """A page that failed to load once would close a living plea (A3.3)."""
    lines = [line for line in STORY if line not in MILK_GONE]
    home.settle(*lines, MILK_GONE[0])
    assert home.values("SELECT status FROM cases WHERE origin_post_id = 'weibo:m1'") == ["open"]


def test_a_thanks_by_somebody_else_changes_nothing(home: Home) -> None:
    """Anybody could switch off a plea by claiming that it is solved."""
    stranger = UPDATE | {"id": "x1", "author_id": "u77", "author_name": "路人"}
    comment = observed("x2", "已经解决了，大家散了吧", "07-09T16:00", author_id="u78", reply_to="a1")
    home.settle(ORIGIN, COPY, stranger, comment)
    assert home.values("SELECT DISTINCT status FROM cases") == ["open"]
    assert home.values("SELECT SUM(stale_count) FROM cases") == [0]


def test_what_a_round_up_carries_stays_apart(told: Home) -> None:
    """A list of pleas would melt them into one case, and one answer would silence all of them."""
    assert len(told.values("SELECT case_id FROM case_posts WHERE post_id = 'weibo:r1' AND role = 'round_up'")) >= 2
    assert members_of(told, "weibo:a1") != members_of(told, "weibo:f1")


def test_two_needs_of_one_author_are_two_linked_cases(home: Home) -> None:
    """A relay's second plea would be silenced by the thanks for the first."""
    home.settle(ORIGIN, observed("z1", OTHER_PLEA, "07-09T06:00"), UPDATE)
    statuses = {row["origin_post_id"]: row["status"] for row in home.rows("SELECT * FROM cases")}
    assert statuses == {"weibo:a1": "resolved", "weibo:z1": "open"}
    assert home.values("SELECT relation FROM case_links") == ["same_author"]


def test_what_is_derived_holds_together(told: Home) -> None:
    """Counts beside a case would contradict its members."""
    with reading(told.db) as conn:
        wrong: Sequence[sqlite3.Row] = conn.execute(
            "SELECT c.case_id FROM cases c"
            " WHERE post_count <> (SELECT COUNT(*) FROM case_posts p WHERE p.case_id = c.case_id)"
            " OR stale_count <> (SELECT SUM(is_stale) FROM case_posts p WHERE p.case_id = c.case_id)"
            " OR 1 <> (SELECT COUNT(*) FROM case_posts p WHERE p.case_id = c.case_id AND role = 'origin')"
            " OR 1 < (SELECT COUNT(*) FROM status_updates u WHERE u.case_id = c.case_id AND in_force = 1)"
        ).fetchall()
        dirty = conn.execute("SELECT COUNT(*) FROM posts WHERE is_dirty = 1").fetchone()[0]
    assert (wrong, dirty) == ([], 0)


def test_a_plea_is_in_one_case_only(told: Home) -> None:
    """One post would count as two needs, and could be stale and open at once."""
    doubled = told.values(
        "SELECT post_id FROM case_posts WHERE role <> 'round_up' GROUP BY post_id HAVING COUNT(*) > 1"
    )
    assert doubled == []


def test_an_empty_store_is_processed_without_a_word_of_its_own_making(home: Home) -> None:
    """Processing an empty store would crash on the first evening."""
    home.settle()
    said = home.run("process", "--now", LATER)
    assert said.code == 0
    assert home.values("SELECT COUNT(*) FROM cases") == [0]
    assert PLEA not in said.out


def test_what_the_author_posted_later_and_we_saw_is_a_look_at_the_author(home: Home) -> None:
    """The card would say that nobody has looked since the plea, beside words of the author that were read yesterday."""
    plea = observed("a1", PLEA)
    home.settle(plea, observed("a2", THANKS, "07-10T09:00"), observed("b1", PLEA, "07-11T09:00", author_id="u2"))
    seen = "SELECT last_verified_at FROM cases WHERE origin_post_id = 'weibo:a1'"
    assert home.values(seen) == ["2024-07-10T01:00:00Z"]
    home.settle(observed("b2", PLEA, "07-11T10:00", author_id="u3"))
    assert home.values(seen) == ["2024-07-10T01:00:00Z"]
    home.settle(seen_again(plea, "07-11T20:00"))
    assert home.values(seen) == ["2024-07-11T12:00:00Z"]
    assert home.run("rebuild", "--now", NOW).code == 0
    assert home.values(seen) == ["2024-07-11T12:00:00Z"]
