"""Laws of masking: whatever the spelling, no phone and no ID number survives."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.facts.extract import extract_facts, mask
from pipeline.facts.id_numbers import has_right_check_digit
from pipeline.text.display import as_displayed
from pipeline.text.normal import normalise

_CHINESE = "〇一二三四五六七八九"
_SPELLINGS = (
    lambda digit: digit,
    lambda digit: chr(0xFF10 + int(digit)),
    lambda digit: digit + "\ufe0f\u20e3",
    lambda digit: chr(0x1D7CE + int(digit)),
    lambda digit: _CHINESE[int(digit)],
    lambda digit: "幺" if digit == "1" else digit,
)
_GAPS = ("", "", "", "\u200b", "\u2060", " ", "-", "\ufeff", ".")
_AROUND = st.text(st.sampled_from("求助电话微信在我爸，。：() \n/a#@"), max_size=8)


@st.composite
def _mobile(draw: st.DrawFn) -> str:
    return (
        "1"
        + draw(st.sampled_from("3456789"))
        + draw(st.sampled_from("0123456789"))
        + "0000"
        + f"{draw(st.integers(0, 9999)):04}"
    )


@st.composite
def _spelled(draw: st.DrawFn, number: st.SearchStrategy[str]) -> tuple[str, str]:
    digits = draw(number)
    spell = draw(st.sampled_from(_SPELLINGS))
    gaps = draw(st.lists(st.sampled_from(_GAPS), min_size=len(digits), max_size=len(digits)))
    return digits, "".join(spell(digit) + gap for digit, gap in zip(digits, gaps, strict=True)).strip(" -.")


@st.composite
def _id_number(draw: st.DrawFn) -> str:
    head = "420106" + f"{draw(st.integers(1930, 2015))}" + "0101" + f"{draw(st.integers(0, 999)):03}"
    return next(head + check for check in "0123456789X" if has_right_check_digit(head + check))


def _mask(text: str) -> str:
    display = as_displayed(text)
    return mask(display, extract_facts(display)).text


def _digits(text: str) -> str:
    plain = normalise(text).text.translate(str.maketrans("幺" + _CHINESE, "10123456789"))
    return re.sub(r"[ \-.]", "", plain)


@given(_AROUND, _spelled(_mobile()), _AROUND)
@settings(max_examples=300, deadline=None)
@example("QQ：", ("13900001234", "139 0000 1234"), "")
def test_no_mobile_survives(before: str, spelled: tuple[str, str], behind: str) -> None:
    """Breaks if one way of writing a mobile would reach the database in the clear."""
    digits, written = spelled
    assert digits not in _digits(_mask(before + written + behind))


@given(_AROUND, _id_number(), _AROUND)
@settings(max_examples=150, deadline=None)
def test_no_id_number_survives(before: str, number: str, behind: str) -> None:
    """Breaks if an ID number would reach the database in the clear, announced or not."""
    assert number not in _mask(before + number + behind)


@given(_AROUND, _id_number(), st.integers(5, 13), _AROUND)
@settings(max_examples=150, deadline=None)
def test_no_id_number_survives_a_line_end_in_it(before: str, number: str, place: int, behind: str) -> None:
    """Breaks if a form that wraps its lines would bring an ID number into the database in the clear."""
    masked = _mask(f"{before}{number[:place]}\n{number[place:]}{behind}")
    assert number not in masked.replace("\n", "")


@given(_AROUND, _mobile(), st.sampled_from(["\n", "，", "🙏", "…", '"', "の", "+"]), _AROUND)
@settings(max_examples=150, deadline=None)
def test_no_mobile_survives_signs_between_its_groups(before: str, number: str, sign: str, behind: str) -> None:
    """Breaks if a wrapped line or an odd sign would bring a mobile into the database in the clear."""
    masked = _mask(f"{before}{number[:3]}{sign}{number[3:7]}{sign}{number[7:]}{behind}")
    assert number not in masked.replace(sign, "")


@given(_AROUND, st.lists(_mobile(), min_size=2, max_size=5), st.sampled_from(["", " ", "/", "、", "，", "\n"]))
@settings(max_examples=150, deadline=None)
def test_no_mobile_of_several_survives(before: str, numbers: list[str], between: str) -> None:
    """Breaks if glued or listed phones hide one another."""
    masked = _mask(before + between.join(numbers))
    assert not [number for number in numbers if number in masked]


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_facts_stay_inside_the_text(text: str) -> None:
    """Breaks if a span points outside the text, before or after masking."""
    display = as_displayed(text)
    facts = extract_facts(display)
    masked = mask(display, facts)
    assert all(0 <= fact.start <= fact.end <= len(display) for fact in facts)
    assert all(0 <= fact.start <= fact.end <= len(masked.text) for fact in masked.facts)


@given(_AROUND, _mobile(), st.integers(1, 999), st.integers(1, 99))
@settings(max_examples=100, deadline=None)
def test_masking_again_changes_nothing(before: str, phone: str, house: int, room: int) -> None:
    """Breaks if a stored text is masked further at every rebuild."""
    masked = _mask(f"{before}榆桥区槐荫路{house}号{room}室，{phone}")
    assert _mask(masked) == masked
