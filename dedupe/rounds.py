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


def choose_round(pairs: Candidates, roots: npt.NDArray[np.int32], asked: int) -> npt.NDArray[np.bool_]:
    """First the likeliest pair of each new document, then the likeliest with each tree, then all that are left."""
    if asked > 1:
        return np.ones(len(pairs.new), np.bool_)
    order = np.lexsort((pairs.stored, -pairs.counts, pairs.new))
    group = pairs.new.astype(np.int64) if asked == 0 else (pairs.new.astype(np.int64) << 32) | roots
    _, first = np.unique(group[order], return_index=True)
    chosen = np.zeros(len(pairs.new), np.bool_)
    chosen[order[first]] = True
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
