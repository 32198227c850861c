"""Kernels that read numbers in one folded text: phones (masked ones too), identity numbers, ages, Chinese numerals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]

MASKED = 15
"""The nibble of a digit that was hidden (138****0001)."""
PHONE_DIGITS = 11
_HAN_DIGITS = (0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D)  # 〇一二三四五六七八九
_TEN, _YAO, _ZERO = 0x5341, 0x5E7A, 0x96F6  # 十幺零


@kernel
def han_digit(code: int) -> int:
    """The value of a Chinese digit, -1 for anything else."""
    for value in range(10):
        if code == _HAN_DIGITS[value]:
            return value
    if code == _YAO:
        return 1
    return 0 if code == _ZERO else -1


@kernel
def digit(code: int) -> int:
    """The value of an ASCII digit, -1 for anything else."""
    return int(code) - 48 if 48 <= code <= 57 else -1


@kernel
def phone_digit(code: int) -> int:
    """The nibble that a character stands for in a phone: digit, Chinese digit, mask; -1 for anything else."""
    if 48 <= code <= 57:
        return int(code) - 48
    if code in (42, 0x25CF, 0xD7, 0x25A0, 0x2022, 120):  # * ● × ■ • x
        return MASKED
    return han_digit(code)


@kernel
def is_joint(code: int) -> bool:
    """Characters that may stand between two digits of one phone: blank, dash, dot, keycap, variation selector."""
    return bool(code in (32, 45, 46, 0xB7, 0x20E3, 0xFE0F, 0x200B, 0x200D, 0x2060, 0x2D, 0x2013))


@kernel
def read_phone(codes: Codes, p: int, end: int) -> tuple[int, int]:
    """A mobile number that starts at p: (its 11 nibbles packed, where it ends), or (-1, p)."""
    packed, count, q, joints = 0, 0, p, 0
    while q < end and count < PHONE_DIGITS:
        nibble = phone_digit(codes[q])
        if nibble >= 0:
            packed = (packed << 4) | nibble
            count, joints = count + 1, 0
        elif not is_joint(codes[q]) or joints >= 3:
            return -1, p
        else:
            joints += 1
        q += 1
    return (packed, q) if is_mobile(packed, count) else (-1, p)


@kernel
def is_mobile(packed: int, count: int) -> bool:
    """Eleven nibbles 1[3-9]… of which at least six are visible."""
    second = (packed >> 36) & 15
    if count != PHONE_DIGITS or (packed >> 40) != 1 or (second < 3 or second == MASKED):
        return False
    return hidden_digits(packed) <= 5


@kernel
def hidden_digits(packed: int | np.int64) -> int:
    """How many nibbles of a packed phone are masked."""
    hidden = 0
    for place in range(PHONE_DIGITS):
        hidden += ((packed >> (4 * place)) & 15) == MASKED
    return hidden


@kernel
def digit_run(codes: Codes, p: int, end: int) -> int:
    """Where the run of ASCII digits that starts at p ends."""
    q = p
    while q < end and 48 <= codes[q] <= 57:
        q += 1
    return q


@kernel
def number_value(codes: Codes, p: int, q: int) -> int:
    """The decimal value of the digits codes[p:q] (at most 15 of them)."""
    value = 0
    for i in range(p, min(q, p + 15)):
        value = value * 10 + int(codes[i]) - 48
    return value


@kernel
def read_han_number(codes: Codes, p: int, end: int) -> tuple[int, int]:
    """A Chinese numeral below 100 that starts at p (六十七, 十二, 五): (value, where it ends), or (-1, p)."""
    tens, q = han_digit(codes[p]), p
    if tens >= 0:
        q += 1
    if q < end and codes[q] == _TEN:
        q += 1
        ones = han_digit(codes[q]) if q < end else -1
        return (10 * max(tens, 1) if tens != 0 else 0) + max(ones, 0), q + 1 if ones >= 0 else q
    return (tens, q) if tens >= 0 else (-1, p)
