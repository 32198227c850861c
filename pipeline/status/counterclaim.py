"""What a copy says of its own against the author's result: 这个还没有被救. A header (没人管！) is no such thing."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.status.model import ClauseReading, Reading
from pipeline.text.normal import normalise

_SIGNS = re.compile(r"[\W_]+")
_FILLERS = re.compile(r"已经|目前|现在|仍然|仍|还|了|都|已|的")
# Somebody who has looked or called, or who points at this very case.
_SPECIFIC = re.compile(r"这个|这位|这家|这条|这户|这例|刚|打过|问过|去过|联系过|核实|今天|昨晚|到现在|截至|截止|至今")
# What whoever hands a plea on writes above it (怎么还没人管): a cry, which knows nothing of the person.
_SLOGAN = re.compile(r"(?:没|没有|无)人(?:管|理|问|帮|救|转|看|应)|管一管|管管")
_CALLED_FALSE = re.compile(r"是假的|不是真的|假消息|骗人的")
_ALWAYS = frozenset({"negated", "failure.again", "setback.admitted_again", "denial.bare"})
_MAYBE = frozenset({"failure"})


def find_counterclaim(reading: Reading, plea_text: str) -> str:
    """The clause that denies the result in words of its own, or "" where the post only goes on with the plea."""
    plea = _bare(plea_text)
    for clause in reading.clauses:
        if (_denies(clause) or _CALLED_FALSE.search(clause.text)) and _bare(clause.text) not in plea:
            return clause.text
    return ""


def _denies(clause: ClauseReading) -> bool:
    if clause.vote not in {"deny", "reopened"}:
        return False
    is_specific = _SPECIFIC.search(clause.text) is not None
    if _SLOGAN.search(clause.text) is not None:
        return is_specific
    return clause.rule in _ALWAYS or (clause.rule in _MAYBE and is_specific)


@lru_cache(maxsize=1024)
def _bare(text: str) -> str:
    return _FILLERS.sub("", _SIGNS.sub("", normalise(text).text))
