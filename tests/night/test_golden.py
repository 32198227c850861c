"""Three nights of the sample world, crawled over HTTP, beside what a careful reader would say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.night import golden
from tests.process.home import Home, reading, run_houxu

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def outcomes(golden_db: Path) -> list[golden.Outcome]:
    """Every case of the truth after the last night."""
    found = golden.read_outcomes(golden_db, golden.NIGHTS)
    assert len(found) >= 30
    return found


def test_nobody_who_still_needs_help_is_written_off(outcomes: list[golden.Outcome]) -> None:
    """A wrong resolved, withdrawn or closed takes help away from a living person (A3.1)."""
    assert golden.wrong_ends(outcomes) == []


def test_nothing_is_called_stale_that_is_not(outcomes: list[golden.Outcome]) -> None:
    """A plea that still matters would be marked as old news."""
    assert golden.wrong_stale(outcomes) == []


def test_no_two_needs_are_one_case(outcomes: list[golden.Outcome]) -> None:
    """The thanks of one family would silence another."""
    assert golden.merged_cases(outcomes) == []
    assert golden.foreign_members(outcomes) == []


def test_the_nights_find_what_the_world_tells(outcomes: list[golden.Outcome]) -> None:
    """Saying nothing is never wrong: without this, an empty night would pass every test above."""
    right = sum(one.status == one.wanted_status for one in outcomes)
    found = sum(len(one.stale & one.wanted_stale) for one in outcomes)
    wanted = sum(len(one.wanted_stale) for one in outcomes)
    assert right / len(outcomes) > 0.65
    assert found / wanted > 0.4


def test_every_stale_flag_stands_on_words_that_can_be_read(golden_db: Path) -> None:
    """A flag without its quote, or with words that nobody wrote, cannot be checked by a volunteer."""
    with reading(golden_db) as conn:
        rows = conn.execute("SELECT * FROM stale_reposts").fetchall()
        assert len(rows) >= 10
        for row in rows:
            assert row["author_words"], row["post_id"]
            assert row["author_said_at"] <= row["status_since"] or row["author_said_at"] == row["status_since"]
            assert row["stale_reason"]
            texts = conn.execute("SELECT text FROM observations WHERE post_id = ?", (row["author_post_id"],)).fetchall()
            kept = [text[0] for text in texts if text[0] is not None]
            is_placeholder = row["author_words"].startswith("〔")
            assert is_placeholder or any(row["author_words"] in text for text in kept), row["post_id"]


def test_the_result_is_the_recorded_one(outcomes: list[golden.Outcome]) -> None:
    """A change would move a case without anybody noticing. Look at the difference, then record it on purpose."""
    assert golden.EXPECTED.is_file(), "not recorded yet: python -m tests.night.golden --write"
    assert golden.recorded(outcomes).splitlines() == golden.EXPECTED.read_text(encoding="utf-8").splitlines()


def test_the_file_is_whole_after_three_nights(golden_db: Path) -> None:
    """A row would point to a post or a case that is not there."""
    with reading(golden_db) as conn:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert [row[0] for row in conn.execute("PRAGMA integrity_check")] == ["ok"]


def test_each_night_says_what_it_asked_and_saw(golden_db: Path) -> None:
    """Nobody could tell a quiet night from one that saw nothing (A3.4)."""
    with reading(golden_db) as conn:
        runs = [row[0] for row in conn.execute("SELECT run_id FROM runs WHERE kind = 'nightly' AND outcome = 'done'")]
        assert len(runs) == golden.NIGHTS
        for run_id in runs:
            rows = conn.execute("SELECT * FROM run_sources WHERE run_id = ?", (run_id,)).fetchall()
            assert {row["source"] for row in rows} == {"weibo_search", "weibo_recheck"}
            assert all(row["complete"] for row in rows)
            # Posts and comments are asked for only where an author's page calls for them.
            assert all(row["requested"] > 0 for row in rows if row["query"] not in ("*", "post", "comments"))


def test_later_nights_look_again_at_what_earlier_ones_found(golden_db: Path) -> None:
    """A crawl that only looks for new posts never sees an update."""
    with reading(golden_db) as conn:
        looked = conn.execute(
            "SELECT COUNT(DISTINCT substr(observed_at, 1, 10)) FROM observations GROUP BY post_id ORDER BY 1 DESC"
        ).fetchone()[0]
    assert looked == golden.NIGHTS


def test_no_phone_of_the_sample_world_is_in_the_database(golden_db: Path) -> None:
    """The demo would show strangers' phones (here invented) on every screen."""
    phones = set()
    for line in (golden.WORLD_DIR / "events.jsonl").read_text(encoding="utf-8").splitlines():
        text = str(json.loads(line).get("text", ""))
        phones |= {
            text[at : at + 11] for at in range(len(text)) if text[at : at + 1] == "1" and text[at : at + 11].isdigit()
        }
    assert len(phones) > 30
    data = b"".join(path.read_bytes() for path in golden_db.parent.glob(f"{golden_db.name}*") if path.is_file())
    assert [phone for phone in sorted(phones) if len(phone) == 11 and phone.encode() in data] == []


def test_a_case_is_shown_with_its_quotes_and_as_json(golden_db: Path, outcomes: list[golden.Outcome]) -> None:
    """`houxu case` would show a status without the words that it stands on."""
    case_id = next(one.case_id for one in outcomes if one.status == "resolved")
    with reading(golden_db) as conn:
        quote = conn.execute(
            "SELECT quote FROM status_updates WHERE case_id = ? AND in_force = 1", (case_id,)
        ).fetchone()[0]
    shown = run_houxu("case", case_id, "--db", golden_db)
    assert shown.code == 0
    assert quote in shown.out
    assert quote in json.dumps(
        json.loads(run_houxu("case", case_id, "--json", "--db", golden_db).out), ensure_ascii=False
    )


def test_rebuild_changes_nothing_after_three_nights(golden_db: Path, home: Home) -> None:
    """Nights would leave something behind that cannot be made again (A3.2)."""
    from tests.night.copies import copy_installation
    from tests.process.dumps import differences, read_derived

    copy_installation(golden_db, home)
    scores = ("score", "evidence")
    before = read_derived(home.db, scores)
    assert home.run("rebuild", "--now", "2024-07-10T18:00:00Z").code == 0
    assert differences(before, read_derived(home.db, scores)) == []


def test_each_query_is_credited_with_what_it_brought(golden_db: Path) -> None:
    """Nobody could see which keyword finds anything: `new` and `changed` would be 0 on every row but the last."""
    with reading(golden_db) as conn:
        rows = conn.execute(
            "SELECT run_id, source, SUM(new) FILTER (WHERE query <> '*'), SUM(new) FILTER (WHERE query = '*'),"
            " MAX(new > seen), SUM(changed) FILTER (WHERE query <> '*'), SUM(changed) FILTER (WHERE query = '*')"
            " FROM run_sources GROUP BY run_id, source"
        ).fetchall()
    assert len(rows) >= golden.NIGHTS
    for _, _, new_of_parts, new, is_beyond_seen, changed_of_parts, changed in rows:
        assert (new_of_parts > 0, changed_of_parts > 0) == (new > 0, changed > 0)
        assert new_of_parts >= new
        assert changed_of_parts >= changed
        assert not is_beyond_seen
