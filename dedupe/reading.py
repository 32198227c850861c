"""First stage: a batch of posts becomes cleaned characters and facts, in one flat reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.cues import load_cues
from dedupe.facts import MOST_FACTS, FactArrays, Facts
from dedupe.factsink import Reader, Sink
from dedupe.fold import fold_table
from dedupe.sketching import Cleaned, Tools
from dedupe.text import encode

CHUNK = 4_000
"""Texts read at a time: as many as stay in the processor's cache from one step to the next."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts as the caller has them.

    Attributes:
        texts: raw or masked texts.
        facts: what the caller extracted (opaque values), or None.
        is_round_up: one flag a text for posts that carry several pleas, or None.
    """

    texts: Sequence[str]
    facts: Facts | None = None
    is_round_up: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.facts is not None and len(self.facts) != len(self.texts):
            raise ValueError(f"{len(self.texts)} texts but facts of {len(self.facts)}")
        if self.is_round_up is not None and len(self.is_round_up) != len(self.texts):
            raise ValueError(f"{len(self.texts)} texts but {len(self.is_round_up)} round-up flags")


@dataclass(frozen=True, slots=True)
class Reading:
    """Cleaned texts and all facts of n documents; a pure function of each document.

    Attributes:
        codes: int32, cleaned characters; document d has codes[ends[d]:ends[d + 1]].
        ends: int64 (n + 1).
        contents: int64 (n), hash of the cleaned text.
        facts: the caller's and the visible ones.
        is_round_up: bool (n), as the caller said.
    """

    codes: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    contents: npt.NDArray[np.int64]
    facts: FactArrays
    is_round_up: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ends) - 1


def read_batch(batch: Batch) -> Reading:
    """Clean every text and read its facts, compiled."""
    from dedupe import compiled

    return _read(batch, compiled.clean_texts)


def read_plainly(batch: Batch) -> Reading:
    """The same in plain Python: for a look-up of one text, where importing a compiler costs more than it saves."""
    from dedupe.sketching import clean_texts

    with np.errstate(over="ignore"):
        return _read(batch, clean_texts)


def _read(batch: Batch, clean_texts: object) -> Reading:
    n = len(batch.texts)
    tools = _make_tools()
    room = sum(map(len, batch.texts))
    codes, ends = np.empty(room, np.int32), np.zeros(n + 1, np.int64)
    parts: list[Cleaned] = []
    contents = np.zeros(n, np.int64)
    for start in range(0, n, CHUNK):
        raw = encode(batch.texts[start : start + CHUNK])
        count = len(raw.ends) - 1
        most = count * MOST_FACTS
        out = Cleaned(
            np.zeros(count + 1, np.int64),
            contents[start : start + count],
            np.empty(most, np.uint8),
            np.empty(most, np.int64),
            np.zeros(count + 1, np.int64),
        )
        clean_texts(raw.codes, raw.ends, tools, out)  # type: ignore[operator]
        at = ends[start]
        codes[at : at + out.ends[-1]] = raw.codes[: out.ends[-1]]
        ends[start + 1 : start + count + 1] = at + out.ends[1:]
        parts.append(_trim(out))
    flags = batch.is_round_up if batch.is_round_up is not None else np.zeros(n, np.bool_)
    return Reading(codes[: ends[-1]], ends, contents, _merge_facts(_gather(parts), batch.facts), flags)


def _make_tools() -> Tools:
    sink = Sink(np.zeros(MOST_FACTS, np.uint8), np.zeros(MOST_FACTS, np.int64), np.zeros(1, np.int64))
    return Tools(Reader(fold_table(), load_cues()), sink)


def _trim(part: Cleaned) -> Cleaned:
    used = part.fact_ends[-1]
    return part._replace(fact_kinds=part.fact_kinds[:used].copy(), fact_values=part.fact_values[:used].copy())


def _gather(parts: list[Cleaned]) -> FactArrays:
    if not parts:
        return FactArrays(np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(1, np.int64))
    counts = np.concatenate([np.diff(part.fact_ends) for part in parts])
    return FactArrays(
        np.concatenate([part.fact_kinds for part in parts]),
        np.concatenate([part.fact_values for part in parts]),
        np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))),
    )


def _merge_facts(visible: FactArrays, given: Facts | None) -> FactArrays:
    """Both in one array: the caller's kinds are smaller, so they come first in each document."""
    if given is None or len(given.kinds) == 0:
        return visible
    owners = [np.repeat(np.arange(len(ends) - 1), np.diff(ends)) for ends in (given.ends, visible.ends)]
    order = np.argsort(np.concatenate(owners), kind="stable")
    return FactArrays(
        np.concatenate((given.kinds, visible.kinds))[order],
        np.concatenate((given.values.view(np.int64), visible.values))[order],
        given.ends + visible.ends,
    )


def take(reading: Reading, documents: npt.NDArray[np.int64]) -> Reading:
    """Some documents of a reading, in the given order."""
    from dedupe import compiled

    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.diff(reading.ends)[documents])))
    codes = np.empty(ends[-1], np.int32)
    compiled.gather(reading.codes, reading.ends, documents, ends, codes)
    fact_source, fact_ends = _stretches(reading.facts.ends, documents)
    facts = FactArrays(reading.facts.kinds[fact_source], reading.facts.values[fact_source], fact_ends)
    return Reading(codes, ends, reading.contents[documents], facts, reading.is_round_up[documents])


def _stretches(
    ends: npt.NDArray[np.int64], documents: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    counts = np.diff(ends)[documents]
    new_ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return np.repeat(ends[:-1][documents] - new_ends[:-1], counts) + np.arange(new_ends[-1]), new_ends


def join_readings(first: Reading, second: Reading) -> Reading:
    """Two readings, one after the other."""
    facts = FactArrays(
        np.concatenate((first.facts.kinds, second.facts.kinds)),
        np.concatenate((first.facts.values, second.facts.values)),
        np.concatenate((first.facts.ends, first.facts.ends[-1] + second.facts.ends[1:])),
    )
    return Reading(
        np.concatenate((first.codes, second.codes)),
        np.concatenate((first.ends, first.ends[-1] + second.ends[1:])),
        np.concatenate((first.contents, second.contents)),
        facts,
        np.concatenate((first.is_round_up, second.is_round_up)),
    )
