"""Which marks hold for an event: negation and its scope, modality, time, completion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.status.scan import Event, Parts

_TEMPORAL = re.compile(r"[了好到过]?(?:之后|以后|后|之日|就删|就马上|即删|立刻删|再删|的话)")
_QUOTES_BEFORE = re.compile(r"[“\"‘'「『](?:已|已经|被|又|就)?$")
_QUOTES_BEHIND = re.compile(r"(?:了|完)?[”\"’'」』]")
# Plain wording that a later done-mark in the same clause overrides.
_OVERRIDDEN = {"negation": "negated", "ask": "asked", "plead": "asked", "hope": "hope"}
_ANYWHERE = {
    "question": "question",
    "irony": "irony",
    "others": "others",
    "partial": "partial",
    "except": "partial",
    "all": "all",
    "promise": "promise",
    "arranged": "arranged",
    "still": "still",
    "keep": "keep",
    "condition": "condition",
}
_SUFFIX_REACH = 6
_NEGATION_BEHIND = 3


def marks_of(event: Event, parts: Parts, inherited: frozenset[str], text: str) -> frozenset[str]:
    """The marks that hold for `event`; `inherited` come from earlier clauses of its sentence."""
    found = set(inherited)
    found.update(_done_marks(event, parts, text))
    found.update(_ANYWHERE[mark.name] for mark in parts.marks if mark.name in _ANYWHERE)
    found.update(_scoped(event, parts))
    found.update(_around(event, text, parts))
    if parts.has("except"):
        found.add("except")
    if event.name == "death" and (event.state == "done" or "done" in found) and event.state != "weak":
        found.add("dead")
    if event.state == "weak" and parts.persons and _stands_alone(event, parts):
        found.add("dead")
    return frozenset(found)


def _done_marks(event: Event, parts: Parts, text: str) -> Iterator[str]:
    before = any(mark.name == "done" and mark.start < event.end for mark in parts.marks)
    typo = any(mark.name == "typo_done" and mark.end == event.start for mark in parts.marks)
    suffix = any(mark.name == "suffix" and event.end <= mark.start <= event.end + _SUFFIX_REACH for mark in parts.marks)
    inner = "了" in text[event.start : event.end]
    if before or typo:
        yield "done_before"
    if suffix or inner:
        yield "finished"
    if before or typo or suffix or inner or event.state == "done":
        yield "done"
    if event.name in {"contact"} and text[event.start : event.end].startswith(("联系", "取得联系", "联络", "打通")):
        yield "reached"


def _scoped(event: Event, parts: Parts) -> Iterator[str]:
    negations = 0
    for mark in parts.marks:
        name = mark.name
        if name in _OVERRIDDEN and mark.start < event.end and not _done_between(mark.end, event, parts):
            negations += name == "negation"
            yield _OVERRIDDEN[name]
        elif name == "negation" and 0 <= mark.start - event.end <= _NEGATION_BEHIND and event.state != "done":
            yield "negated"
        elif name in {"hearsay", "again"} and mark.start <= event.end:
            yield name
        elif name == "future" and (mark.start < event.end or event.state != "done"):
            yield "future"
    if negations > 1:
        yield "double_negation"


def _done_between(position: int, event: Event, parts: Parts) -> bool:
    return any(mark.name == "done" and position <= mark.start < event.end for mark in parts.marks)


def _around(event: Event, text: str, parts: Parts) -> Iterator[str]:
    if _TEMPORAL.match(text, event.end, parts.clause.end):
        yield "temporal"
    if _QUOTES_BEFORE.search(text[max(0, event.start - 3) : event.start]) and _QUOTES_BEHIND.match(text, event.end):
        yield "irony"


def _stands_alone(event: Event, parts: Parts) -> bool:
    """Whether nothing else in the clause explains the word (走了 beside an ambulance is no death)."""
    return event.end >= parts.clause.end - 1 and not parts.objects and len(parts.events) == 1
