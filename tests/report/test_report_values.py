"""Single values as shown: durations, times, cut words, safe links, readable colours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_shelf import NOW, ago

import pipeline.report
from crawler.items import AVAILABILITIES
from pipeline.report import clocks, values
from pipeline.report.labels import category_name, label_of
from pipeline.text.display import as_displayed

STYLE = (Path(pipeline.report.__file__).parent / "style.jinja").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 天 3 小时"),
        (timedelta(days=1), "1 天"),
        (timedelta(hours=3, minutes=5), "3 小时 5 分钟"),
        (timedelta(hours=8), "8 小时"),
        (timedelta(seconds=59), "不到 1 分钟"),
        (timedelta(hours=-5), "不到 1 分钟"),
    ],
)
def test_durations_are_rounded_down_to_two_units(length: timedelta, words: str) -> None:
    """A lag would be overstated, or be told in seconds."""
    assert values.duration(length) == words


@given(st.text(max_size=5000))
def test_a_cut_passage_is_a_beginning_of_what_was_said(text: str) -> None:
    """Somebody's words would be changed, or too many of them shown."""
    passage = values.cut_passage(text)
    shown = as_displayed(text).strip()
    if passage is None:
        assert not shown
        return
    assert shown.startswith(passage.lead.removesuffix("…") if passage.full else passage.lead)
    assert len(passage.lead) <= values.LEAD_CHARACTERS + 1
    if passage.full is not None:
        assert shown.startswith(passage.full)
        assert len(passage.full) + passage.left_out == len(shown)


@given(st.text(max_size=400))
def test_the_first_line_loses_nothing_that_cannot_be_opened(text: str) -> None:
    """A plea's decisive words would be hidden for good behind its first line."""
    line = values.first_line(text)
    whole = values.cut_passage(text)
    assert (line is None) == (whole is None)
    if line is not None and whole is not None:
        assert "\n" not in line.lead
        opened = line.full if line.full is not None else line.lead
        assert opened.split() == (whole.full or whole.lead).split()


def test_a_form_shows_more_than_its_first_field() -> None:
    """A plea in the form 【姓名】… would be listed as a name and nothing else."""
    line = values.first_line("【姓名】王**\n【年龄】71\n【情况】断透析四天，急需床位")
    assert line is not None
    assert "断透析四天" in line.lead


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://a", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    """A click would run a script."""
    assert values.safe_link(url) is None


def test_a_time_of_another_year_says_its_year() -> None:
    """A plea of 2022 would look like one of this summer."""
    assert values.local_time(ago(hours=0), NOW) == "07-13 02:00"
    assert values.local_time(datetime(2022, 12, 31, 16, tzinfo=UTC), NOW) == "2023-01-01 00:00"


def test_an_answer_stops_the_clock() -> None:
    """A plea answered within two hours would be shown as waiting beyond eight."""
    assert clocks.answer_clock(ago(days=2), ago(days=2) + timedelta(hours=2), NOW).level == "good"
    assert clocks.answer_clock(ago(hours=8), None, NOW).level == "warn"
    assert clocks.answer_clock(ago(hours=8, seconds=1), None, NOW).level == "bad"
    assert clocks.answer_clock(None, None, NOW).level == "unknown"
    assert clocks.verified_clock(None, NOW).level == "bad"


def test_every_availability_that_means_gone_has_a_chinese_name() -> None:
    """A reader would meet `age_limited` on a Chinese page."""
    for availability in set(AVAILABILITIES) - {"visible", "blocked"}:
        assert label_of("availability", availability) != availability
    assert category_name("dialysis") == "透析"
    assert category_name(None) == "需求不明"


def palettes() -> list[dict[str, str]]:
    """The colour variables of the light, dark and printed page."""
    found = [
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+);", block)) for block in re.findall(r":root \{[^}]+\}", STYLE)
    ]
    assert len(found) == 3
    return found


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "print"])
def test_colours_are_readable(palette: dict[str, str]) -> None:
    """Words would be too pale to read (WCAG AA: 4.5 for text, 3 for blocks of a chart)."""
    sheets = {"ink": "all", "soft": "all", "link": "all", "quote": "quote", "bad": "bad", "warn": "warn"}
    for ink, place in sheets.items():
        papers = [name for name in palette if name in {"paper", "sheet"} or name.endswith("-sheet")]
        chosen = papers if place == "all" else ["paper", f"{place}-sheet"]
        for paper in chosen:
            assert contrast(palette[ink], palette[paper]) >= 4.5, (ink, paper)
    for series in ("series-0", "series-1", "series-2"):
        assert contrast(palette[series], palette["paper"]) >= 3, series
