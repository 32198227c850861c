"""Kernels that find where one text has other words than the other in the same place.

Who copies a plea adds in front or behind, cuts, masks, and slips; who writes one of his own in the same words puts
another village, hospital, person or number where the first one stood. So two texts are laid beside each other, and
between stretches that both have (RUN characters or more) lie gaps. A gap that is empty on one side is an addition or
a cut. Where both sides say something, the words are held against each other: data/dedupe/slots.tsv tells relatives,
opposites, amounts that grow, and words that say nothing of who needs what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.gaps import count_kept, drop_short_runs, next_gap, peel
from dedupe.kernel import kernel
from dedupe.numerals import LONG, TOLD, compare_numbers, count_signs, is_number, is_numeral, is_part, widen
from dedupe.slots import COUNT, KIN, LIGHT, OPPOSITE, SITE, find_word

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.numerals import Gap
    from dedupe.slots import Slots

    Codes = npt.NDArray[np.int32]
    Ints = npt.NDArray[np.int64]

LONGEST_SLOT, LONGEST_EDGE, LONGEST_WORDS, LONGEST_NAME = 24, 6, 8, 6
MOST_DIFFERENCES = 8
NOTHING, PERSON, SPEAKER, NUMBER, PHONE, PLACE, WORDS, RECOUNT = range(8)
"""What is told apart: persons and sides of a place (a relative, east and west), relatives of one sex (somebody's mother
is somebody's wife), a number, a long number, the name
of a place or institution, words, words with a number among them."""
_MEN, _SURNAMES = 0xAAAAAAAA, 10
_LEAST_SLIPS, _CHARACTERS_PER_SLIP = 3, 24


@kernel
def mark_kin(codes: Codes, p: int, end: int, slots: Slots) -> int:
    """Bit set of the relatives named in codes[p:end] (or up to the character behind, which both texts have: 父|亲);
    a name of one character counts only by itself or with one other (我爸)."""
    found, q = 0, p
    while q < end:
        word = find_word(codes, q, min(end + 1, len(codes)), KIN, slots)
        length = slots.ends[word + 1] - slots.ends[word] if word >= 0 else 1
        if word >= 0 and (length > 1 or end - p <= 2):
            found |= 1 << slots.values[word]
        q += length
    return int(found)


@kernel
def weight_of(codes: Codes, p: int, end: int, slots: Slots) -> int:
    """How many characters stand in codes[p:end] outside of words that say nothing."""
    weight, q = 0, p
    while q < end:
        word = find_word(codes, q, end, LIGHT, slots)
        weight += word < 0
        q += slots.ends[word + 1] - slots.ends[word] if word >= 0 else 1
    return weight


@kernel
def are_opposite(left: Codes, right: Codes, gap: Gap, slots: Slots) -> bool:
    """Whether two single characters are of one set (east and west, big and small), and not of a time (上午)."""
    a, _, b, _ = gap
    x = find_word(left, a, a + 1, OPPOSITE, slots)
    y = find_word(right, b, b + 1, OPPOSITE, slots)
    if x < 0 or y < 0 or slots.values[x] != slots.values[y]:
        return False
    return slots.values[x] == _SURNAMES or find_word(left, a + 1, len(left), COUNT, slots) < 0


@kernel
def comes_in(part: Codes, p: int, end: int, whole: Codes) -> bool:
    """Whether part[p:end] stands anywhere in the other text."""
    size = end - p
    for q in range(len(whole) - size + 1):
        i = 0
        while i < size and part[p + i] == whole[q + i]:
            i += 1
        if i == size:
            return True
    return False


@kernel
def is_other_script(left: Codes, right: Codes, gap: Gap) -> bool:
    """Whether one side is written in letters and the other is not: 透析 and touxi."""
    a, a_end, b, b_end = gap
    _, x = count_signs(left, a, a_end)
    _, y = count_signs(right, b, b_end)
    return bool((x > 0) != (y > 0))


@kernel
def tell_words(left: Codes, right: Codes, gap: Gap, slots: Slots) -> int:
    """WORDS where both sides say something of weight, and it is neither the same in short nor only moved."""
    a, a_end, b, b_end = gap
    if is_part(left, right, gap) or is_other_script(left, right, gap):
        return NOTHING
    if weight_of(left, a, a_end, slots) < 2 or weight_of(right, b, b_end, slots) < 2:
        return NOTHING
    longest, shortest = max(a_end - a, b_end - b), min(a_end - a, b_end - b)
    if longest > min(LONGEST_WORDS, 3 * shortest) or comes_in(left, a, a_end, right) or comes_in(right, b, b_end, left):
        return NOTHING
    if longest <= min(LONGEST_NAME, shortest + 2) and are_sites(left, right, gap, slots):
        return PLACE
    return RECOUNT if recounts(left, right, gap) else WORDS


@kernel
def are_sites(left: Codes, right: Codes, gap: Gap, slots: Slots) -> bool:
    """Whether both sides name a place or institution: by the word behind them, or by their own last characters."""
    _, a_end, _, b_end = gap
    behind = find_word(left, a_end, len(left), SITE, slots) >= 0
    ends = find_word(left, a_end - 1, a_end, SITE, slots) >= 0 and find_word(right, b_end - 1, b_end, SITE, slots) >= 0
    return bool(behind or ends)


@kernel
def recounts(left: Codes, right: Codes, gap: Gap) -> bool:
    """Whether both sides hold a number and a character in common: 一楼全 and 村民二楼也."""
    a, a_end, b, b_end = gap
    left_number, right_number, shares = False, False, False
    for p in range(a, a_end):
        left_number = left_number or is_numeral(left[p])
        for q in range(b, b_end):
            shares = shares or (left[p] == right[q] and not is_numeral(left[p]))
    for q in range(b, b_end):
        right_number = right_number or is_numeral(right[q])
    return left_number and right_number and shares


@kernel
def trim(left: Codes, right: Codes, gap: Gap) -> Gap:
    """The gap without the single characters that both sides begin and end with; something stays on each side."""
    a, a_end, b, b_end = gap
    while min(a_end - a, b_end - b) > 1 and left[a] == right[b]:
        a, b = a + 1, b + 1
    while min(a_end - a, b_end - b) > 1 and left[a_end - 1] == right[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    return a, a_end, b, b_end


@kernel
def tell_slot(left: Codes, right: Codes, gap: Gap, slots: Slots) -> int:
    """PERSON, NUMBER, PHONE or WORDS: what is told apart in a gap with words on both sides; NOTHING where they are
    variants of each other."""
    wide = widen(left, right, gap)
    gap = trim(left, right, gap)
    if is_number(left, wide[0], wide[1]) and is_number(right, wide[2], wide[3]):
        said = compare_numbers(left, right, wide, slots)
        if said == LONG:
            return PHONE
        return NUMBER if said == TOLD else NOTHING
    a, a_end, b, b_end = gap
    x, y = mark_kin(left, a, a_end, slots), mark_kin(right, b, b_end, slots)
    if x and y:
        return tell_kin(x, y) if max(a_end - a, b_end - b) <= LONGEST_WORDS else NOTHING
    if a_end - a == 1 and b_end - b == 1:
        return PERSON if are_opposite(left, right, gap, slots) else NOTHING
    return tell_words(left, right, gap, slots)


@kernel
def tell_kin(x: int, y: int) -> int:
    """What two sets of relatives are to each other."""
    if x & y:
        return NOTHING
    both = x | y
    return SPEAKER if (both & _MEN) == 0 or (both & ~_MEN) == 0 else PERSON


@kernel
def is_slot(gap: Gap, lengths: tuple[int, int]) -> bool:
    """Whether both sides of a gap say something that may stand in one place; at the ends of a text, something short:
    there stand the comments of those who pass it on."""
    a, a_end, b, b_end = gap
    longest = max(a_end - a, b_end - b)
    return bool(a < a_end and b < b_end and longest <= (LONGEST_EDGE if is_edge(gap, lengths) else LONGEST_SLOT))


@kernel
def is_edge(gap: Gap, lengths: tuple[int, int]) -> bool:
    """Whether a gap lies at the beginning or end of one of the texts."""
    a, a_end, b, b_end = gap
    return bool(a == 0 or b == 0 or a_end == lengths[0] or b_end == lengths[1])


class Frame(NamedTuple):
    """What two texts have in common: characters in runs, the shorter of the two stretches from the first to the last
    of them, and how many single characters between them differ, were added or are missing."""

    kept: int
    span: int
    slips: int


@kernel
def find_differences(left: Codes, right: Codes, partners: Ints, slots: Slots, out: Ints) -> tuple[int, Frame]:
    """Write the places where the texts say something else, as (kind, left start, end, right start, end), to `out`.

    Args:
        left, right: cleaned texts.
        partners: as `tracing.trace` gives them; single characters are unpaired here.
        out: shape (n, 5); more places than it has room for are left out.

    Returns:
        How many there are, and what frame they stand in.
    """
    drop_short_runs(partners)
    peel(partners, len(right))
    n, slips, outside = 0, 0, (0, 0)
    lengths = (len(left), len(right))
    gap = next_gap(partners, (0, 0, 0, 0), len(right))
    while gap[0] < len(left) or gap[2] < len(right):
        kind = tell_slot(left, right, gap, slots) if is_slot(gap, lengths) else NOTHING
        if is_edge(gap, lengths):
            kind = NOTHING if kind > PLACE else kind
            outside = (outside[0] + gap[1] - gap[0], outside[1] + gap[3] - gap[2])
        if kind != NOTHING and n < len(out):
            out[n, 0], out[n, 1], out[n, 2], out[n, 3], out[n, 4] = kind, gap[0], gap[1], gap[2], gap[3]
            n += 1
        slips += count_slips(left, right, gap)
        gap = next_gap(partners, gap, len(right))
    return n, Frame(count_kept(partners), min(len(left) - outside[0], len(right) - outside[1]), slips)


@kernel
def count_slips(left: Codes, right: Codes, gap: Gap) -> int:
    """1 where a single character differs, was added or is missing (a digit is no slip), 2 where two characters or more
    stand around one that both sides have in the same place."""
    a, a_end, b, b_end = gap
    if a_end - a > 1 or b_end - b > 1:
        shared, digits = 0, 0
        for p in range(min(a_end - a, b_end - b)):
            shared += left[a + p] == right[b + p] or left[a_end - 1 - p] == right[b_end - 1 - p]
            digits += is_numeral(left[a + p]) or is_numeral(right[b + p])
        return 2 if shared and not digits else 0
    is_digit = (a_end > a and is_numeral(left[a])) or (b_end > b and is_numeral(right[b]))
    return 0 if is_digit else 1


@kernel
def drop_garbled(out: Ints, n: int, frame: Frame) -> int:
    """Keep the places that tell: in a text full of slips, some of them beside each other look like other words.

    Returns how many stay, at the front of `out`.
    """
    words = 0
    for p in range(n):
        words += out[p, 0] >= PLACE
    if 2 * frame.slips < max(2 * _LEAST_SLIPS, words) or (words + frame.slips) * _CHARACTERS_PER_SLIP < frame.span:
        return n
    return drop_from(out, n, PLACE)


@kernel
def drop_from(out: Ints, n: int, kind: int) -> int:
    """Keep the places of lower kinds than this one; returns how many stay, at the front of `out`."""
    kept = 0
    for p in range(n):
        if out[p, 0] < kind:
            out[kept] = out[p]
            kept += 1
    return kept
