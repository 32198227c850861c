"""The events of a clause: those that the lexicon finds, and those that only the plea or the clause before it names."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.status.predicates import has_succeeded, names_what_came
from pipeline.status.scan import ANSWERS, YES, Event, Parts

NEED_OBJECTS = frozenset(
    {"medicine", "supplies", "dialysis", "oncology", "surgery", "cure", "power", "bed", "pass", "ambulance", "test"}
)
_ASKING = frozenset({"ask", "plead", "keep", "still", "except"})
# Events that do not say what came: the plea's own noun beside them does.
_UNSAID = frozenset({"got", "found_supply", "bed_arranged", "thanks", "contact"})


def events_of(part: Parts, previous: Parts | None, text: str, known_texts: tuple[str, ...]) -> Sequence[Event]:
    """The clause's events; a clause that only asks gives a nameless one, `是否获救: 是` the one of its label."""
    asked = _asked_thing(part, text, known_texts[0]) if known_texts else None
    if asked is not None:
        return (asked, *(event for event in part.events if event.name != "got"))
    return part.events or _unnamed(part, previous, text)


def lacks(part: Parts) -> bool:
    """Whether the clause says that a thing which one needs is not there, or is to come later."""
    return (part.has("negation") or part.has("tomorrow")) and bool(part.objects & NEED_OBJECTS)


def _asked_thing(part: Parts, text: str, plea: str) -> Event | None:
    """The event that the very thing came which the plea asked for by name."""
    if not all(event.name in _UNSAID for event in part.events):
        return None
    start = part.clause.start
    came = names_what_came(text[start : part.clause.end], plea)
    return Event("asked_thing", "seen", start + came[0], start + came[1]) if came else None


def _unnamed(part: Parts, previous: Parts | None, text: str) -> Sequence[Event]:
    start, end = part.clause.start, part.clause.end
    words = text[start:end]
    if has_succeeded(words):
        return (Event("success", "seen", start, end),)
    if previous is not None and previous.events and words in ANSWERS and _is_form_question(previous, text):
        return (Event(previous.events[0].name if words in YES else "failure", "done", start, end),)
    if part.mark_names & _ASKING or lacks(part):
        return (Event("-", "", start, end),)
    return ()


def _is_form_question(part: Parts, text: str) -> bool:
    return "是否" in text[part.clause.start : part.clause.end]
