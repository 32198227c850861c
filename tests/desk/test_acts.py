"""What people do: judgements, merges, verdicts, second reviews, undoing, claims, and the lock."""

from __future__ import annotations

import re

from pipeline.locking import hold_lock
from pipeline.settings import DeskSettings, Settings
from tests.desk.conftest import Browser, add_user, browse, case_of, words_of
from tests.process.home import Home


def members(home: Home, case_id: str) -> set[str]:
    """The posts of a case, round-ups left out."""
    return set(home.values("SELECT post_id FROM case_posts WHERE case_id = ? AND role <> 'round_up'", case_id))


def status_of(home: Home, case_id: str) -> str:
    """The status of a case."""
    return str(home.row("SELECT status FROM cases WHERE case_id = ?", case_id)["status"])


def last_act(home: Home, browser: Browser) -> str:
    """The number of the act that the trail shows first."""
    found = re.search(r"/acts/(\d+)/", browser.text("/trail"))
    assert found is not None
    return found[1]


def test_a_copy_judged_different_leaves_the_case_at_once(worker: Browser, desk_home: Home) -> None:
    """A wrong link would stay until the next night, or for ever."""
    case_id = case_of(desk_home, "weibo:a1")
    answer = worker.post(f"/cases/{case_id}/acts", kind="different", post="weibo:b2", reason="不是一家人")
    assert answer.status_code == 200
    assert "weibo:b2" not in members(desk_home, case_id)
    assert "weibo:b1" in members(desk_home, case_id)
    (row,) = desk_home.rows('SELECT judgement, "by", note FROM judgements')
    assert row == {"judgement": "different", "by": "local", "note": "不是一家人"}
    assert desk_home.values("SELECT action FROM audit") == ["desk:different"]


def test_undo_brings_it_back_and_the_trail_keeps_both(worker: Browser, desk_home: Home) -> None:
    """A slip of the hand could not be mended, or would leave no trace."""
    case_id = case_of(desk_home, "weibo:a1")
    before = desk_home.rows("SELECT * FROM case_posts ORDER BY case_id, post_id")
    worker.post(f"/cases/{case_id}/acts", kind="different", post="weibo:b2")
    worker.post(f"/acts/{last_act(desk_home, worker)}/undo", reason="看错了")
    assert desk_home.rows("SELECT * FROM case_posts ORDER BY case_id, post_id") == before
    assert desk_home.values("SELECT action FROM audit ORDER BY audit_id") == ["desk:different", "desk:undo"]
    assert "已撤销" in words_of(worker.text("/trail"))


def test_what_was_undone_stays_undone_after_a_rebuild(worker: Browser, desk_home: Home) -> None:
    """A judgement that somebody took back would return with the next rebuild."""
    a, f = case_of(desk_home, "weibo:a1"), case_of(desk_home, "weibo:f1")
    worker.post(f"/cases/{a}/acts", kind="merge", target=f, reason="试一下")
    worker.post(f"/acts/{last_act(desk_home, worker)}/undo")
    assert desk_home.run("rebuild", "--now", "2024-07-10T04:00:00Z").code == 0
    assert case_of(desk_home, "weibo:a1") != case_of(desk_home, "weibo:f1")


def test_merge_and_undo(worker: Browser, desk_home: Home) -> None:
    """Two cases of one need could not be joined, or not be parted again."""
    first, second = case_of(desk_home, "weibo:x1"), case_of(desk_home, "weibo:d1")
    worker.post(f"/cases/{first}/acts", kind="merge", target=second, reason="同一户")
    assert case_of(desk_home, "weibo:x1") == case_of(desk_home, "weibo:d1")
    for old in (first, second):
        assert "合并个案" in words_of(worker.text(f"/cases/{old}"))
    worker.post(f"/acts/{last_act(desk_home, worker)}/undo")
    assert case_of(desk_home, "weibo:x1") == first
    assert case_of(desk_home, "weibo:d1") == second


def test_split_and_move(worker: Browser, desk_home: Home) -> None:
    """Posts in the wrong case could not be given a case of their own, or their right one."""
    first, other = case_of(desk_home, "weibo:a1"), case_of(desk_home, "weibo:x1")
    worker.post(f"/cases/{first}/acts", kind="split", post="weibo:b2", reason="另一家")
    apart = case_of(desk_home, "weibo:b2")
    assert apart not in {first, other}
    worker.post(f"/acts/{last_act(desk_home, worker)}/undo")
    worker.post(f"/cases/{first}/acts", kind="move", post="weibo:b2", target="weibo:x1", reason="说的是那一家")
    assert case_of(desk_home, "weibo:b2") == case_of(desk_home, "weibo:x1")


def test_a_verdict_changes_the_status_and_says_who_and_why(worker: Browser, desk_home: Home) -> None:
    """The desk's own call would count for nothing."""
    case_id = case_of(desk_home, "weibo:d1")
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="电话核实，药已送到")
    assert status_of(desk_home, case_id) == "resolved"
    said = words_of(worker.text(f"/cases/{case_id}"))
    assert "核查台核实已经解决" in said
    assert "电话核实，药已送到" in said
    worker.post(f"/acts/{last_act(desk_home, worker)}/undo")
    assert status_of(desk_home, case_id) != "resolved"


def test_a_verdict_is_signed_by_the_desk_and_not_by_the_author(worker: Browser, desk_home: Home) -> None:
    """What somebody found out by telephone would stand on the page as the author's own words."""
    case_id = case_of(desk_home, "weibo:d1")
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="open", reason="电话核实，还缺药")
    said = words_of(worker.text(f"/cases/{case_id}"))
    behind = said.split("「 电话核实，还缺药 」")[1][:60]
    assert "核查台" in behind
    assert "东篱阿宁" not in behind


