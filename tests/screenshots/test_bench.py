"""The bench of screenshots: what it counts, and against what."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.screenshots.cer import count_errors, error_rate, fold
from benchmarks.screenshots.rowcache import Kept, from_text
from benchmarks.screenshots.scoring import NO_TIMES, Scored, sum_up
from benchmarks.screenshots.truth import Truth, read_truth
from benchmarks.screenshots.undecidable import find_undecidable
from pipeline.images.ocr.engine import Row
from pipeline.images.ocr.ink import Ink
from pipeline.images.ocr.recognising import Read


def make_truth(**more: object) -> Truth:
    """A picture's truth."""
    value = {"file": "a.png", "sha256": "", "post_id": "weibo:1", "half": "held", "absent": False, "surface": "chat",
             "theme": "dark", "width": 720, "transform": "none", "author_name": None, "author_visible": False,
             "is_author_origin": False, "posted_at": None, "text": "求助", "visible_text": "求助", "twin_of": None,
             "twin_kind": None, "posts": ("weibo:1",)}  # fmt: skip
    return Truth(**{**value, **more})  # type: ignore[arg-type]


def test_truth_survives_its_file(tmp_path: Path) -> None:
    """The bench would compare with something else than what was drawn."""
    truth = make_truth(posts=("weibo:1", "weibo:2"), text='引"号\n换行')
    (tmp_path / "truth.jsonl").write_text(f"{truth.to_line()}\n", encoding="utf-8")
    assert list(read_truth(tmp_path)) == [truth]


def test_character_errors_are_counted_in_the_best_stretch() -> None:
    """Chrome around a body would count as errors, or a wrong digit would not."""
    assert count_errors("我奶奶断药了", "12:30 5G 我奶奶断药了 转发 3") == 0
    assert count_errors("电话13900001234", "电话:139O0001234") == 2
    assert count_errors("我奶奶断药了", "") == 6
    assert error_rate("一二三四", ["一二", "三西"]) == 0.25


@settings(deadline=None)
@given(st.text("求助，转发。1239 \n", max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_what_was_read_whole_has_no_errors(seen: str, before: str, after: str) -> None:
    """The rate would punish what stands beside a body, or exceed one an omitted character."""
    assert count_errors(seen, before + seen + after) == 0
    assert 0 <= count_errors(seen, before) <= len(fold(seen))


def make_scored(outcome: str, cases: tuple[str, ...], right: frozenset[str], *, is_one_case: bool = False) -> Scored:
    """An answered picture."""
    return Scored(make_truth(), outcome, cases, right, False, False, is_one_case, 0.0, None, NO_TIMES)


def test_the_table_counts_absent_posts_against_precision_only() -> None:
    """A match with a post that isn't in the store would pass for right, or lower the recall."""
    right, none = frozenset({"a"}), frozenset[str]()
    some = [
        make_scored("match", ("a",), right),
        make_scored("match", ("b",), right),
        make_scored("candidates", ("b", "a"), right),
        make_scored("none", (), none),
        make_scored("match", ("c",), none),
    ]
    line = sum_up("all", some)
    assert (line.pictures, line.present, line.wrong) == (5, 3, 2)
    assert line.recall == pytest.approx(1 / 3)
    assert line.offered == pytest.approx(2 / 3)
    assert line.precision == pytest.approx(1 / 3)


def test_a_wrong_answer_of_another_case_is_counted_apart() -> None:
    """Two versions of one plea, which the linking joins, would count like two people's."""
    none = frozenset[str]()
    some = [
        make_scored("match", ("a",), none, is_one_case=True),
        make_scored("match", ("b",), none),
        make_scored("candidates", ("c",), none),
    ]
    line = sum_up("all", some)
    assert (line.wrong, line.other_cases) == (2, 1)


def test_a_picture_that_fits_a_stored_twin_is_no_fault_of_the_matcher() -> None:
    """Luck would count as skill, or a fault that can be mended as fate."""
    first, second = "求助张三电话1390000", "求助张三电话1520000"
    truths = [
        make_truth(file="whole", post_id="a", posts=("a",), text=first, visible_text=first, absent=True),
        make_truth(file="cut", post_id="a", posts=("a",), text=first, visible_text="求助张三电话", absent=True),
        make_truth(file="twin", post_id="b", posts=("b",), text=second, visible_text=second, twin_of="a"),
    ]
    named = make_truth(file="named", post_id="a", posts=("a",), text=first, visible_text="求助张三", absent=True,
                       author_visible=True, is_author_origin=True)  # fmt: skip
    assert find_undecidable([*truths, named]) == {"cut"}


def test_kept_lines_come_back_as_they_were() -> None:
    """What is tuned on kept lines would not be what is read."""
    row = Row(Read("求助", (0.9, 0.8), (0.1, 0.6)), (1, 2, 3, 4), Ink(200.0, 3.5, 255.0))
    kept = Kept((row,), (900, 720), (1080, 1350), 0.1, 0.2, 0.3)
    assert from_text(kept.to_text()) == kept
