"""Why a case asks for a person, in the reader's language: the store holds the Chinese sentences."""

from __future__ import annotations

import re

from pipeline.status.effects import load_effects

_TEMPLATES = (
    (
        re.compile("作者说已有结果之后，帖子 (\\S+) 仍称“(.*?)”，请核查"),
        "after the author's result post \\1 still says “\\2”",
    ),
    (re.compile("另有 (\\d+) 条同样"), "\\1 more of the same"),
)


def tell_reason(language: str, reason: str | None) -> str:
    """A review reason of the store; quotes stay as they were said."""
    if not reason or language == "zh":
        return reason or ""
    told = reason
    for pattern, words in _TEMPLATES:
        told = pattern.sub(words, told)
    # Longer sentences first: none is torn by a shorter one that it begins with.
    for effect in sorted(load_effects().values(), key=lambda one: -len(one.zh)):
        if effect.asks_review:
            told = told.replace(effect.zh, effect.en)
    return told.replace("；", "; ")
