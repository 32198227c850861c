"""Kernels that fold one text and drop what is not the writer's words: mentions, links, topics, emoji, punctuation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.fold import DIGIT, DROP, FOLDED_CODES, HAN, INVISIBLE, LETTER, SPACE
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.fold import FoldTable

    Codes = npt.NDArray[np.int32]

LONGEST_NAME = 24
LONGEST_EMOJI = 8
LONGEST_TOPIC = 32
_LAST_START = 104
"""The h of http: of all that mentions, topics, emoji and links begin with the highest code point."""
_AT, _HASH, _OPEN, _CLOSE, _BLANK, _NEWLINE, _MINUS, _UNDERSCORE = 64, 35, 91, 93, 32, 10, 45, 95


@kernel
def kind_of(code: int, table: FoldTable) -> int:
    """The kind of one folded character."""
    if code >= FOLDED_CODES:
        return HAN
    return int(table.kind[code])


@kernel
def is_word(code: int, table: FoldTable) -> bool:
    """Whether the character stays in the cleaned text."""
    kind = kind_of(code, table)
    return kind in (LETTER, HAN, DIGIT)


@kernel
def fold_text(codes: Codes, start: int, end: int, table: FoldTable) -> None:
    """Fold codes[start:end] in place, then blank mentions, links, topics and bracketed emoji."""
    for p in range(start, end):
        if codes[p] < FOLDED_CODES:
            codes[p] = table.to[codes[p]]
    p = start
    while p < end:
        # Hardly a character begins a mark, and to ask costs more than to see that it cannot.
        stop = p if codes[p] > _LAST_START else end_of_mark(codes, p, end, table)
        for q in range(p, stop):
            codes[q] = _BLANK
        p = max(stop, p + 1)


@kernel
def end_of_mark(codes: Codes, p: int, end: int, table: FoldTable) -> int:
    """Where the mention, link, topic or emoji that starts at p ends; p itself when none does."""
    code = codes[p]
    if code == _AT:
        return end_of_mention(codes, p, end, table)
    if code == _HASH:
        return end_of_topic(codes, p, end)
    if code == _OPEN:
        return end_of_emoji(codes, p, end, table)
    if code == _LAST_START and is_link(codes, p, end):
        return end_of_link(codes, p, end)
    return p


@kernel
def end_of_mention(codes: Codes, p: int, end: int, table: FoldTable) -> int:
    """A name is letters, digits, - and _; one that does not end within LONGEST_NAME is a sentence, so only @ goes."""
    q = p + 1
    while q < end and (is_word(codes[q], table) or codes[q] == _MINUS or codes[q] == _UNDERSCORE):
        q += 1
        if q - p > LONGEST_NAME:
            return p + 1
    return q


@kernel
def end_of_topic(codes: Codes, p: int, end: int) -> int:
    """#words# on one line."""
    for q in range(p + 1, min(end, p + LONGEST_TOPIC)):
        if codes[q] == _NEWLINE:
            return p
        if codes[q] == _HASH:
            return q + 1 if q > p + 1 else p
    return p


@kernel
def end_of_emoji(codes: Codes, p: int, end: int, table: FoldTable) -> int:
    """[words] as platforms write their pictures."""
    for q in range(p + 1, min(end, p + LONGEST_EMOJI)):
        if codes[q] == _CLOSE:
            return q + 1 if q > p + 1 else p
        if kind_of(codes[q], table) not in (LETTER, HAN):
            return p
    return p


@kernel
def is_link(codes: Codes, p: int, end: int) -> bool:
    """Whether http:// or https:// starts here."""
    if p + 8 > end or codes[p + 1] != 116 or codes[p + 2] != 116 or codes[p + 3] != 112:
        return False
    q = p + 5 if codes[p + 4] == 115 else p + 4
    return bool(codes[q] == 58 and codes[q + 1] == 47)


@kernel
def end_of_link(codes: Codes, p: int, end: int) -> int:
    """A link is a run of visible ASCII."""
    q = p
    while q < end and 33 <= codes[q] < 127:
        q += 1
    return q


@kernel
def squeeze(codes: Codes, start: int, end: int, table: FoldTable, out: Codes) -> int:
    """Write the word characters of codes[start:end] to the front of `out`; returns how many."""
    n = 0
    for p in range(start, end):
        if is_word(codes[p], table):
            out[n] = codes[p]
            n += 1
    return n


__all__ = ["DROP", "INVISIBLE", "SPACE", "fold_text", "is_word", "kind_of", "squeeze"]
