"""Lines with boxes become posts: names, numbers and portraits that are easily taken for something else."""

from __future__ import annotations

import pytest

from pipeline.images.layout.cells import lay_out
from pipeline.images.layout.posts import find_posts
from pipeline.images.ocr.engine import Row
from pipeline.images.ocr.ink import Ink
from pipeline.images.ocr.recognising import Read
from pipeline.images.values import Box, ShownPost

SIZE = (720, 1400)
BLACK, COLOURED = Ink(225.0, 0.0, 255.0), Ink(150.0, 40.0, 255.0)


def row(text: str, box: Box, ink: Ink = BLACK) -> Row:
    """A line that was read without doubt."""
    count = len(text)
    return Row(Read(text, (1.0,) * count, tuple((k + 0.5) / count for k in range(count))), box, ink)


def posts_of(*rows: Row) -> list[ShownPost]:
    """The posts of a page."""
    return find_posts(lay_out(rows, SIZE), SIZE)


def test_a_letter_in_a_portrait_does_not_tie_the_name_to_the_words() -> None:
    """As tall as both, it stood in one row with each of them, and the author was lost in his own words."""
    (post,) = posts_of(
        row("6", (27, 214, 107, 318)),
        row("老安静", (123, 218, 227, 268), COLOURED),
        row("今早七点发的第六遍，我奶奶断药已经三天", (129, 278, 681, 314)),
        row("小区封着，社区电话一直没有人接", (129, 328, 565, 364)),
    )
    assert post.author == "老安静"
    assert post.body == "今早七点发的第六遍，我奶奶断药已经三天小区封着，社区电话一直没有人接"


def test_a_phone_does_not_run_into_the_next_number() -> None:
    """An emoji between them is read as nothing; run together they would be no phone, and not masked as one."""
    (post,) = posts_of(row("家属电话139000012349天没下楼了，求大家帮忙", (129, 278, 681, 314)))
    assert post.body == "家属电话13900001234 9天没下楼了，求大家帮忙"


@pytest.mark.parametrize("number", ["13900001234", "139000012341390000", "340100199001011234"])
def test_other_numbers_stay_whole(number: str) -> None:
    """An ID number cut in two would be masked by nobody."""
    (post,) = posts_of(row(f"登记的号码是{number}，求大家帮忙转", (129, 278, 681, 314)))
    assert number in post.body


def test_full_width_brackets_leave_no_gap_in_a_name() -> None:
    """The name of the reading would not be the name of the store."""
    (post,) = posts_of(
        row("木子 (澜渡物业)", (123, 218, 327, 254), COLOURED),
        row("我奶奶断药已经三天，小区封着，求转发", (129, 278, 681, 314)),
    )
    assert post.author == "木子(澜渡物业)"
