"""Joins what a contested component's edges say, and the parts that a person judged to be one case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.link import roots_of
from dedupe.pairing import Bench, Documents, find, join
from dedupe.splitting import Edges
from dedupe.texttrees import forbidden

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ground:
    """What edges are followed over: hashes of each document's text and facts, the documents, what verifies them, and
    how close two persons must be for a document to be given to neither."""

    contents: Ints
    hashes: Ints
    docs: Documents
    bench: Bench
    ambiguity: float


def merge_judged(edges: Edges, ground: Ground, same: tuple[tuple[int, int], ...], apart: Ints) -> Ints:
    """The root of each document: best edges first, then the parts that hold two documents judged the same.

    What is judged is joined with all its copies. Only where a judgement keeps the parts apart are the two joined
    before any edge is followed, and each copy goes where its facts lead. `apart`: pairs judged different, shape (n, 2).
    """
    found, torn = _merge(edges, ground, tuple(sorted(set(same))), ((), apart))
    if torn:
        found, _ = _merge(edges, ground, tuple(sorted(set(same))), (torn, apart))
    return found.astype(np.int64)


Pairs = tuple[tuple[int, int], ...]


def _merge(edges: Edges, ground: Ground, same: Pairs, rule: tuple[Pairs, Ints]) -> tuple[Labels, Pairs]:
    """The roots, and the pairs judged the same whose parts could not be joined; `rule`: pairs to begin with, and pairs
    kept apart."""
    first, apart = rule
    parents = ground.bench.parents
    parents[:] = np.arange(len(parents))
    chains = np.arange(len(parents), dtype=np.int32)
    _join_parts(parents, chains, first, apart)
    _follow(edges, ground, chains, apart)
    if not same:
        return roots_of(parents), ()
    torn = _join_parts(parents, chains, same, apart)
    # What fitted two persons fits one case where somebody judged that these are one.
    _follow(edges, ground, chains, apart)
    return roots_of(parents), torn


def _follow(edges: Edges, ground: Ground, chains: Labels, apart: Ints) -> None:
    from dedupe import compiled

    bench, docs = ground.bench, ground.docs
    ambiguous = np.zeros(len(chains), np.bool_)
    compiled.mark_ambiguous(_both_ways(edges), (bench, roots_of(bench.parents)), docs, ground.ambiguity, ambiguous)
    # What cannot be given to one person in one post cannot in another with the same words.
    ambiguous |= np.isin(ground.contents, ground.contents[ambiguous])
    clear = choose_edges(edges, ~(ambiguous[edges.left] | ambiguous[edges.right]) | (edges.ranks >= 9))
    clear = choose_edges(clear, np.lexsort((clear.right, clear.left, -clear.ranks)))
    compiled.merge_best(clear, docs, bench, chains, (ground.hashes, apart))


def _join_parts(parents: Labels, chains: Labels, pairs: Pairs, apart: Ints) -> Pairs:
    """Join the trees of each pair; returns the pairs that a judgement keeps apart."""
    torn = []
    for a, b in pairs:
        x, y = find(parents, a), find(parents, b)
        if x == y:
            continue
        if forbidden(x, y, parents, apart):
            torn.append((a, b))
            continue
        join(parents, x, y)
        chains[x], chains[y] = chains[y], chains[x]
    return tuple(torn)


def choose_edges(edges: Edges, what: npt.NDArray[np.bool_] | Ints) -> Edges:
    """Some of the edges, by mask or in the given order."""
    return Edges(edges.left[what], edges.right[what], edges.ranks[what], edges.agrees[what], edges.count)


def _both_ways(edges: Edges) -> Edges:
    """Each link from both sides, sorted by document, best first."""
    left, right = np.concatenate((edges.left, edges.right)), np.concatenate((edges.right, edges.left))
    ranks, agrees = np.tile(edges.ranks, 2), np.tile(edges.agrees, 2)
    order = np.lexsort((right, -ranks, left))
    return Edges(left[order], right[order], ranks[order], agrees[order], edges.count)
