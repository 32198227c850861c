"""Whom a night looks at: laws that hold whatever is known, and the few cases that the laws leave open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scheduling.facts import CaseFacts, GoneSince, Order, Pace, Rank
from pipeline.scheduling.plan import count_requests, has_ended, next_look_at, order_look, plan_night

NOW = datetime(2024, 7, 20, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_NOWHERE = 10_000  # a place behind every other
PACE = Pace(base_hours=20, growth=0.5, end_days=14, gone_gap_hours=3)

hours_ago = st.integers(0, 24 * 20).map(lambda hours: NOW - hours * HOUR)


@st.composite
def gones(draw: st.DrawFn) -> GoneSince:
    """A post that is gone, seen so once or several times."""
    first, last = sorted([draw(hours_ago), draw(hours_ago)])
    return GoneSince(first, last, draw(st.sampled_from(["deleted_by_author", "account_gone"])))


cases = st.builds(
    CaseFacts,
    case_id=st.just("case"),
    post_id=st.uuids().map(lambda one: f"weibo:{one.int}"),
    author_id=st.one_of(st.none(), st.integers(1, 6).map(lambda one: f"weibo:u{one}")),
    posted_at=st.just(NOW - 20 * DAY),
    moved_at=hours_ago,
    spread=st.integers(0, 30),
    is_ended=st.booleans(),
    looked_at=st.one_of(st.none(), hours_ago),
    gone=st.one_of(st.none(), gones()),
)
paces = st.builds(
    Pace,
    base_hours=st.sampled_from([0.0, 6.0, 20.0]),
    growth=st.sampled_from([0.0, 0.5, 2.0]),
    end_days=st.just(14.0),
    gone_gap_hours=st.just(3.0),
    looks_at_all=st.booleans(),
)
many = st.lists(cases, max_size=25, unique_by=lambda case: case.post_id)


def case(**known: object) -> CaseFacts:
    """An open case that moved and was looked at a day ago."""
    usual = CaseFacts("c1", "weibo:1", "weibo:u1", NOW - 3 * DAY, NOW - DAY, 0, False, NOW - DAY)
    return replace(usual, **known)  # type: ignore[arg-type]


def need(orders: list[Order]) -> int:
    """The requests that orders need at the least."""
    authors: set[str] = set()
    total = 0
    for order in orders:
        total += count_requests(order, authors)
        authors.add(order.case.author_id or "")
    return total


@given(many, paces, st.integers(0, 40))
def test_a_plan_is_never_over_budget(facts: list[CaseFacts], pace: Pace, budget: int) -> None:
    """A host would be asked more than the operator allowed, or the night end with a hole of our own making."""
    assert need(plan_night(facts, pace, budget, NOW)) <= budget


@given(many, paces, st.integers(0, 40), st.randoms())
def test_the_same_facts_give_the_same_plan(facts: list[CaseFacts], pace: Pace, budget: int, chance: Random) -> None:
    """A night that is replayed would look at others than it did."""
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert plan_night(facts, pace, budget, NOW) == plan_night(shuffled, pace, budget, NOW)


@given(many, cases, paces, st.integers(0, 40), st.integers(1, 9))
def test_who_spreads_more_is_never_looked_at_later(
    others: list[CaseFacts], one: CaseFacts, pace: Pace, budget: int, more: int
) -> None:
    """The plea that goes round most would be the one whose answer nobody reads."""
    wider = replace(one, spread=one.spread + more)
    due, due_wider = next_look_at(one, pace), next_look_at(wider, pace)
    assert (due is None) == (due_wider is None)
    assert due is None or due_wider is None or due_wider <= due
    others = [other for other in others if other.post_id != one.post_id]
    places = []
    for mine in (one, wider):
        ids = [order.case.post_id for order in plan_night([*others, mine], pace, budget, NOW)]
        places.append(ids.index(mine.post_id) if mine.post_id in ids else _NOWHERE)
    assert places[1] <= places[0]


@given(cases, paces)
def test_a_case_that_nobody_moves_is_left_alone_in_the_end(one: CaseFacts, pace: Pace) -> None:
    """Every plea that was ever written would be asked for every night, for ever."""
    looks, now = 0, NOW
    for _night in range(60):
        if order_look(one, pace, now):
            looks += 1
            gone = replace(one.gone, last_at=now) if one.gone else None
            one = replace(one, looked_at=now, gone=gone, spread=0)
        now += DAY
    assert order_look(one, pace, now) is None
    assert looks <= 17


@given(cases)
def test_looks_at_a_quiet_case_grow_apart(one: CaseFacts) -> None:
    """Quiet cases would use up the budget of those that move."""
    one = replace(one, gone=None, spread=0, looked_at=NOW, moved_at=min(one.moved_at, NOW))
    gaps, now = [], NOW
    for _look in range(6):
        due = next_look_at(one, PACE)
        assert due is not None
        gaps.append(due - now)
        now, one = due, replace(one, looked_at=due)
    assert gaps == sorted(gaps)
    assert gaps[-1] > 3 * PACE.base_hours * HOUR


def test_an_author_who_was_never_read_is_read_tonight() -> None:
    """An author who had said "resolved" before the plea was found would be missed for a night."""
    (order,) = plan_night([case(looked_at=None)], PACE, 9, NOW)
    assert (order.rank, order.looks) == (Rank.NEW, ("timeline",))
    assert order.is_urgent


def test_a_post_that_was_gone_once_comes_first_after_the_gap() -> None:
    """ "Gone" needs a second look hours apart (A3.3): without it the case would stay undecided."""
    gone = GoneSince(NOW - 2 * HOUR, NOW - 2 * HOUR, "deleted_by_author")
    facts = [case(post_id="weibo:2", author_id="weibo:u2", spread=99, looked_at=None), case(gone=gone)]
    early = plan_night(facts, PACE, 9, NOW)
    assert [order.case.post_id for order in early] == ["weibo:2"], "asked again before the gap was over"
    later = plan_night(facts, PACE, 9, NOW + HOUR)
    assert [order.case.post_id for order in later] == ["weibo:1", "weibo:2"]
    assert later[0].looks == ("post", "timeline")
    assert "gone once" in later[0].reason


def test_a_post_gone_for_certain_is_not_asked_for_but_its_author_still_is() -> None:
    """Each night would ask for posts that are not there, or miss the author who writes anew after deleting."""
    gone = GoneSince(NOW - 2 * DAY, NOW - DAY, "deleted_by_author")
    (order,) = plan_night([case(gone=gone)], PACE, 9, NOW)
    assert order.looks == ("timeline",)
    assert plan_night([case(gone=replace(gone, availability="account_gone"))], PACE, 9, NOW) == []


def test_two_cases_of_one_author_cost_one_page() -> None:
    """An author with several pleas would be paid for several times, and others left out."""
    facts = [case(), case(post_id="weibo:2")]
    assert len(plan_night(facts, PACE, 1, NOW)) == 2


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"looked_at": None}, "new, its author was never read"),
        ({"spread": 7}, "spreading, 7 in a day"),
        ({}, "quiet for 1.0 days"),
        ({"is_ended": True}, "settled, quiet for 1.0 days"),
    ],
)
def test_every_order_says_why(known: dict[str, object], reason: str) -> None:
    """An operator who asks why a post is fetched would get no answer."""
    (order,) = plan_night([case(**known)], PACE, 9, NOW)
    assert reason in order.reason


def test_a_first_disappearance_is_asked_again_even_after_the_end() -> None:
    """A plea that went in its last night would stay "gone once" for good."""
    gone = GoneSince(NOW - DAY, NOW - DAY, "deleted_by_author")
    old = case(moved_at=NOW - 20 * DAY, gone=gone)
    assert not has_ended(old, PACE, NOW)
    assert has_ended(replace(old, gone=None), PACE, NOW)
