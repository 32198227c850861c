"""Who a picture names: what speaks for a post's author, and what against him."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.images.bylines import Byline, Head, Page, names_author, names_other

# 22:14 on the ninth in Beijing.
BYLINE = Byline("北岸的风筝", datetime(2024, 7, 9, 14, 14, 40, tzinfo=UTC), "weibo")
NOBODY = Head(None, None)


def page_of(*heads: Head, platform: str | None = "weibo", lines: tuple[str, ...] = ()) -> Page:
    """A picture's heads."""
    return Page(platform, heads, lines)


@pytest.mark.parametrize("name", ["北岸的风筝", "北岸的风筝 ", "北岸的风争"])
def test_a_name_with_one_character_misread_is_the_name(name: str) -> None:
    """A picture that names its author would be taken for a stranger's."""
    page = page_of(Head(name, None))
    assert names_author(page, BYLINE)
    assert not names_other(page, page.heads, BYLINE)


@pytest.mark.parametrize("time", ["昨天 22:14", "7-9 22:14", "07-09 22:14", "7月9日 22:14", "2024-07-09 22:14"])
def test_the_minute_names_the_post(time: str) -> None:
    """Whose name is under a mosaic would be anybody."""
    assert names_author(page_of(Head(None, time)), BYLINE)


@pytest.mark.parametrize("time", ["7-8 22:14", "昨天 22:15", "3小时前", "刚刚", "2024-07-09"])
def test_another_minute_or_none_names_nobody(time: str) -> None:
    """Times that thousands of posts share would point at one of them."""
    assert not names_author(page_of(Head(None, time)), BYLINE)


def test_another_name_on_the_same_platform_speaks_against_the_author() -> None:
    """The twin of a stored plea, under its own author's name, would be answered with somebody else's case."""
    stranger = Head("路过的云朵", "3小时前")
    assert names_other(page_of(stranger), [stranger], BYLINE)


def test_who_passes_a_post_on_in_a_chat_speaks_against_nobody() -> None:
    """Everything that travels through groups would contradict its author."""
    sender = Head("阿木（望溪物业）", None)
    assert not names_other(page_of(sender, platform="wechat"), [sender], BYLINE)


def test_a_name_in_the_words_is_enough() -> None:
    """转自微博@… above a pasted post says whose it is."""
    assert names_author(page_of(NOBODY, platform=None, lines=("转自微博@北岸的风筝：",)), BYLINE)


def test_a_nameless_head_speaks_against_nobody_but_another_minute_does() -> None:
    """A cropped picture would contradict its own post, or one with another minute would pass for it."""
    assert not names_other(page_of(NOBODY), [NOBODY], BYLINE)
    late = Head(None, "昨天 23:59")
    assert names_other(page_of(late), [late], BYLINE)


def test_two_characters_name_nobody() -> None:
    """A short name stands in any sentence."""
    assert not names_author(page_of(NOBODY, lines=("小海他们说",)), Byline("小海", None, "weibo"))
