"""Take phones, ID numbers and house numbers out of a text, and keep every other fact where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pipeline.facts.digits import Run, digit_runs
from pipeline.facts.model import Fact, Found, Masked
from pipeline.facts.phones import mask_mobile
from pipeline.facts.spans import SpanIndex
from pipeline.text.normal import NormalText, normalise

LEFT_OVER = "left_over"
BY_START = attrgetter("start", "end", "kind")
_SECRET_KINDS = ("phone", "id_number", "address")
_MOBILE_LIKE = re.compile(r"(?:0|86|0086)?(1[3-9]\d{9})")
# Cards of Chinese banks (UnionPay, ISO/IEC 7812): no check of the last digit, since people mistype.
_CARD_LIKE = re.compile(r"62\d{14,17}")
_ID_LIKE = re.compile(r"[1-8]\d{5}(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3,4}")


def mask(display: str, facts: Iterable[Fact]) -> Masked:
    """`display` without the secrets of `facts`, and `facts` with their spans in the masked text.

    A fact inside a secret (a place in an address) takes the whole span of its mask. What still looks like a mobile
    or an ID number outside the facts is masked too (the safety net).
    """
    facts = tuple(facts)
    normal = normalise(display)
    secrets = [fact for fact in facts if fact.kind in _SECRET_KINDS]
    taken = SpanIndex((fact.start, fact.end) for fact in secrets)
    left_over = (
        fact
        for fact in led_back(normal, find_left_over_numbers(digit_runs(normal.text), SpanIndex(())))
        if not taken.overlaps(fact.start, fact.end)
    )
    return mask_secrets(display, facts, [*secrets, *left_over])


def led_back(normal: NormalText, found: Iterable[Found]) -> tuple[Fact, ...]:
    """Facts of a normal text with their spans in the displayed text, in order of their start."""
    if normal.starts is not None:
        found = [_led_back(normal, fact) for fact in found]
    return tuple(sorted(found, key=BY_START))


def _led_back(normal: NormalText, fact: Fact) -> Fact:
    start, end = normal.span(fact.start, fact.end)
    return fact._replace(start=start, end=end)


def mask_secrets(display: str, facts: Iterable[Fact], secrets: Iterable[Fact]) -> Masked:
    """`display` with each of `secrets` replaced by its mask; of two that overlap the rest of the second becomes
    stars."""
    pieces: list[str] = []
    patches: list[_Patch] = []
    position = length = 0
    for secret in sorted(secrets, key=lambda fact: fact.start):
        start = max(secret.start, position)
        if secret.end <= position:
            continue
        words = secret.masked if start == secret.start else "*" * (secret.end - start)
        pieces += (display[position:start], words)
        new_start = length + start - position
        length = new_start + len(words)
        patches.append(_Patch(start, secret.end, new_start, length))
        position = secret.end
    pieces.append(display[position:])
    placed = (
        fact._replace(start=_moved_start(patches, fact.start), end=_moved_end(patches, fact.end)) for fact in facts
    )
    return Masked(text="".join(pieces), facts=tuple(placed))


@dataclass(frozen=True, slots=True)
class _Patch:
    start: int
    end: int
    new_start: int
    new_end: int


def _moved_start(patches: Sequence[_Patch], position: int) -> int:
    index = bisect_right(patches, position, key=lambda patch: patch.start) - 1
    if index < 0:
        return position
    patch = patches[index]
    return patch.new_start if position < patch.end else patch.new_end + position - patch.end


def _moved_end(patches: Sequence[_Patch], position: int) -> int:
    index = bisect_left(patches, position, key=lambda patch: patch.start) - 1
    if index < 0:
        return position
    patch = patches[index]
    return patch.new_end if position <= patch.end else patch.new_end + position - patch.end


def find_left_over_numbers(runs: Iterable[Run], taken: SpanIndex) -> Iterator[Found]:
    """What still looks like a mobile, an ID number or a bank card, however it is called, outside the spans `taken`."""
    for run in runs:
        yield from _left_over_of_run(run, taken)


def _left_over_of_run(run: Run, taken: SpanIndex) -> Iterator[Found]:
    free = [block for block in run.blocks if not taken.overlaps(block.start, block.end)]
    whole = "".join(block.digits for block in free)
    if _CARD_LIKE.fullmatch(whole):
        yield Found("id_number", whole, _starred(whole, 2), free[0].start, free[-1].end, LEFT_OVER)
        return
    position = 0
    while position < len(free):
        digits = ""
        for count, block in enumerate(free[position : position + 18], start=1):
            digits += block.digits
            if len(digits) > 22:
                break
            masked = _mask_of(digits)
            if masked:
                yield Found("phone", digits, masked, free[position].start, block.end, LEFT_OVER)
                position += count - 1
                break
        position += 1


def _starred(digits: str, kept: int) -> str:
    return digits[:kept] + "*" * (len(digits) - kept)


def _mask_of(digits: str) -> str:
    if _ID_LIKE.fullmatch(digits):
        return _starred(digits, 3)
    if _CARD_LIKE.fullmatch(digits):
        return _starred(digits, 2)
    found = _MOBILE_LIKE.fullmatch(digits)
    if found:
        return mask_mobile(found[1])
    is_glued = 11 < len(digits) <= 14 and digits[0] == "1" and digits[1] in "3456789"
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}" if is_glued else ""