def test_a_verdict_that_agrees_with_the_author_stands_beside_his_words(worker: Browser, desk_home: Home) -> None:
    """The desk's own reason would be nowhere, as if nobody had checked."""
    case_id = case_of(desk_home, "weibo:f1")
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="回电确认，人已接走")
    said = words_of(worker.text(f"/cases/{case_id}")).split("依据")[0]
    assert "回电确认，人已接走" in said


def test_an_act_without_sense_or_reason_changes_nothing(worker: Browser, desk_home: Home) -> None:
    """A half-filled form would end a plea."""
    case_id = case_of(desk_home, "weibo:d1")
    for fields in (
        {"kind": "verdict", "status": "resolved"},
        {"kind": "verdict", "status": "happy", "reason": "x"},
        {"kind": "merge", "target": case_id, "reason": "x"},
        {"kind": "merge", "target": "c-nothing", "reason": "x"},
        {"kind": "different"},
        {"kind": "different", "post": "weibo:a1"},
        {"kind": "split", "post": "weibo:d1", "reason": "x"},
        {"kind": "explode"},
        {"kind": "different", "post": "weibo:d2"},
    ):
        assert worker.post(f"/cases/{case_id}/acts", **fields).status_code == 400, fields
    assert desk_home.values("SELECT COUNT(*) FROM audit") == [0]
    assert "还没有人操作过" in words_of(worker.text("/trail"))


def test_while_a_night_writes_acts_wait_and_the_page_says_so(worker: Browser, desk_home: Home) -> None:
    """A judgement made at night would be lost, or the page would hang, or it would claim to be done."""
    case_id = case_of(desk_home, "weibo:a1")
    with hold_lock(desk_home.folder / "var" / "houxu.db.lock", "nightly"):
        answer = worker.post(f"/cases/{case_id}/acts", kind="different", post="weibo:b2")
        assert "有操作在排队" in words_of(answer.text)
        assert "weibo:b2" in members(desk_home, case_id)
    worker.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="核实")
    assert "weibo:b2" not in members(desk_home, case_id)


def test_a_second_person_confirms_where_that_is_asked(desk_home: Home) -> None:
    """One person alone could end a plea, or confirm their own word."""
    for name in ("alice", "bob"):
        add_user(desk_home, name, "checker")
    settings = Settings(desk=DeskSettings(second_review=("verdict",)))
    alice, bob = browse(desk_home, settings), browse(desk_home, settings)
    alice.login("alice")
    bob.login("bob")
    case_id = case_of(desk_home, "weibo:d1")
    answer = alice.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="电话核实")
    assert "等第二个人复核" in words_of(answer.text)
    assert status_of(desk_home, case_id) != "resolved"
    act = last_act(desk_home, alice)
    assert alice.post(f"/acts/{act}/review", verdict="queued").status_code == 400
    assert status_of(desk_home, case_id) != "resolved"
    assert bob.post(f"/acts/{act}/review", verdict="queued").status_code == 200
    assert status_of(desk_home, case_id) == "resolved"


def test_two_people_do_not_get_the_same_item(desk_home: Home) -> None:
    """Both would phone the same family."""
    for name in ("alice", "bob"):
        add_user(desk_home, name, "checker")
    alice, bob = browse(desk_home), browse(desk_home)
    alice.login("alice")
    bob.login("bob")
    case_id = case_of(desk_home, "weibo:a1")
    alice.post(f"/cases/{case_id}/claim", back="/queue")
    bob.post(f"/cases/{case_id}/claim", back="/queue")
    assert "alice 在处理" in words_of(bob.text("/queue"))
    assert "我在处理" in words_of(alice.text("/queue"))
    bob.post(f"/cases/{case_id}/claim", drop="1")
    assert "我在处理" in words_of(alice.text("/queue"))
    alice.post(f"/cases/{case_id}/claim", drop="1")
    assert "在处理，" not in words_of(bob.text("/queue"))


def test_another_persons_act_is_taken_back_by_an_editor_only(desk_home: Home) -> None:
    """Anybody could wipe a colleague's verdict."""
    for name, role in (("alice", "checker"), ("bob", "checker"), ("eve", "editor")):
        add_user(desk_home, name, role)
    alice, bob, eve = (browse(desk_home) for _ in range(3))
    for browser, name in ((alice, "alice"), (bob, "bob"), (eve, "eve")):
        browser.login(name)
    case_id = case_of(desk_home, "weibo:d1")
    alice.post(f"/cases/{case_id}/acts", kind="verdict", status="resolved", reason="电话核实")
    act = last_act(desk_home, alice)
    assert bob.post(f"/acts/{act}/undo").status_code == 403
    assert eve.post(f"/acts/{act}/undo").status_code == 200
    assert status_of(desk_home, case_id) != "resolved"


def test_a_native_repost_is_not_judged_by_itself(worker: Browser, desk_home: Home) -> None:
    """The page would say that the judgement is in force, and the repost would stay where it hangs."""
    case_id = case_of(desk_home, "weibo:a1")
    assert 'value="weibo:c1"' not in worker.text(f"/cases/{case_id}")
    assert 'value="weibo:b1"' in worker.text(f"/cases/{case_id}")
    assert worker.post(f"/cases/{case_id}/acts", kind="different", post="weibo:c1").status_code == 400
