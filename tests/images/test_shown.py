"""A picture's words against a stored text: what is alike decides less than what speaks against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.images.shown import hold_against

NOBODY: tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]] = (frozenset(), frozenset())
STORED = (
    "求助我父亲桂大山73岁住澜州市望溪区尿毒症每周要透析三次小区封控之后已经四天没有"
    "做上了昨晚开始喘不上气联系电话1390001234求扩散"
)


@given(st.integers(0, 20), st.integers(40, len(STORED)))
def test_any_large_piece_of_a_post_shows_it(start: int, stop: int) -> None:
    """A cropped screenshot would not lead to its post."""
    piece = STORED[start:stop]
    found = hold_against(1, piece, STORED, NOBODY)
    assert found.is_clean
    assert found.contained == 1.0


@pytest.mark.parametrize(
    ("was", "shown"),
    [
        ("桂大山", "苗小海"),
        ("73岁", "56岁"),
        ("73岁", "7岁"),
        ("73岁", "173岁"),
        ("1390001234", "1520007788"),
        ("桂大山", "苗大海"),
    ],
)
def test_another_name_age_or_phone_is_another_post(was: str, shown: str) -> None:
    """A form filled in for two people would lead to the wrong one: the one that does not need help any more."""
    found = hold_against(1, STORED.replace(was, shown), STORED, NOBODY)
    assert found.conflicts == 1
    assert found.contained > 0.9


def test_a_single_wrong_character_is_a_reading_error() -> None:
    """Pictures that were read with one error would all be new."""
    assert hold_against(1, STORED.replace("透析", "透折"), STORED, NOBODY).is_clean


@pytest.mark.parametrize("hidden", ["桂大山73岁", "1390001234"])
def test_what_is_hidden_speaks_for_nobody(hidden: str) -> None:
    """A mosaic over the name would make a picture contradict its own post."""
    assert hold_against(1, STORED.replace(hidden, ""), STORED, NOBODY).is_clean


@pytest.mark.parametrize("scrap", ["8", "39"])
def test_scraps_of_a_phone_under_a_mosaic_are_no_other_phone(scrap: str) -> None:
    """Whoever hides a phone would be told that the picture contradicts its own post."""
    assert hold_against(1, STORED.replace("1390001234", scrap), STORED, NOBODY).is_clean


def test_a_house_number_that_the_store_masks_does_not_run_into_the_next_number() -> None:
    """Marks are not compared, so 40-3-2607。3天前 is one number; where the house is masked, 3 is left of it."""
    stored, read = "住杏川杉亭宿舍3天前夜里开始烧到四十度求助", "住杏川杉亭宿舍40326073天前夜里开始烧到四十度求助"
    assert hold_against(1, read, stored, NOBODY).is_clean


def test_an_equal_digit_lost_in_a_row_is_a_reading_error() -> None:
    """A number with many zeros is easily read with one less, and would be another number."""
    assert hold_against(1, STORED.replace("1390001234", "139001234"), STORED, NOBODY).is_clean


def test_other_phones_contradict_whatever_the_words() -> None:
    """The middle of a phone is masked in the store; its digest is all that tells two of them apart."""
    assert hold_against(1, STORED, STORED, (frozenset({(1, 5)}), frozenset({(1, 6)}))).conflicts == 1
    same = hold_against(1, STORED, STORED, (frozenset({(1, 5)}), frozenset({(1, 5), (1, 6)})))
    assert same.is_clean
    assert same.same_phone


def test_nothing_in_common_is_nothing() -> None:
    """Two texts without a common word would be alike, because both are empty between their anchors."""
    found = hold_against(1, "今天天气很好我们去公园", STORED, NOBODY)
    assert (found.matched, found.contained) == (0, 0.0)
