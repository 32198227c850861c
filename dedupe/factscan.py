"""Kernels that read the facts a text shows: phones, ages, names after a label or a relative, house numbers, roads.

The extractor may be naive where it is consistent: a wrong "name" that every copy shares harms nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe import cues as cue
from dedupe import facts
from dedupe.cleaning import kind_of
from dedupe.factsink import match, put
from dedupe.fold import DIGIT, HAN, INVISIBLE, LETTER
from dedupe.kernel import kernel
from dedupe.numbers import digit, digit_run, han_digit, number_value, read_han_number, read_phone

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.factsink import Reader, Sink

    Codes = npt.NDArray[np.int32]

_SUI, _ZHOU, _MONTH, _WO, _NEWLINE = 0x5C81, 0x5468, 0x6708, 0x6211, 10  # 岁周月我
_DE, _JIA, _SHI, _WEI, _JIAO = 0x7684, 0x5BB6, 0x662F, 0x4E3A, 0x53EB  # 的家是为叫
_OPEN = 0x28  # (, folded
_COMMAS = (0x2C, 0x3001, 0x20)  # , folded, 、 and a space
_NO_YEARS = tuple(ord(unit) for unit in "月日号年届第周个天")
_OLDEST = 120
_YUN = 0x5B55  # 孕
WEEKS = 1000  # added to the weeks of a pregnancy, which are compared like ages
_MOU = 0x67D0  # 某
_TITLES = tuple((ord(title[0]), ord(title[1])) for title in ("先生", "女士", "小姐", "老师", "医生"))
PERSON_V, AGE_V, PHONE_V = facts.PERSON + 16, facts.AGE + 16, facts.PHONE + 16
ID_V, ADDRESS_V, HOUSE_V = facts.ID_NUMBER + 16, facts.ADDRESS + 16, facts.HOUSE_NUMBER + 16
RELATION_V, SETTLEMENT_V = facts.RELATION + 16, facts.SETTLEMENT + 16


@kernel
def scan_facts(codes: Codes, start: int, end: int, reader: Reader, sink: Sink) -> None:
    """Put every fact of the folded text codes[start:end] into the sink."""
    p = start
    while p < end:
        code = codes[p]
        if 48 <= code <= 57:
            p = scan_number(codes, p, end, reader, sink)
        elif code < 0x10000 and reader.cues.starts[code]:
            p = scan_han(codes, p, (start, end), reader, sink)
        else:
            p += 1


@kernel
def scan_number(codes: Codes, p: int, end: int, reader: Reader, sink: Sink) -> int:
    """A number in ASCII digits at p; returns where reading goes on."""
    packed, stop = read_phone(codes, p, end)
    if packed >= 0 and not (stop < end and digit(codes[stop]) >= 0 and digit_run(codes, p, end) in (17, 18)):
        put(sink, PHONE_V, packed)
        return stop
    stop = digit_run(codes, p, end)
    if stop - p in (17, 18):
        put(sink, ID_V, number_value(codes, stop - 12, stop))
    elif stop - p <= 4:
        scan_quantity(codes, (p, stop), end, reader, sink)
    return stop


@kernel
def scan_quantity(codes: Codes, number: tuple[int, int], end: int, reader: Reader, sink: Sink) -> None:
    """A short number: an age before 岁, a house number before 栋, 单元, 室."""
    p, q = number
    value = number_value(codes, p, q)
    while q < end and (codes[q] == 32 or kind_of(codes[q], reader.fold) == INVISIBLE):
        q += 1
    if q >= end:
        return
    if codes[q] == _ZHOU and is_with_child(codes, (p, q + 1, end)):
        put(sink, AGE_V, WEEKS + value)
        return
    if codes[q] == _ZHOU and q + 1 < end:
        q += 1
    if codes[q] == _SUI:
        if value <= _OLDEST:
            put(sink, AGE_V, value)
            put_aged(codes, (p, q + 1, end), reader, sink)
        return
    word = match(codes, q, end, reader.cues)
    if word >= 0 and reader.cues.actions[word] == cue.UNIT and not (p > 0 and codes[p - 1] == _MONTH):
        put(sink, HOUSE_V, (np.int64(reader.cues.values[word]) << 32) | value)


@kernel
def is_with_child(codes: Codes, at: tuple[int, int, int]) -> bool:
    """Whether 孕 stands close before the number of weeks (at = number, behind 周, text end) or right behind them."""
    p, after, end = at
    found = False
    for q in (p - 3, p - 2, p - 1, after, after + 1):
        found = found or bool(0 <= q < end and codes[q] == _YUN)
    return found


@kernel
def put_aged(codes: Codes, at: tuple[int, int, int], reader: Reader, sink: Sink) -> None:
    """The name beside an age (at = its number, what follows it, text end): 67岁张三 or 张三(67岁)."""
    p, after, end = at
    if begins_name(codes, after, end, reader):
        put_name(codes, after, end, reader, sink)
    elif p > 2 and codes[p - 1] == _OPEN:
        q = p - 4 if p > 3 and begins_name(codes, p - 4, end, reader) else p - 3
        if begins_name(codes, q, end, reader):
            put_name(codes, q, p - 1, reader, sink)
    elif p > 2 and codes[p - 1] in _COMMAS:
        q = p - 2
        while q > 0 and q > p - 5 and kind_of(codes[q - 1], reader.fold) == HAN:
            q -= 1
        # Two or three characters from mark to mark: 林国栋,68岁.
        if p - 4 <= q <= p - 3 and begins_name(codes, q, end, reader):
            put_name(codes, q, p - 1, reader, sink)


@kernel
def scan_han(codes: Codes, p: int, span: tuple[int, int], reader: Reader, sink: Sink) -> int:
    """A Chinese character at p: a number in Chinese digits, or a cue; returns where reading goes on."""
    start, end = span
    if han_digit(codes[p]) >= 0 or codes[p] == 0x5341:
        return scan_han_number(codes, p, end, sink)
    word = match(codes, p, end, reader.cues)
    if word < 0:
        return p + 1
    after = p + reader.cues.ends[word + 1] - reader.cues.ends[word]
    act(codes, (start, p, after, end), word, reader, sink)
    return int(after)


@kernel
def scan_han_number(codes: Codes, p: int, end: int, sink: Sink) -> int:
    """一三九… as a phone, or 六十七 before 岁."""
    packed, stop = read_phone(codes, p, end)
    if packed >= 0:
        put(sink, PHONE_V, packed)
        return stop
    value, stop = read_han_number(codes, p, end)
    if stop < end and codes[stop] == _ZHOU:
        stop += 1
    if value > 0 and stop < end and codes[stop] == _SUI:
        put(sink, AGE_V, value)
        return stop
    return p + 1


@kernel
def act(codes: Codes, at: tuple[int, int, int, int], word: int, reader: Reader, sink: Sink) -> None:
    """What a cue (at = text start, cue start, cue end, text end) says about its neighbours."""
    start, p, after, end = at
    action = reader.cues.actions[word]
    if action == cue.PERSON:
        put_person(codes, (after, end), reader.cues.values[word] == 1, reader, sink)
    elif action == cue.KIN:
        if follows_me(codes, start, p):
            put(sink, RELATION_V, int(reader.cues.values[word]))
        if begins_name(codes, after, end, reader):
            put_name(codes, after, end, reader, sink)
        elif after < end and codes[after] == _JIAO:
            put_called(codes, after + 1, end, reader, sink)
    elif action == cue.AGE:
        is_said = after < end and codes[after] in (_SHI, _WEI)
        put_age(codes, skip_separators(codes, after + is_said, end, reader), end, sink)
    elif action == cue.PLACE:
        put_place(codes, (start, p), reader.cues.values[word] == 1, reader, sink)


@kernel
def put_called(codes: Codes, p: int, end: int, reader: Reader, sink: Sink) -> None:
    """The name behind 爷爷叫, where a surname begins it and a mark ends it: others are called by phone, or a car is."""
    q = p
    while q < end and q < p + 4 and kind_of(codes[q], reader.fold) == HAN:
        q += 1
    if 2 <= q - p <= 3 and q < end and begins_name(codes, p, end, reader):
        put_name(codes, p, q, reader, sink)


@kernel
def put_person(codes: Codes, span: tuple[int, int], is_label: bool, reader: Reader, sink: Sink) -> None:
    """The name after a cue; after a label and its colon any characters are one, else a surname must begin it."""
    after, end = span
    q = skip_separators(codes, after, end, reader)
    if is_label and q == after and after < end and codes[after] in (_SHI, _WEI):
        q = skip_separators(codes, after + 1, end, reader)
    if (is_label and q > after) or begins_name(codes, q, end, reader):
        put_name(codes, q, end, reader, sink)


@kernel
def put_age(codes: Codes, p: int, end: int, sink: Sink) -> None:
    """The number at p as an age, where it can be one and is no date."""
    stop = digit_run(codes, p, end)
    for unit in _NO_YEARS:
        if stop < end and codes[stop] == unit:
            return
    if 0 < stop - p <= 3 and number_value(codes, p, stop) <= _OLDEST:
        put(sink, AGE_V, number_value(codes, p, stop))


@kernel
def begins_name(codes: Codes, p: int, end: int, reader: Reader) -> bool:
    """Whether a surname stands at p."""
    return bool(p < end and codes[p] < 0x10000 and reader.cues.surnames[codes[p]])


@kernel
def follows_me(codes: Codes, start: int, p: int) -> bool:
    """Whether 我, 我的 or 我家 stands before p."""
    if p > start and codes[p - 1] == _WO:
        return True
    return bool(p > start + 1 and codes[p - 2] == _WO and codes[p - 1] in (_DE, _JIA))


@kernel
def skip_separators(codes: Codes, p: int, end: int, reader: Reader) -> int:
    """Past at most five characters that are neither letters nor digits nor a new line."""
    q = p
    while q < end and q < p + 5 and codes[q] != _NEWLINE and kind_of(codes[q], reader.fold) not in (LETTER, HAN, DIGIT):
        q += 1
    return q


@kernel
def put_name(codes: Codes, p: int, end: int, reader: Reader, sink: Sink) -> None:
    """A name of two or three Chinese characters at p; four when the run is exactly so long and the rest fits."""
    q = p
    while q < end and q < p + 5 and kind_of(codes[q], reader.fold) == HAN:
        q += 1
    if q - p < 2 or match(codes, p, end, reader.cues) >= 0 or is_title(codes, p + 1, q):
        return
    if q - p == 5 and not begins_name(codes, p, end, reader):
        return
    third = np.int64(codes[p + 2]) if q - p > 2 else np.int64(0)
    put(sink, PERSON_V, (np.int64(codes[p]) << 42) | (np.int64(codes[p + 1]) << 21) | third)


@kernel
def is_title(codes: Codes, p: int, end: int) -> bool:
    """Whether 先生, 女士, 小姐, 老师, 医生 or 某 stands at p: a surname with a title names thousands."""
    if codes[p] == _MOU:
        return True
    found = False
    for first, second in _TITLES:
        found = found or bool(p + 1 < end and codes[p] == first and codes[p + 1] == second)
    return found


@kernel
def put_place(codes: Codes, at: tuple[int, int], is_settlement: bool, reader: Reader, sink: Sink) -> None:
    """The two Chinese characters before a road, village or quarter (at = text start, place), with its own character."""
    start, p = at
    if p < start + 2 or kind_of(codes[p - 1], reader.fold) != HAN or kind_of(codes[p - 2], reader.fold) != HAN:
        return
    value = (np.int64(codes[p - 2]) << 42) | (np.int64(codes[p - 1]) << 21) | np.int64(codes[p])
    put(sink, ADDRESS_V, value)
    if is_settlement:
        put(sink, SETTLEMENT_V, value)
