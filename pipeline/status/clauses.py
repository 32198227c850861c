"""Cuts a text into clauses, without the words of others that a repost chain drags along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# A dot, comma or colon between digits belongs to a number or a clock time.
_BOUNDARY = re.compile(
    r"(?:[。！!？?…~～;；，【】\[\]()（）《》<>|「」『』\s\u2600-\u27bf\U0001f000-\U0001f236\U0001f238-\U0001faff\u203c\u2049\u3000‼❗]"
    r"|(?<![0-9])[.,:：](?![0-9])|(?<=[0-9])[.,:：](?![0-9])|(?<![0-9])[.,:：](?=[0-9])|-{2,}|—+|//)+"
)
_SENTENCE_END = re.compile(r"[。！!？?;；\n【】\[\]\u2600-\u27bf\U0001f000-\U0001faff‼❗]|\.(?![0-9])|-{3,}")
# The commonest signs, which end no sentence.
_WITHIN = frozenset({"，", ",", "、", " ", "：", ":", "“", "”"})
_REPLY_HEAD = re.compile(r"\s*回复\s*@[^:：\s]{1,40}\s*[:：]")


class Clause(NamedTuple):
    """A clause: its span, the number of its sentence, and where the signs behind it end."""

    start: int
    end: int
    tail_end: int
    sentence: int
    is_question: bool


def own_span(text: str) -> tuple[int, int]:
    """Where the writer's own words stand: behind `回复@name:` and before `//@`."""
    end = text.find("//@")
    if end < 0:
        end = len(text)
    head = _REPLY_HEAD.match(text)
    start = head.end() if head else 0
    return (start, end) if start <= end else (end, end)


@lru_cache(maxsize=512)
def own_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of the writer's own words; kept, since a text is taken apart and then asked for its news."""
    return tuple(split_clauses(text, *own_span(text)))


def split_clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    """The clauses of `text[start:end]` in order."""
    sentence = 0
    position = start
    for found in _BOUNDARY.finditer(text, start, end):
        clause_end, tail_end = found.span()
        signs = found[0]
        if clause_end > position:
            yield Clause(position, clause_end, tail_end, sentence, "?" in signs or "？" in signs)
        if signs not in _WITHIN and _SENTENCE_END.search(signs):
            sentence += 1
        position = tail_end
    if position < end:
        yield Clause(position, end, end, sentence, False)
