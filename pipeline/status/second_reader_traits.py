"""What the second reader sees of the rules' work: events, marks and votes of the reading, and how they fit the plea.

Names of events and marks carry over from one writer to another where characters do not: a reader that has learned
that a bed *seen* with thanks beside it is the end needs no new sentence for a new kind of bed.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.status.coverage import is_other_person
from pipeline.status.guards import Guard, find_guard
from pipeline.status.lexicon import Hit, find_words
from pipeline.status.model import Profile, Reading
from pipeline.status.scan import needs_in, take_apart
from pipeline.text.normal import normalise

BITS = 15
SHARE = 0.7  # how much all traits together weigh against the grams, whose squares sum to one
GUARD_SHARE = 0.5  # how much a guard that speaks, or none, weighs against the same
_BESIDE = 0.5  # a pair of traits against a single one
_NOBODY = frozenset({"*", "self"})


class Traits:
    """The traits of one text as buckets and their weights; without the guard's, their squares sum to SHARE squared."""

    __slots__ = ("buckets", "weights")

    def __init__(self, buckets: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]) -> None:
        self.buckets = buckets
        self.weights = weights


NO_TRAITS = Traits(np.zeros(0, dtype=np.int64), np.zeros(0))


def traits_of(reading: Reading, plea: str, words: str, profile: Profile) -> Traits:
    """The traits of the new `words` and of what the rules read in them, after a `plea` of this `profile`."""
    weights: dict[str, float] = {}
    text = normalise(words).text
    for name, weight in (*_of_reading(reading), *_of_words(text), *_of_fit(reading, text, profile)):
        weights[name] = weights.get(name, 0.0) + weight
    return _hashed(weights, find_guard(text, normalise(plea).text))


def _hashed(weights: dict[str, float], guard: Guard | None) -> Traits:
    """The traits as buckets; whether a guard speaks, and which, weighs as much as all the others together."""
    length = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    scaled = {name: weight * SHARE / length for name, weight in weights.items()}
    scaled |= {"guarded" if guard else "unguarded": GUARD_SHARE, guard.guard_id if guard else "-": GUARD_SHARE}
    sums: dict[int, float] = {}
    for name, weight in scaled.items():
        bucket = zlib.crc32(name.encode()) >> (32 - BITS)
        sums[bucket] = sums.get(bucket, 0.0) + weight
    buckets = sorted(sums)
    return Traits(np.array(buckets, dtype=np.int64), np.array([sums[bucket] for bucket in buckets]))


def _of_reading(reading: Reading) -> Iterator[tuple[str, float]]:
    yield f"kind={reading.kind}", 1.0
    yield f"doubt={reading.doubt}", 1.0
    yield f"denial={reading.is_denial}", 1.0
    yield f"asking={reading.is_asking}", 1.0
    for clause in reading.clauses:
        yield f"vote={clause.vote}", 1.0
        yield f"rule={clause.rule}", 1.0
        yield f"event={clause.event}:{clause.state}", 1.0
        for mark in clause.marks:
            yield f"event={clause.event}|{mark}", _BESIDE
            yield f"vote={clause.vote}|{mark}", _BESIDE


def _of_words(text: str) -> Iterator[tuple[str, float]]:
    for part in take_apart(text):
        for event in part.events:
            yield f"seen={event.name}:{event.state}", 1.0
            for mark in part.mark_names:
                yield f"seen={event.name}:{event.state}&{mark}", _BESIDE
        for name in (*part.mark_names, *part.objects):
            yield f"named={name}", 1.0
    order = [sign for hit in find_words(text) if (sign := _sign_of(hit))]
    for left, right in pairwise(order):
        yield f"{left}>{right}", _BESIDE
    if order:
        yield f"first={order[0]}", 1.0
        yield f"last={order[-1]}", 1.0


def _sign_of(hit: Hit) -> str:
    """What a word of the lexicon is first of all: an event, a verb, a thing, a mark or a person."""
    word = hit.word
    named = [f"{one.name}.{one.state}" for one in word.events] + [f"v.{one.name}.{one.state}" for one in word.verbs]
    named += sorted(word.objects) + sorted(f"m.{mark}" for mark in word.marks) + ["person"] * bool(word.persons)
    return named[0] if named else ""


def _of_fit(reading: Reading, text: str, profile: Profile) -> Iterator[tuple[str, float]]:
    """How need and person of the words fit those of the plea."""
    settled = frozenset(
        need for clause in reading.clauses if clause.vote in {"resolved", "hint"} for need in clause.needs
    )
    persons = frozenset(person for clause in reading.clauses for person in clause.persons) - _NOBODY
    fits = {
        "need": _fit(needs_in(text), profile.needs),
        "settled": "all" if "*" in settled else _fit(settled, profile.needs),
        "person": _fit(persons, profile.named),
        "somebody else": str(is_other_person(reading, profile)),
    }
    for name, fit in fits.items():
        yield f"fit {name}={fit}", 1.0
        yield f"fit {reading.kind} {name}={fit}", 1.0


def _fit(said: frozenset[str], wanted: frozenset[str]) -> str:
    if not said or not wanted:
        return f"{bool(said)}/{bool(wanted)}"
    return "same" if said & wanted else "other"
