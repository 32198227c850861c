"""Which stored text a picture shows: its words against the likeliest stored ones, character by character.

Texts of one form differ in a name or a digit, so what decides is not how much is alike but whether anything speaks
against it. What a picture does not show (cropped, under a mosaic) speaks for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz.distance import Levenshtein, Opcode

from dedupe.craft import Craft
from dedupe.facts import ID_NUMBER, PHONE
from dedupe.judge import Share
from dedupe.plain import shares_of
from dedupe.query import codes_of, read_likeliest
from dedupe.reading import Batch, Reading, read_plainly
from dedupe.stored import StoredIndex
from dedupe.twins import Document, kinds_seen, would_join

MOST_VERIFIED = 24
RELATED = 0.3
"""A text of which so much is in a post has to do with it."""
# A run of equal characters this long ties a piece of the picture to a piece of the text.
_ANCHOR = 4
_LEAST_RUN = 2
_LOOSE_END = 14
# Summed weight of small differences that reading errors explain, besides this share of the characters.
_NOISE_ALLOWED, _NOISE_SHARE = 0.75, 0.012
_SLIP, _FOREIGN = 0.5, 0.1
_SHORT = 2
# Of a phone under a mosaic a digit or two may be read; a stored phone has seven left, or all eleven.
_PHONE_LONG, _SCRAP = 7, 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored document held against what a picture says.

    Attributes:
        doc_id: the caller's id.
        contained: share (0 to 1) of the shorter side's characters that both have.
        matched: how many characters those are.
        covered: share of the stored text's characters that the picture shows.
        conflicts: places where the two say different things (another name, another number).
        noise: summed weight of small differences.
        same_phone: a phone or ID number of both is the same.
        hides_phone: the stored text has a phone or ID number and the picture shows none.
        seen: bit set of the fact kinds of which both say the same (of a text that has to do with the picture's).
        is_linked: linking would make one case of the two, were what is shown a post.
    """

    doc_id: int
    contained: float
    matched: int
    covered: float
    conflicts: int
    noise: float
    same_phone: bool
    hides_phone: bool = False
    seen: int = 0
    is_linked: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing speaks against it beyond what reading errors explain."""
        return self.conflicts == 0 and self.noise <= _NOISE_ALLOWED + _NOISE_SHARE * self.matched


def find_shown(index: StoredIndex, batch: Batch) -> list[list[Shown]]:
    """For each text of a picture the stored ones that it may show, best first: fewest conflicts, most in common."""
    reading = read_plainly(batch)
    with np.errstate(over="ignore"):
        return [_find_one(index, reading, d) for d in range(len(reading))]


def _find_one(index: StoredIndex, reading: Reading, d: int) -> list[Shown]:
    doc_ids, stored = read_likeliest(index, reading, d, MOST_VERIFIED)
    asked = _words_of(reading, d)
    shares = shares_of(codes_of(reading, d), stored, index.craft.weights.gram_weights())
    found = []
    for k, doc_id in enumerate(doc_ids):
        phones = _phones_of(reading, d), _phones_of(stored, k)
        held = hold_against(doc_id, asked, _words_of(stored, k), phones)
        found.append(_ask_linking(index.craft, held, (reading, d), (stored, k), shares[k]))
    return sorted(found, key=rank)


def _ask_linking(craft: Craft, held: Shown, asked: Document, stored: Document, share: Share) -> Shown:
    if held.contained < RELATED or not held.is_clean:
        return held
    return replace(held, seen=kinds_seen(asked, stored), is_linked=would_join(craft, asked, stored, share))


def rank(one: Shown) -> tuple[float, float, int]:
    """Sort key, best first."""
    return (one.conflicts + one.noise - 0.25 * one.matched, -one.contained, one.doc_id)


def _words_of(reading: Reading, d: int) -> str:
    codes = reading.codes[reading.ends[d] : reading.ends[d + 1]]
    return "".join(map(chr, codes.tolist()))


def _phones_of(reading: Reading, d: int) -> frozenset[tuple[int, int]]:
    a, b = int(reading.facts.ends[d]), int(reading.facts.ends[d + 1])
    kinds, values = reading.facts.kinds[a:b].tolist(), reading.facts.values[a:b].tolist()
    return frozenset((kind, value) for kind, value in zip(kinds, values, strict=True) if kind in (PHONE, ID_NUMBER))


def hold_against(
    doc_id: int, asked: str, stored: str, phones: tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]
) -> Shown:
    """Compare two cleaned texts (letters, digits and Han characters only) and their phones' digests."""
    steps = [(op.tag, *_span(op)) for op in Levenshtein.opcodes(asked, stored)]
    inside = _between_anchors(steps, (len(asked), len(stored)))
    matched = sum(i2 - i1 for tag, i1, i2, _, _ in inside if tag == "equal" and i2 - i1 >= _LEAST_RUN)
    weighed = [_weigh(asked[i1:i2], stored[j1:j2]) for i1, i2, j1, j2 in _differences(asked, inside)]
    conflicts, noise = sum(is_conflict for is_conflict, _ in weighed), sum(weight for _, weight in weighed)
    same_phone = bool(phones[0] & phones[1])
    conflicts += bool(phones[0] and phones[1] and not same_phone)
    contained = matched / max(1, min(len(asked), len(stored)))
    covered = matched / max(1, len(stored))
    hides_phone = bool(phones[1] and not phones[0])
    return Shown(doc_id, min(1.0, contained), matched, covered, conflicts, noise, same_phone, hides_phone)


