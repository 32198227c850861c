"""Who may say what, in which order, and what a disappearance means."""

from __future__ import annotations

import pytest

from pipeline.status.model import Decision, Reading, Verdict
from tests.status.cases import DIALYSIS, PARENTS, at, decided, plea, said, seen

SOLVED = "父亲今天透析上了，谢谢大家"


def test_the_author_resolves() -> None:
    """The status carries quote, post, time and rule of the words that gave it."""
    decision = decided(said(5, SOLVED))
    update = decision.update_in_force
    assert (decision.status, decision.status_since, decision.needs_review) == ("resolved", at(5), False)
    assert update is not None
    assert (update.quote, update.source, update.rule) == ("父亲今天透析上了", "author", "done")


def test_the_plea_never_resolves_itself() -> None:
    """Success words in the plea speak of others or of before."""
    assert decided(text="求助！邻居已经住院了，老人已获救，我父亲还没有床位").status == "open"


@pytest.mark.parametrize("speaker", ["third_party", "official"])
def test_nobody_else_resolves(speaker: str) -> None:
    """Only the author knows; officials give progress, others a reason to look."""
    decision = decided(said(5, "这个已经解决了", speaker))
    expected = ("open", True) if speaker == "third_party" else ("in_progress", False)
    assert (decision.status, decision.needs_review) == expected


def test_the_authors_denial_outweighs_officials() -> None:
    """官方说已解决, the author says no: the author stands without help."""
    decision = decided(said(4, "已妥善安置，问题已解决", "official"), said(6, "根本没有解决"))
    assert (decision.status, decision.needs_review) == ("open", True)


def test_both_parents_must_have_ended() -> None:
    """One of two in hospital leaves one at home."""
    first, second = said(5, "父亲已经住院了"), said(9, "母亲今天也住进去了")
    assert decided(first, text=PARENTS).status == "in_progress"
    assert decided(first, second, text=PARENTS).status == "resolved"


def test_turning_back_reopens() -> None:
    """Sent home after admission: the copies are right again."""
    decision = decided(said(5, SOLVED), said(50, "医院又停了透析，再次求助"))
    assert decision.status == "open"
    assert [update.in_force for update in decision.updates] == [False, True]


@pytest.mark.parametrize(
    ("looks", "status"),
    [
        (((5, "deleted_by_author"), (9, "deleted_by_author")), "withdrawn"),
        (((5, "deleted_by_author"), (7, "deleted_by_author")), "open"),
        (((5, "deleted_by_author"),), "open"),
        (((5, "deleted_by_author"), (7, "blocked"), (9, "deleted_by_author")), "withdrawn"),
        (((5, "deleted_by_author"), (7, "visible"), (9, "deleted_by_author")), "open"),
        (((5, "removed_by_platform"), (9, "removed_by_platform")), "open"),
        (((5, "hidden_by_author"), (9, "hidden_by_author")), "open"),
        (((5, "account_gone"), (9, "account_gone")), "open"),
        (((5, "blocked"), (9, "blocked")), "open"),
    ],
)
def test_only_the_authors_own_deletion_withdraws(looks: tuple[tuple[float, str], ...], status: str) -> None:
    """Pleas were removed by the hundred; gone is not helped."""
    assert decided(sightings=seen(*looks)).status == status


def test_deletion_after_a_denial_asks_for_review() -> None:
    """Who wrote 'no help' and then deleted may have been made to."""
    decision = decided(
        said(3, "还没有透析，没人管"), sightings=seen((5, "deleted_by_author"), (9, "deleted_by_author"))
    )
    assert (decision.status, decision.needs_review) == ("open", True)


def test_a_plea_posted_anew_is_not_withdrawn() -> None:
    """Who posts the plea once more with the right number and deletes the first still asks."""
    again = said(3, f"刚才那条电话写错了，重发：{DIALYSIS}", form="post", reply_to=None)
    decision = decided(again, sightings=seen((5, "deleted_by_author"), (9, "deleted_by_author")))
    assert decision.status == "open"
    assert decision.needs_review


def test_what_was_withdrawn_stays_so_when_its_words_are_forgotten() -> None:
    """A rebuild after the purge would turn a withdrawn plea into one that asks, or one posted anew into a withdrawn."""
    gone = seen((5, "deleted_by_author"), (9, "deleted_by_author"))
    farewell = said(3, "谢谢大家，稍后删除", form="post", reply_to=None)
    again = said(3, f"刚才那条电话写错了，重发：{DIALYSIS}", form="post", reply_to=None)
    for word, status in ((farewell, "withdrawn"), (again, "open")):
        assert decided(word, sightings=gone).status == status
        assert decided(word, text="", sightings=gone).status == status


def test_deletion_after_a_resolution_keeps_it() -> None:
    """不占用资源，稍后删除: the resolution stays the reason."""
    decision = decided(said(3, SOLVED), sightings=seen((5, "deleted_by_author"), (9, "deleted_by_author")))
    assert decision.status == "resolved"


def test_a_verdict_stands_until_the_author_speaks() -> None:
    """A person looked; new words of the author are for a person again."""
    verdict = Verdict("resolved", at(10), "desk", "电话核实")
    before = decided(said(5, "还没有透析"), verdicts=(verdict,))
    after = decided(said(5, "还没有透析"), said(20, "又停了透析"), verdicts=(verdict,))
    assert (before.status, before.needs_review) == ("resolved", False)
    assert (after.status, after.needs_review) == ("resolved", True)


def _two_cases(text: str) -> Decision:
    other = plea("求药：外婆糖尿病，胰岛素只剩一天的量，买不到药", "weibo:plea2", 2)
    return decided(said(20, text, form="post", reply_to=None), other_pleas=(other,))


