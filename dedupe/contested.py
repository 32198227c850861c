"""Which connected components hold what cannot be one case: facts that contradict each other, or one frame filled in for
two needs. A pure function of each component's members: the order of arrival cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe.craft import rules_of
from dedupe.evidence import load_evidence
from dedupe.link import hash_facts
from dedupe.slots import load_slots
from dedupe.spokesmen import SPOKESMEN, Told

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.parameters import Parameters
    from dedupe.reading import Reading

    Ints = npt.NDArray[np.int64]


def contested_of(reading: Reading, roots: npt.NDArray[np.int32], parameters: Parameters, apart: Ints) -> Ints:
    """The documents of components (`roots`: the first member of each document's) that need splitting; `apart`: pairs
    that a judgement keeps apart, shape (n, 2)."""
    counts = np.bincount(roots, minlength=len(roots))
    members = np.flatnonzero(counts[roots] > 1)
    if not len(members):
        return members
    everyone = members[np.argsort(roots[members], kind="stable")]
    is_contested = np.zeros(len(roots), np.bool_)
    for some, mark in (
        (_by_facts(reading, roots, everyone), _mark_facts),
        (_by_text(reading, roots, everyone), _mark_texts),
    ):
        starts = np.flatnonzero(np.concatenate(([True], np.diff(roots[some]) != 0)))
        flags = np.zeros(len(starts), np.int64)
        mark(reading, some, np.append(starts, len(some)), parameters, flags)
        is_contested[roots[some[starts[flags > 0]]]] = True
    same = apart[roots[apart[:, 0]] == roots[apart[:, 1]], 0]
    is_contested[roots[same]] = True
    return everyone[is_contested[roots[everyone]]]


def _by_facts(reading: Reading, roots: npt.NDArray[np.int32], everyone: Ints) -> Ints:
    """One member for each different set of facts in a component is enough to ask."""
    _, some = np.unique(np.stack((roots[everyone], hash_facts(reading)[everyone])), axis=1, return_index=True)
    chosen: Ints = everyone[np.sort(some)]
    return chosen


def _by_text(reading: Reading, roots: npt.NDArray[np.int32], everyone: Ints) -> Ints:
    """One member for each different text in a component, in an order that is the texts' own."""
    columns = (hash_facts(reading)[everyone], reading.contents[everyone], roots[everyone])
    ordered = everyone[np.lexsort(columns)]
    is_new = np.ones(len(ordered), np.bool_)
    is_new[1:] = (np.diff(roots[ordered]) != 0) | (reading.contents[ordered][1:] != reading.contents[ordered][:-1])
    return ordered[is_new]


def _mark_facts(reading: Reading, members: Ints, ends: Ints, parameters: Parameters, flags: Ints) -> None:
    from dedupe import compiled

    rule = (load_evidence(), rules_of(parameters), reading.ends)
    compiled.mark_contested(reading.facts, members, ends, rule, flags)


def _mark_texts(reading: Reading, members: Ints, ends: Ints, parameters: Parameters, flags: Ints) -> None:
    from dedupe import compiled

    told = Told(reading.codes, reading.ends, reading.facts, reading.is_round_up)
    compiled.mark_strangers(told, members, ends, (load_slots(), rules_of(parameters), load_evidence()), flags)


def are_discordant(reading: Reading, labels: Ints, count: int, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """For each of `count` labels (rising in `labels`) whether two of its documents contradict each other, by facts or
    by what stands in one frame."""
    members, roots = np.arange(len(reading)), labels.astype(np.int32)
    flags = np.zeros(count, np.int64)
    _mark_facts(reading, members, np.searchsorted(labels, np.arange(count + 1)), parameters, flags)
    texts = _by_text(reading, roots, members)
    _mark_texts(reading, texts, np.searchsorted(labels[texts], np.arange(count + 1)), parameters, flags)
    return flags > 0


def choose_spokesmen(reading: Reading, labels: Ints) -> Ints:
    """The documents whose texts every other text of their label is held against, as positions: at most SPOKESMEN of
    each."""
    texts = _by_text(reading, labels.astype(np.int32), np.arange(len(reading)))
    own = labels[texts]
    rank = np.arange(len(texts)) - np.searchsorted(own, own)
    chosen: Ints = texts[rank < SPOKESMEN]
    return chosen
