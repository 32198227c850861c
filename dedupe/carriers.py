"""Posts that carry several persons' pleas, known by their facts: no list's shape or words are needed for it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from dedupe import facts
from dedupe.compare import compare_bits
from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.facts import FactArrays
    from dedupe.links import Links

_VISIBLE = facts.VISIBLE
_PHONE, _ID, _PERSON = facts.PHONE, facts.ID_NUMBER, facts.PERSON
_CARRIED = 1 << _PHONE | 1 << _ID | 1 << _PERSON
_MOST_REACHED = 12
"""Posts of other clusters that are held against each other for one cluster."""


@kernel
def names_several(x: FactArrays, d: int) -> bool:
    """Whether document d has two phones, identity numbers or names."""
    for p in range(x.ends[d] + 1, x.ends[d + 1]):
        kind = x.kinds[p]
        if kind == x.kinds[p - 1] and (kind & (_VISIBLE - 1)) in (_PHONE, _ID, _PERSON):
            return True
    return False


@kernel
def carries(x: FactArrays, d: int, i: int, j: int) -> bool:
    """Whether d agrees with both i and j in something in which these two contradict each other."""
    _, _, contradict = compare_bits(x, i, x, j)
    if (contradict & _CARRIED) == 0:
        return False
    with_i, _, _ = compare_bits(x, d, x, i)
    with_j, _, _ = compare_bits(x, d, x, j)
    return bool((contradict & with_i & with_j & _CARRIED) != 0)


def find_carriers(x: FactArrays, matches: Links, labels: npt.NDArray[np.int64]) -> list[int]:
    """The documents that carry what stands in two other clusters, in order; `labels` are the clusters of all."""
    reached: dict[int, set[int]] = {}
    for left, right in zip(matches.left.tolist(), matches.right.tolist(), strict=True):
        if labels[left] != labels[right]:
            reached.setdefault(int(labels[left]), set()).add(right)
            reached.setdefault(int(labels[right]), set()).add(left)
    found = []
    for label, others in sorted(reached.items()):
        pairs = [(i, j) for i, j in combinations(sorted(others)[:_MOST_REACHED], 2) if labels[i] != labels[j]]
        members = np.flatnonzero(labels == label).tolist() if pairs else []
        found += [d for d in members if names_several(x, d) and any(carries(x, d, i, j) for i, j in pairs)]
    return sorted(found)