def test_the_update_lands_on_the_right_case() -> None:
    """An author with two pleas: the father's dialysis, not the grandmother's insulin."""
    assert _two_cases("父亲透析做上了，谢谢").status == "resolved"
    assert _two_cases("外婆的胰岛素收到了，谢谢").status == "open"


def test_an_update_that_fits_two_cases_gives_neither() -> None:
    """已解决 without a name: a call is cheaper than a wrong resolved."""
    decision = _two_cases("已经解决了，谢谢")
    assert (decision.status, decision.needs_review) == ("open", True)


def test_a_forgotten_text_keeps_what_was_read() -> None:
    """The author deleted the post and its text was purged: the resolution that was read from it stands."""
    kept = Reading("resolved", 0.95, "", "done", ())
    decision = decided(said(5, "", kept=kept), text=PARENTS)
    assert (decision.status, decision.status_since) == ("resolved", at(5))


def test_a_kept_reading_of_progress_resolves_nothing() -> None:
    """It stands by its recorded kind."""
    assert decided(said(5, "", kept=Reading("progress", 0.85, "", "progress.done", ()))).status == "in_progress"


def test_a_result_told_after_the_deletion_resolves() -> None:
    """早上怕占资源把帖删了, 说一下结果: the author's words say more than the deletion did."""
    looks = seen((1, "visible"), (10, "deleted_by_author"), (20, "deleted_by_author"))
    told = said(30, "怕占资源删了帖，说一下结果：父亲昨晚已经透析上了，谢谢大家", form="post", reply_to=None)
    assert decided(sightings=looks).status == "withdrawn"
    assert decided(told, sightings=looks).status == "resolved"


def test_stop_sharing_alone_asks_for_review() -> None:
    """不用转了, with or without thanks, says neither that help came nor that it is not needed."""
    for text in ("不用转了", "大家不用再转了，谢谢", "不需要了，谢谢"):
        decision = decided(said(5, text))
        assert (decision.status, decision.needs_review) == ("open", True)


def test_giving_the_plea_up_withdraws_it() -> None:
    """Broken if the author's own decision did not count, or if one that is only put off did."""
    assert decided(said(5, "我们放弃了，谢谢大家")).status == "withdrawn"
    assert decided(said(5, "我先把求助撤了，家里商量好再说，谢谢大家")).status == "open"


def test_a_plea_that_is_void_because_it_was_met_is_met() -> None:
    """此条作废 beside a success retracts nothing; 消息不实 beside one is a contradiction."""
    assert decided(said(5, "此条作废，父亲已经透析上了")).status == "resolved"
    assert decided(said(5, "消息不实，父亲已经透析上了")).status == "open"


def test_a_death_is_not_outweighed_by_what_did_not_come() -> None:
    """没有等到床位 is how the death is told, no open need."""
    assert decided(said(5, "爸爸走了，今天上午十点。没有等到床位。谢谢大家")).status == "closed"


@pytest.mark.parametrize("text", ["希望爸爸已经透析上了，可是电话没人接", "等爸爸透析上了，我给大家磕头"])
def test_wishes_and_vows_change_nothing(text: str) -> None:
    """A wish with 已经 in it is a wish, and a vow for the day of success tells of no success."""
    assert decided(said(5, text)).status == "open"


def test_sent_home_again_turns_back() -> None:
    """又让我们把人接回家: what was read as the end did not last."""
    words = (said(5, SOLVED), said(30, "才透了一次，又让我们把人接回家了，求大家"))
    assert decided(*words).status == "open"


def test_a_relapse_after_help_reopens() -> None:
    """Somebody who asks anew after an end needs help again: the case must not stay resolved."""
    helped = said(5, "父亲今天透析上了，谢谢")
    for text in ("护理员走了，又没人管，求大家再帮一次", "第二天说要腾床，重新求一个机位"):
        assert decided(helped, said(9, text)).status == "open"
    assert decided(helped, said(9, "谢谢大家，求平安")).status == "resolved"


def test_a_withdrawn_plea_that_is_made_again_is_open() -> None:
    """昨天删了，今天又: the deletion is overtaken by the author's own words."""
    looks = seen((1, "visible"), (10, "deleted_by_author"), (20, "deleted_by_author"))
    again = said(30, "昨天删了，今天医院又不收，求大家帮忙找透析床位", form="post", reply_to=None)
    assert decided(again, sightings=looks).status == "open"


def test_a_missing_person_who_left_has_not_died() -> None:
    """妈妈又走了 of a missing mother is a new search."""
    plea = "寻人！我妈妈72岁，失智，今早走失，红围巾，看到请联系139****1234"
    found, left = said(5, "妈妈找到了，已经接回家，谢谢"), said(20, "妈妈今早又走了，还是那条红围巾，求大家再帮一次")
    assert decided(found, text=plea).status == "resolved"
    assert decided(found, left, text=plea).status == "open"


@pytest.mark.parametrize("said_before", ["派出所让我删", "社区来人了，让我把帖子删掉才给安排", "电话被骂爆了，先删了"])
def test_a_deletion_under_pressure_is_left_to_a_person(said_before: str) -> None:
    """Who was made to delete still needs help; who thanks and deletes does not."""
    looks = seen((5, "deleted_by_author"), (9, "deleted_by_author"))
    pressed = decided(said(3, said_before), sightings=looks)
    assert pressed.status in {"open", "in_progress"}
    assert pressed.needs_review
    assert decided(said(3, "谢谢大家，不占用资源，稍后删除"), sightings=looks).status == "withdrawn"