def _span(step: Opcode) -> tuple[int, int, int, int]:
    return step.src_start, step.src_end, step.dest_start, step.dest_end


_Step = tuple[str, int, int, int, int]
_Spans = tuple[int, int, int, int]
_NUMBER = re.compile(r"\d+")
# Of equal digits in a row one may be lost in reading.
_REPEATED = re.compile(r"(\d)(?=\1)")


def _between_anchors(steps: list[_Step], lengths: tuple[int, int]) -> list[_Step]:
    """From the first to the last long run of equal characters: outside of it stands what only one side shows.

    Where both sides begin or end soon after such a run, they begin or end together, and all of it counts.
    """
    at = [k for k, (tag, i1, i2, _, _) in enumerate(steps) if tag == "equal" and i2 - i1 >= _ANCHOR]
    if not at:
        return []
    _, i1, _, j1, _ = steps[at[0]]
    _, _, i2, _, j2 = steps[at[-1]]
    start = 0 if _meet(i1, j1) else at[0]
    stop = len(steps) if _meet(lengths[0] - i2, lengths[1] - j2) else at[-1] + 1
    return steps[start:stop]


def _meet(left: int, right: int) -> bool:
    """Whether two loose ends of these lengths are ends of the same: both there, both short."""
    return min(left, right) > 0 and max(left, right) <= _LOOSE_END


def _differences(asked: str, steps: list[_Step]) -> Iterator[_Spans]:
    """Where the two differ, whole numbers at a time; one equal character between two differences belongs to them."""
    open_at: _Spans | None = None
    tail = 0
    for tag, i1, i2, j1, j2 in steps:
        if tag != "equal":
            start = (i1 - tail, j1 - tail) if open_at is None else (open_at[0], open_at[2])
            open_at = (start[0], i2, start[1], j2)
            continue
        run = asked[i1:i2]
        head = 0 if open_at is None else _leading_digits(run)
        if open_at is not None and (head == len(run) or len(run) == 1):
            open_at = (open_at[0], i2, open_at[2], j2)
            continue
        if open_at is not None:
            yield (open_at[0], open_at[1] + head, open_at[2], open_at[3] + head)
            open_at = None
        tail = _leading_digits(run[::-1])
    if open_at is not None:
        yield open_at


def _leading_digits(text: str) -> int:
    return len(text) - len(text.lstrip("0123456789"))


def _weigh(a: str, b: str) -> tuple[bool, float]:
    """Whether a difference (asked, stored) says that these are two things, and else its weight as a reading error."""
    ours, theirs = (_NUMBER.sub("", text) for text in (a, b))
    if _are_other_numbers("".join(_NUMBER.findall(a)), "".join(_NUMBER.findall(b))):
        return True, 0.0
    if ours == theirs:
        return False, 0.0
    if min(len(ours), len(theirs)) >= _SHORT:
        return True, 0.0
    more = abs(len(ours) - len(theirs))
    # A long stretch that only one has is hidden, or written over the words.
    return False, _SLIP * max(len(ours), len(theirs)) if more <= _SHORT else _FOREIGN * len(ours)


def _are_other_numbers(ours: str, theirs: str) -> bool:
    """Numbers of which one is not simply hidden, wholly or from some digit on; a single digit is never just hidden."""
    if ours == theirs or not ours or not theirs or (len(theirs) >= _PHONE_LONG and len(ours) <= _SCRAP):
        return False
    if len(theirs) >= _PHONE_LONG and _REPEATED.sub("", ours) == _REPEATED.sub("", theirs):
        return False
    # The store hides digits too: a house number, masked, leaves the next number alone.
    short, long = sorted((ours, theirs), key=len)
    is_part = long.startswith(short) or long.endswith(short)
    return not (is_part and len(long) - len(short) > _SHORT)
