"""Kernels that hold two numbers of two texts against each other, whatever they are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.kernel import kernel
from dedupe.numbers import han_digit
from dedupe.slots import COUNT, LOCATE, find_word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.slots import Slots

    Codes = npt.NDArray[np.int32]

Gap = tuple[int, int, int, int]
_TWO, _HUNDRED, _THOUSAND, _MYRIAD, _TEN = 0x4E24, 0x767E, 0x5343, 0x4E07, 0x5341  # 两百千万十
SAME, COUNTED, TOLD, LONG = 0, 1, 2, 3
"""What two numbers are to each other: the same, amounts that change, two different things, two long ones (a phone)."""
_LONG_DIGITS, _X = 5, 120


@kernel
def power_of(code: int) -> int:
    """10, 100, 1000 or 10000 for 十百千万, 0 for anything else."""
    if code == _TEN:
        return 10
    if code == _HUNDRED:
        return 100
    if code == _THOUSAND:
        return 1000
    return 10000 if code == _MYRIAD else 0


@kernel
def is_latin(code: int) -> bool:
    """Whether it is a lower-case letter: cleaned texts have no others."""
    return bool(97 <= code <= 122)


@kernel
def is_numeral(code: int) -> bool:
    """Whether a character can be part of a number or of a name like k396."""
    return bool(48 <= code <= 57 or is_latin(code) or code == _TWO or han_digit(code) >= 0 or power_of(code) > 0)


@kernel
def value_of(codes: Codes, p: int, end: int) -> int:
    """The value of a number in ASCII or Chinese digits; -1 where it has letters or is too long."""
    total, part, digit = 0, 0, 0
    if end - p > 9:
        return -1
    for q in range(p, end):
        power = power_of(codes[q])
        value = 2 if codes[q] == _TWO else (codes[q] - 48 if 48 <= codes[q] <= 57 else han_digit(codes[q]))
        if power == 10000:
            total, part, digit = (total + part + max(digit, 0)) * power, 0, 0
        elif power:
            part, digit = part + max(digit, 1) * power, 0
        elif value < 0:
            return -1
        else:
            digit = digit * 10 + value
    return int(total + part + digit)


@kernel
def count_signs(codes: Codes, p: int, end: int) -> tuple[int, int]:
    """How many ASCII digits and letters there are."""
    digits, letters = 0, 0
    for q in range(p, end):
        digits += 48 <= codes[q] <= 57
        letters += is_latin(codes[q])
    return digits, letters


@kernel
def is_part(left: Codes, right: Codes, gap: Gap) -> bool:
    """Whether one side's characters all come in the other's, in order: 138****1234, 市中心医院."""
    a, a_end, b, b_end = gap
    if a_end - a > b_end - b:
        return is_part_of(right, (b, b_end), left, (a, a_end))
    return is_part_of(left, (a, a_end), right, (b, b_end))


@kernel
def is_part_of(shorter: Codes, part: tuple[int, int], longer: Codes, whole: tuple[int, int]) -> bool:
    """Whether shorter[part] comes in longer[whole] in its order."""
    p = part[0]
    for q in range(whole[0], whole[1]):
        if p < part[1] and shorter[p] == longer[q]:
            p += 1
    return p == part[1]


@kernel
def widen(left: Codes, right: Codes, gap: Gap) -> Gap:
    """The gap with the rest of the numbers that it cuts: what stands before and behind it is equal on both sides."""
    a, a_end, b, b_end = gap
    while a > 0 and b > 0 and left[a - 1] == right[b - 1] and is_numeral(left[a - 1]):
        a, b = a - 1, b - 1
    while a_end < len(left) and b_end < len(right) and left[a_end] == right[b_end] and is_numeral(left[a_end]):
        a_end, b_end = a_end + 1, b_end + 1
    return a, a_end, b, b_end


@kernel
def is_number(codes: Codes, p: int, end: int) -> bool:
    """Whether codes[p:end] is a number or a name of letters and digits, and not a word in letters alone."""
    for q in range(p, end):
        if not is_numeral(codes[q]):
            return False
    _, letters = count_signs(codes, p, end)
    return end > p and (letters < end - p or letters == 1)


@kernel
def compare_numbers(left: Codes, right: Codes, gap: Gap, slots: Slots) -> int:
    """SAME, COUNTED, TOLD or LONG for the numbers in a widened gap."""
    a, a_end, b, b_end = gap
    x, y = value_of(left, a, a_end), value_of(right, b, b_end)
    x_digits, x_letters = count_signs(left, a, a_end)
    y_digits, y_letters = count_signs(right, b, b_end)
    if x >= 0 and x == y:
        return SAME
    if x_letters + y_letters > 0:
        if hides_digits(left, a, a_end) or hides_digits(right, b, b_end):
            return SAME
        return SAME if is_part(left, right, gap) else TOLD
    if x_digits >= _LONG_DIGITS and y_digits >= _LONG_DIGITS:
        return SAME if is_part(left, right, gap) else LONG
    return compare_amounts(left, right, gap, slots)


@kernel
def hides_digits(codes: Codes, p: int, end: int) -> bool:
    """Whether digits of a number are hidden behind x: 138xxxx1234."""
    hidden = 0
    for q in range(p, end):
        hidden += codes[q] == _X
    return hidden > 1


@kernel
def compare_amounts(left: Codes, right: Codes, gap: Gap, slots: Slots) -> int:
    """COUNTED or TOLD for two short numbers, by the word behind them or, without one, the word before."""
    a, a_end, b, b_end = gap
    counted = max(find_word(left, a_end, len(left), COUNT, slots), find_word(right, b_end, len(right), COUNT, slots))
    if counted >= 0:
        is_age = slots.values[counted] == 1
        return TOLD if is_age and abs(value_of(left, a, a_end) - value_of(right, b, b_end)) > 1 else COUNTED
    if find_word(left, a_end, len(left), LOCATE, slots) >= 0 or find_word(right, b_end, len(right), LOCATE, slots) >= 0:
        return TOLD
    return TOLD if follows_place(left, a, slots) or follows_place(right, b, slots) else COUNTED


@kernel
def follows_place(codes: Codes, p: int, slots: Slots) -> bool:
    """Whether the number at p is the next one of an address: 3栋501, 2单元501."""
    by_one = p > 1 and 48 <= codes[p - 2] <= 57 and find_word(codes, p - 1, p, LOCATE, slots) >= 0
    by_two = p > 2 and 48 <= codes[p - 3] <= 57 and find_word(codes, p - 2, p, LOCATE, slots) >= 0
    return bool(by_one or by_two)
