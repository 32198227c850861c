"""What has been said before (the plea, an earlier version), so that only what is new is read."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pipeline.status.clauses import own_clauses, split_clauses
from pipeline.text.normal import NormalText, normalise

_PIECE_CHARACTERS = 8
_WHOLE_CHARACTERS = 20


def known_texts(*texts: str | None) -> tuple[str, ...]:
    """The normalised forms of what has been said before; None and empty texts are left out."""
    return tuple(_normal_text(text) for text in texts if text)


def without_known(normal: NormalText, known_texts: tuple[str, ...]) -> NormalText:
    """With full stops where a whole known text stands: a verbatim copy costs next to nothing."""
    text = normal.text
    for known in known_texts:
        if len(known) >= _WHOLE_CHARACTERS:
            text = text.replace(known, "。" * len(known))
    return normal if text is normal.text else replace(normal, text=text)


def is_known(words: str, known_texts: tuple[str, ...]) -> bool:
    """Whether a clause stood in a known text: said earlier, so it is no news.

    A long clause may be a piece of a known one (copies are cut anywhere); a short one must be the whole of it.
    """
    if len(words) >= _PIECE_CHARACTERS:
        return any(words in known for known in known_texts)
    return any(words in _clauses_of(known) for known in known_texts)


def news_of(text: str, known_texts: tuple[str, ...]) -> str:
    """The writer's own words without the clauses that stood in a known text."""
    return "，".join(
        text[clause.start : clause.tail_end]
        for clause in own_clauses(text)
        if not is_known(text[clause.start : clause.end], known_texts)
    )


@lru_cache(maxsize=1024)
def _normal_text(text: str) -> str:
    return normalise(text).text


@lru_cache(maxsize=1024)
def _clauses_of(text: str) -> frozenset[str]:
    return frozenset(text[clause.start : clause.end] for clause in split_clauses(text, 0, len(text)))
