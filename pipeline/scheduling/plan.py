"""Tonight's orders: who is due, who comes first, and how far the budget reaches.

An author's page shows the newest posts, and the plea among them with its counters and its edit mark. So it is asked
first, and the spider asks for the post or its comments only where that page does not answer (crawler/spiders/
weibo_recheck.py). Two cases of one author cost one page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pipeline.scheduling.facts import COMMENTS, POST, TIMELINE, CaseFacts, GoneSince, Order, Pace, Rank

_NEVER_FOUND_AGAIN = frozenset({"account_gone"})


def plan_night(facts: Iterable[CaseFacts], pace: Pace, budget: int, now: datetime) -> list[Order]:
    """The orders of a night, most urgent first, at most `budget` requests at the least that they need."""
    due = [order for case in facts if (order := order_look(case, pace, now)) is not None]
    return _fit(sorted(due, key=lambda order: _priority(order, now)), budget)


def order_look(case: CaseFacts, pace: Pace, now: datetime) -> Order | None:
    """The look that a case is due for at `now`; None where it is not due, or for good not asked any more."""
    due_at = next_look_at(case, pace)
    if due_at is None or due_at > now or has_ended(case, pace, now):
        return None
    rank = _rank(case, pace)
    return Order(case, rank, _looks(case, rank, pace), _reason(case, rank, now), due_at)


def next_look_at(case: CaseFacts, pace: Pace) -> datetime | None:
    """When a case is due, if nothing changes until then; None where it never is.

    Of two cases that differ in spread alone the one that spreads more is never due later.
    """
    if case.gone is not None:
        if not _is_confirmed(case.gone, pace):
            return case.gone.first_at + timedelta(hours=pace.gone_gap_hours)
        if case.gone.availability in _NEVER_FOUND_AGAIN or case.author_id is None:
            return None
    if case.looked_at is None:
        return case.moved_at
    base = timedelta(hours=pace.base_hours)
    if case.spread > 0:
        return case.looked_at + base
    quiet = max(case.looked_at - case.moved_at, timedelta(0))
    return case.looked_at + max(base, quiet * pace.growth)


def has_ended(case: CaseFacts, pace: Pace, now: datetime) -> bool:
    """Whether a case has been quiet for so long that nobody looks any more. A first "gone" is asked again even then."""
    is_open_question = case.gone is not None and not _is_confirmed(case.gone, pace)
    return not is_open_question and now - case.moved_at > timedelta(days=pace.end_days)


def _is_confirmed(gone: GoneSince, pace: Pace) -> bool:
    return gone.last_at - gone.first_at >= timedelta(hours=pace.gone_gap_hours)


def _rank(case: CaseFacts, pace: Pace) -> Rank:
    if case.gone is not None and not _is_confirmed(case.gone, pace):
        return Rank.GONE_ONCE
    if case.looked_at is None:
        return Rank.NEW
    if case.spread > 0:
        return Rank.SPREADING
    return Rank.ENDED if case.is_ended else Rank.QUIET


def _looks(case: CaseFacts, rank: Rank, pace: Pace) -> tuple[str, ...]:
    if rank is Rank.GONE_ONCE:
        return (POST,) if case.author_id is None else (POST, TIMELINE)
    if case.author_id is None:
        return (POST,)
    if case.gone is not None:
        return (TIMELINE,)
    return (POST, TIMELINE, COMMENTS) if pace.looks_at_all else (TIMELINE,)


def _reason(case: CaseFacts, rank: Rank, now: datetime) -> str:
    quiet_days = (now - case.moved_at).total_seconds() / 86400
    return {
        Rank.GONE_ONCE: "不见了一次，隔时再看 / gone once, asked again",
        Rank.NEW: "新个案，还没读过作者 / new, its author was never read",
        Rank.SPREADING: f"还在传，一天内 {case.spread} 条 / spreading, {case.spread} in a day",
        Rank.QUIET: f"安静 {quiet_days:.1f} 天 / quiet for {quiet_days:.1f} days",
        Rank.ENDED: f"已有结论，安静 {quiet_days:.1f} 天 / settled, quiet for {quiet_days:.1f} days",
    }[rank]


def _priority(order: Order, now: datetime) -> tuple[int, int, float, str]:
    overdue = (now - order.due_at) / max(now - order.case.moved_at, timedelta(hours=1))
    return (order.rank, -order.case.spread, -overdue, order.case.post_id)


def _fit(orders: Sequence[Order], budget: int) -> list[Order]:
    # One that does not fit ends the list: what comes after it is less urgent, and cheaper must not mean earlier.
    chosen: list[Order] = []
    authors: set[str] = set()
    for order in orders:
        budget -= count_requests(order, authors)
        if budget < 0:
            break
        authors.add(order.case.author_id or "")
        chosen.append(order)
    return chosen


def count_requests(order: Order, asked_authors: set[str]) -> int:
    """The requests that an order needs at the least, when the pages of some authors are asked for anyway."""
    is_shared = TIMELINE in order.looks and order.case.author_id in asked_authors
    return len(order.looks) - int(is_shared)
