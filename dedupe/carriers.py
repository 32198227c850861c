"""Posts that carry several persons' pleas, known by their facts: no list's shape or words are needed for it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from dedupe import facts
from dedupe.compare import compare_bits
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.facts import FactArrays
    from dedupe.links import Links
    from dedupe.splitting import Edges

_VISIBLE = facts.VISIBLE
_PHONE, _ID, _PERSON = facts.PHONE, facts.ID_NUMBER, facts.PERSON
_CARRIED = 1 << _PHONE | 1 << _ID | 1 << _PERSON
_NAMES_OF_A_LIST = 3
_MOST_REACHED = 12
"""Clusters around a list that are held against each other."""


@kernel
def names_several(x: FactArrays, d: int) -> bool:
    """Whether document d has two phones or identity numbers, or three names: a form names patient and caller."""
    names = 0
    for p in range(x.ends[d], x.ends[d + 1]):
        plain = x.kinds[p] & (_VISIBLE - 1)
        if plain == _PERSON:
            names += 1
        elif p > x.ends[d] and x.kinds[p] == x.kinds[p - 1] and plain in (_PHONE, _ID):
            return True
    return names >= _NAMES_OF_A_LIST


@kernel
def carries(x: FactArrays, d: int, i: int, j: int) -> bool:
    """Whether d agrees with both i and j in something in which these two contradict each other."""
    _, _, contradict = compare_bits(x, i, x, j)
    if (contradict & _CARRIED) == 0:
        return False
    with_i, _, _ = compare_bits(x, d, x, i)
    with_j, _, _ = compare_bits(x, d, x, j)
    return bool((contradict & with_i & with_j & _CARRIED) != 0)


@kernel
def carries_any(x: FactArrays, edges: Edges, span: tuple[int, int], trees: npt.NDArray[np.int32]) -> bool:
    """Whether the document whose edges are in `span` carries what contradicts itself in two others of two trees."""
    start, end = span
    d = edges.left[start]
    if not names_several(x, d):
        return False
    for p in range(start, end):
        for q in range(p + 1, end):
            i, j = edges.right[p], edges.right[q]
            if trees[i] != trees[j] and carries(x, d, i, j):
                return True
    return False


def find_carriers(x: FactArrays, matches: Links, labels: npt.NDArray[np.int64]) -> list[int]:
    """The documents that carry what stands in two other clusters, in order; `labels` are the clusters of all.

    Copies of one list match each other, and each of them only some of what they carry: they are asked together.
    """
    neighbours: dict[int, list[int]] = {}
    for left, right in zip(matches.left.tolist(), matches.right.tolist(), strict=True):
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    several = {d for d in neighbours if names_several(x, d)}
    found: list[int] = []
    while several:
        lists = _connected(several.pop(), several, neighbours)
        several -= lists
        reached = _first_of_labels({one for d in lists for one in neighbours[d]}, lists, labels)
        pairs = [(i, j) for i, j in combinations(reached, 2) if labels[i] != labels[j]]
        found += [d for d in lists if any(carries(x, d, i, j) for i, j in pairs if d not in (i, j))]
    return sorted(found)


def _connected(first: int, among: set[int], neighbours: dict[int, list[int]]) -> set[int]:
    """`first` and whatever of `among` is connected with it through them."""
    found, waiting = {first}, [first]
    while waiting:
        new = {one for one in neighbours[waiting.pop()] if one in among and one not in found}
        found |= new
        waiting += new
    return found


def _first_of_labels(reached: set[int], lists: set[int], labels: npt.NDArray[np.int64]) -> list[int]:
    """One document of each cluster, those that name one person first."""
    firsts: dict[int, int] = {}
    for one in sorted(reached, key=lambda one: (one in lists, one)):
        firsts.setdefault(int(labels[one]), one)
    return list(firsts.values())[:_MOST_REACHED]
