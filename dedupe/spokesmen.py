"""Kernels that look for two needs in one component by its texts, and weigh the texts of two trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.compare import compare_facts
from dedupe.kernel import kernel
from dedupe.strangers import are_strangers

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.evidence import Evidence
    from dedupe.facts import FactArrays
    from dedupe.judge import Rules
    from dedupe.slots import Slots

    Ints = npt.NDArray[np.int64]

SPOKESMEN = 5
"""Texts that all texts of a component are held against: any of them that shows the slot parts who filled it otherwise.
In so small a component all are held against all."""


class Told(NamedTuple):
    """What documents say: the texts codes[ends[d] : ends[d + 1]], their facts, and which are round-ups."""

    codes: npt.NDArray[np.int32]
    ends: Ints
    facts: FactArrays
    round_ups: npt.NDArray[np.bool_]


@kernel
def tell_apart(told: Told, i: int, j: int, craft: tuple[Slots, Rules, Evidence]) -> bool:
    """Whether i and j fill in one frame for two needs; lists are not asked."""
    if told.round_ups[i] or told.round_ups[j]:
        return False
    slots, rules, evidence = craft
    said = compare_facts(told.facts, i, told.facts, j, evidence)
    left, right = told.codes[told.ends[i] : told.ends[i + 1]], told.codes[told.ends[j] : told.ends[j + 1]]
    return are_strangers(left, right, said, (slots, rules))


@kernel
def mark_strangers(told: Told, members: Ints, ends: Ints, craft: tuple[Slots, Rules, Evidence], out: Ints) -> None:
    """Set out[c] for each component c (members[ends[c] : ends[c + 1]], different texts in the order of their contents)
    in which a member and one of the first SPOKESMEN are strangers."""
    for c in range(len(ends) - 1):
        for p in range(ends[c], ends[c + 1]):
            for q in range(ends[c], min(p, ends[c] + SPOKESMEN)):
                if not out[c] and tell_apart(told, members[p], members[q], craft):
                    out[c] = 1
