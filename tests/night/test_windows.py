"""How far back a night reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.night.windows import Reach, find_holes
from pipeline.store.nights import PastSource
from pipeline.store.runs import RunSource

NOW = datetime(2024, 7, 20, 18, tzinfo=UTC)
REACH = Reach(timedelta(hours=48), timedelta(days=14))
DAY = timedelta(days=1)


def past(days_ago: int, query: str = "求助", *, refused: int = 0, is_complete: bool = True) -> PastSource:
    """What a query gave in an earlier night."""
    source = RunSource("weibo_search", query, 3, 3, 0, 0, refused, complete=is_complete, note=None)
    return PastSource(NOW - days_ago * DAY, source)


def test_after_a_complete_night_the_usual_window_is_enough() -> None:
    """Every night would read again what it knows."""
    assert REACH.start_of("求助", [past(1)], NOW) == NOW - 2 * DAY
    assert REACH.start_of("求助", [], NOW) == NOW - 2 * DAY


def test_a_hole_is_reached_back_to_the_last_complete_night() -> None:
    """What was published during three refused nights would never be seen."""
    nights = [past(5), *(past(days, is_complete=False, refused=1) for days in (4, 3, 2, 1))]
    assert REACH.start_of("求助", nights, NOW) == NOW - 5 * DAY - timedelta(hours=2)


def test_nights_that_were_not_run_at_all_are_a_hole() -> None:
    """A machine that was off for a week would leave a week unseen."""
    assert REACH.start_of("求助", [past(7)], NOW) == NOW - 7 * DAY - timedelta(hours=2)
    assert REACH.start_of("求助", [past(40)], NOW) == NOW - 14 * DAY


def test_a_query_that_was_never_complete_is_wanted_from_its_first_night() -> None:
    """The first night behind a wall would be the one that is never made up for."""
    assert REACH.start_of("求助", [past(3, is_complete=False), past(2, is_complete=False)], NOW) == NOW - 5 * DAY


def test_one_keyword_does_not_pay_for_the_hole_of_another() -> None:
    """Each hole would make every search page through two weeks."""
    nights = [past(4), past(4, "求扩散"), past(1), past(1, "求扩散", is_complete=False)]
    holes = find_holes([*nights, past(1, "*", is_complete=False)], REACH, NOW)
    assert holes == {"求扩散": NOW - 4 * DAY - timedelta(hours=2)}


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=10))
def test_the_reach_has_bounds(nights: list[tuple[int, bool]]) -> None:
    """A night would page for ever, or look back less than usual."""
    rows = [past(days, is_complete=is_complete) for days, is_complete in sorted(nights, reverse=True)]
    assert NOW - 14 * DAY <= REACH.start_of("求助", rows, NOW) <= NOW - 2 * DAY
