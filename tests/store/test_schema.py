"""The tables and views that analysts rely on (ARCHITECTURE B3)."""

from __future__ import annotations

import sqlite3

import pytest

from tests.process.home import PLEA, THANKS, Home, observed, reading

CONTRACT = {
    "observations": "observation_id post_id observed_at availability text edited_at reposts comments likes run_id",
    "posts": "post_id platform native_id url author_id author_kind posted_at first_seen_at last_seen_at last_checked_at"
    " availability repost_of reply_to text is_plea category district",
    "mentions": "post_id observation_id kind masked hmac start end rule",
    "images": "image_id width height ocr_text",
    "post_images": "post_id image_id position",
    "matches": "left_post_id right_post_id found_by score evidence",
    "cases": "case_id origin_post_id origin_certainty author_id opened_at last_seen_at status status_since"
    " status_update_id needs_review review_reason category district post_count stale_count last_verified_at",
    "case_posts": "case_id post_id role is_stale stale_reason is_late lag_seconds found_by score",
    "case_links": "left_case_id right_case_id relation",
    "status_updates": "update_id case_id post_id kind source said_at observed_at quote rule confidence in_force",
    "judgements": "left_post_id right_post_id judgement by at note",
    "verdicts": "case_id status by at note",
    "runs": "run_id started_at finished_at outcome",
    "run_sources": "run_id requested seen new changed refused complete note source query",
    "rejects": "file line reason run_id",
}
VIEWS = {
    "stale_reposts",
    "open_cases",
    "case_timeline",
    "daily_counts",
    "case_clocks",
    "clock_totals",
    "clocks_by_district",
    "clocks_by_category",
    "clocks_by_official",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_every_promised_column_is_there(home: Home, table: str) -> None:
    """An analyst's query, written from the contract, would fail."""
    home.take(observed("a1", PLEA))
    with reading(home.db) as conn:
        columns = {row["name"] for row in conn.execute(f"PRAGMA table_info({table})")}
    assert set(CONTRACT[table].split()) <= columns


def test_the_promised_views_are_there(home: Home) -> None:
    """Somebody who opens the file with datasette would miss the ready answers."""
    home.take(observed("a1", PLEA))
    assert set(home.values("SELECT name FROM sqlite_master WHERE type = 'view'")) >= VIEWS


def test_the_views_say_what_the_tables_say(home: Home) -> None:
    """The ready answers would contradict the tables that they are made from."""
    home.settle(
        observed("a1", PLEA),
        observed("b1", f"转发求助：{PLEA}", "07-08T23:00", author_id="u2"),
        observed("c1", "转，急", "07-10T09:00", author_id="u3", repost_of="a1"),
        observed("a2", THANKS, "07-09T10:00"),
        observed("d1", "求助，我家在东篱区，孩子三天没有奶粉了，求送一罐奶粉", "07-09T08:00", author_id="u4"),
    )
    stale = {row["post_id"]: row for row in home.rows("SELECT * FROM stale_reposts")}
    assert (
        stale.keys()
        == set(home.values("SELECT post_id FROM case_posts WHERE is_stale = 1"))
        >= {"weibo:b1", "weibo:c1"}
    )
    assert stale["weibo:c1"]["is_late"] == 1
    assert stale["weibo:c1"]["lag_seconds"] == 23 * 3600
    assert stale["weibo:c1"]["author_words"] in THANKS
    assert stale["weibo:c1"]["author_post_id"] == "weibo:a2"
    assert home.values("SELECT origin_post_id FROM open_cases") == ["weibo:d1"]
    events = home.rows("SELECT event, what FROM case_timeline WHERE post_id = 'weibo:a2' ORDER BY event")
    assert events == [{"event": "post", "what": "author_update"}, {"event": "status", "what": "resolved"}]
    days = {row["day"]: row for row in home.rows("SELECT * FROM daily_counts")}
    assert {day: row["posts"] for day, row in days.items()} == {"2024-07-08": 2, "2024-07-09": 2, "2024-07-10": 1}
    assert days["2024-07-10"]["late_posts"] == 1


def test_the_file_is_whole_and_every_reference_leads_somewhere(home: Home) -> None:
    """A row would point to a post or a case that is not there."""
    home.settle(observed("a1", PLEA), observed("a2", THANKS, "07-09T10:00"), observed("c", "转", repost_of="a1"))
    with reading(home.db) as conn:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert [row[0] for row in conn.execute("PRAGMA integrity_check")] == ["ok"]


def test_a_row_without_its_post_is_refused_by_the_file_itself(home: Home) -> None:
    """A bug, or a hand with a query, could leave members of cases without posts."""
    home.settle(observed("a1", PLEA))
    conn = sqlite3.connect(home.db)
    conn.execute("PRAGMA foreign_keys = ON")
    case_id = conn.execute("SELECT case_id FROM cases").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute("INSERT INTO case_posts (case_id, post_id, role) VALUES (?, 'weibo:none', 'copy')", (case_id,))
    conn.close()
