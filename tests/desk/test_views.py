"""Drawings and differences, by their laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.people.limits import Limit
from desk.questions import questions_in
from desk.views.difference import compare_texts
from desk.views.histogram import HEIGHT, WIDTH, Sighting, draw
from desk.views.redrawing import redraw
from pipeline.store.desk_case import Picture

START = datetime(2024, 7, 8, tzinfo=UTC)
TEXTS = st.text(alphabet="求助老人透析四天北汀区，。abc", max_size=80)


@settings(deadline=None)  # the machine may be busy
@given(TEXTS, TEXTS)
def test_both_sides_of_a_difference_are_whole(left: str, right: str) -> None:
    """Words of a post would be missing, or changed, beside the other."""
    found = compare_texts(left, right)
    assert "".join(piece.text for piece in found.left) == left
    assert "".join(piece.text for piece in found.right) == right
    shared = [piece.text for piece in found.left if not piece.is_own]
    assert shared == [piece.text for piece in found.right if not piece.is_own]
    assert 0 <= found.shared <= 1


@settings(deadline=None)  # the machine may be busy
@given(TEXTS.filter(lambda text: len(text) >= 3))
def test_a_text_differs_in_nothing_from_itself(text: str) -> None:
    """An exact copy would be shown with marks."""
    found = compare_texts(text, text)
    assert found.shared == 1
    assert not [piece for piece in (*found.left, *found.right) if piece.is_own]


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(st.tuples(st.integers(0, 90 * 24 * 60), st.integers(0, 2)), min_size=1, max_size=60),
    st.one_of(st.none(), st.integers(0, 90 * 24 * 60)),
)
def test_a_histogram_counts_every_copy_once_and_stays_in_its_frame(
    copies: list[tuple[int, int]], answered: int | None
) -> None:
    """Copies would be lost, or drawn outside the picture."""
    sightings = [Sighting(START + timedelta(minutes=minutes), series) for minutes, series in copies]
    chart = draw(sightings, None if answered is None else START + timedelta(minutes=answered))
    assert chart is not None
    assert sum(sum(numbers) for _, numbers in chart.rows) == len(copies)
    for block in chart.blocks:
        assert 0 <= block.x <= block.x + block.width <= WIDTH
        assert 0 <= block.y <= block.y + block.height <= HEIGHT
    assert chart.mark is None or 0 <= chart.mark <= WIDTH


def test_no_copies_draw_nothing() -> None:
    """An empty frame would be drawn."""
    assert draw([], None) is None


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 5))
def test_a_limit_lets_so_many_through_in_any_window(gaps: list[int], most: int) -> None:
    """A burst would get through, or a patient caller would be locked out."""
    limit, now, passed = Limit(most, timedelta(seconds=10)), START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        recent = [at for at in passed if at > now - timedelta(seconds=10)]
        taken = limit.take("somebody", now)
        assert taken == (len(recent) < most)
        passed += [now] * taken


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(["https://weibo.com/1/Abc123xyz", "m.weibo.cn/status/48001", "求助 老人"]), max_size=5))
def test_links_are_asked_one_by_one_and_words_as_a_whole(lines: list[str]) -> None:
    """A text with a link in it would be torn into lines, or a list of links read as one text."""
    has_words = "求助 老人" in lines
    if not lines:
        return
    asked = questions_in("\n".join(lines), [], 50)
    if not has_words:
        assert [one.text for one in asked] == list(dict.fromkeys(lines))
        assert {one.kind for one in asked} == {"link"}
    else:
        assert len(asked) == 1


def test_a_screenshot_is_drawn_again_line_by_line() -> None:
    """Somebody who judges would see words without their place, or the picture with its phones."""
    lines = '[{"text": "求助 139****0001", "box": [10, 20, 210, 50]}, {"text": " ", "box": [0, 0, 1, 1]}]'
    drawn = redraw(Picture("weibo:p1", "a" * 64, "png", 400, 300, "求助 139****0001", lines))
    (line,) = drawn.lines
    assert (line.text, line.x, line.length) == ("求助 139****0001", 10, 200)
    assert 20 < line.y <= 50
    assert redraw(Picture("weibo:p1", "a" * 64, "png", 400, 300, None, None)).lines == ()
