"""Which candidate pairs of new and stored documents are verified, and in which round."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedupe.tallying import Candidates, Lists, Traits

Ints = npt.NDArray[np.int64]


def collect_pairs(lists: Lists, traits: Traits) -> Candidates:
    """All candidate pairs of these posting lists."""
    from dedupe import compiled

    room = 8 * len(lists.ends) + 1024
    while True:
        out = Candidates(np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32))
        count = compiled.collect(lists, traits, out)
        if count <= room:
            return Candidates(out.new[:count], out.stored[:count], out.counts[:count])
        room = count


def number_all(members: Ints, likely_most: int) -> tuple[Ints, npt.NDArray[np.int32]]:
    """The different members, sorted, and where each member stands among these; `likely_most`: how many differ at most,
    where that is known (a wrong guess costs time)."""
    from dedupe import compiled

    numbers = np.empty(len(members), np.int32)
    for room in (min(len(members), likely_most), len(members)):
        unique, table = np.empty(room, np.int64), np.full(1 << (2 * room).bit_length(), -1, np.int32)
        count = compiled.number_members(members, table, unique, numbers)
        if count <= room:
            break
    unique = unique[:count]
    order = np.argsort(unique)
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return unique[order], places[numbers]


def choose_round(pairs: Candidates, roots: npt.NDArray[np.int32], asked: int) -> npt.NDArray[np.bool_]:
    """First the likeliest pair of each new document, then the likeliest with each tree, then all that are left. There
    is at least one pair, and those of one document stand together."""
    if asked > 1:
        return np.ones(len(pairs.new), np.bool_)
    order: Ints | slice = slice(None)
    group = pairs.new.astype(np.int64)
    if asked == 1:
        group = (group << 32) | roots
        order = np.argsort(group)
    # More shared keys first, then the smaller number.
    likely = ((pairs.counts.astype(np.int64) << 32) - pairs.stored)[order]
    group = group[order]
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    best = np.repeat(np.maximum.reduceat(likely, starts), np.diff(np.append(starts, len(group))))
    chosen = np.zeros(len(group), np.bool_)
    chosen[order] = likely == best
    return chosen


def find_roots(parents: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The root of every node."""
    roots = parents
    while not np.array_equal(roots[roots], roots):
        roots = roots[roots]
    return roots


def join_all(parents: npt.NDArray[np.int32], left: Ints, right: Ints) -> None:
    """Join the trees of many pairs in place."""
    from dedupe.pairing import join

    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        join(parents, a, b)
