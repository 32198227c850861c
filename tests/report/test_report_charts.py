"""The charts draw what was counted, and say it in words and in a table too."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from report_shelf import NOW, Shelf, ago

from pipeline.report import charts
from pipeline.report.page import render_report
from pipeline.store.report import read_report
from pipeline.store.report_values import DayCount

counts = st.tuples(*[st.integers(0, 10_000)] * 3)


@given(st.integers(0, 10**9))
def test_the_axis_holds_the_largest_column(largest: int) -> None:
    """A column would grow out of the picture, or the middle line would stand on half a post."""
    top = charts.round_up_axis(largest)
    assert top >= largest
    assert top % 2 == 0
    assert top <= max(2, largest * 3)


@given(st.dictionaries(st.integers(1, 28), counts, min_size=1))
def test_blocks_stay_inside_and_their_heights_tell_the_numbers(by_day: dict[int, tuple[int, int, int]]) -> None:
    """The picture would lie about the numbers."""
    chart = charts.posts_by_day([DayCount(f"2024-07-{day:02}", *numbers) for day, numbers in sorted(by_day.items())])
    assert chart is not None
    assert len(chart.columns) == max(by_day) - min(by_day) + 1
    base = charts.TOP + charts.PLOT_HEIGHT
    for block in chart.blocks:
        assert charts.LEFT <= block.x < block.x + block.width <= charts.WIDTH
        assert block.y >= charts.TOP - 0.2
        assert block.y + block.height <= base + 0.2
    top = int(chart.y_ticks[-1].words)
    drawn = sum(block.height for block in chart.blocks) / charts.PLOT_HEIGHT * top
    total = sum(sum(numbers) for numbers in by_day.values())
    assert abs(drawn - total) <= 0.1 / charts.PLOT_HEIGHT * top * (len(chart.blocks) + 1)


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1))
def test_every_open_case_stands_in_one_column(waits: list[tuple[int, bool]]) -> None:
    """A case would be missing from the waiting times, or stand there twice."""
    chart = charts.waiting_times([(NOW - timedelta(hours=hours), told) for hours, told in waits], NOW)
    assert chart is not None
    assert sum(sum(column.numbers) for column in chart.columns) == len(waits)
    assert sum(column.numbers[0] for column in chart.columns) == sum(told for _, told in waits)


def test_each_post_is_counted_once_on_its_day_in_china(shelf: Shelf) -> None:
    """A post at 01:00 in Shanghai would stand on the day before, or a stale copy would be counted twice."""
    shelf.run("n1", NOW)
    late_evening = ago(hours=1, minutes=30)  # 00:30 on 13 July in Shanghai, still the 12th in UTC
    shelf.resolved_case("k1", "n1", "已经住院，谢谢。", ago(days=2))
    shelf.stale_copy("k1", "s", "n1", late_evening)
    shelf.member("k1", shelf.post("c", "n1", late_evening), role="copy")
    shelf.post("lone", "n1", late_evening)
    shelf.post("talk", "n1", late_evening, is_plea=0)
    shelf.post("ahead", "n1", ago(hours=-2))
    days = {one.day: (one.pleas, one.copies, one.stale) for one in read_report(shelf.store, NOW, "n1").days}
    assert days == {"2024-07-10": (1, 0, 0), "2024-07-13": (1, 1, 1)}


def test_the_chart_ends_where_the_posts_end(shelf: Shelf) -> None:
    """An archive of last year would give an empty chart."""
    shelf.run("n1", NOW)
    for days_ago in (400, 405, 430):
        shelf.post(f"p{days_ago}", "n1", ago(days=days_ago))
    assert len(read_report(shelf.store, NOW, "n1").days) == 2


def test_a_chart_has_a_name_a_description_and_a_table(shelf: Shelf) -> None:
    """A blind reader would meet a nameless picture."""
    shelf.run("n1", NOW)
    shelf.case("k1", shelf.post("a", "n1", ago(hours=9)), ago(hours=9))
    page = Selector(render_report(shelf.store, NOW, "n1"))
    pictures = page.css("svg")
    assert len(pictures) == 2
    for picture in pictures:
        for label in picture.attrib["aria-labelledby"].split():
            assert picture.css(f"#{label}::text").get()
    assert page.css("#chart-waiting table tbody tr:nth-child(3) ::text").re(r"\S+ \S+|\S+") == ["8–24 小时", "0", "1"]
