"""Kernels that say whether two trees may be joined while a component is split: by their texts, and by judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.compare import compare_facts
from dedupe.judge import jaccard_of
from dedupe.kernel import kernel
from dedupe.pairing import find, share_texts, tell_strangers
from dedupe.strangers import weigh_texts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.compare import Comparison
    from dedupe.pairing import Bench, Documents

    Ints = npt.NDArray[np.int64]

FIRST_TEXTS, ALIKE = 4, 0.6


@kernel
def fill_in_twice(docs: Documents, i: int, j: int, said: Comparison, bench: Bench) -> bool:
    """Whether i and j are alike from end to end but for what they tell of: what fits both fits either."""
    alike = jaccard_of(share_texts(docs, i, j, bench, 0.0)) >= ALIKE
    return bool(alike and tell_strangers(docs, i, j, said, bench))


@kernel
def texts_apart(a: int, b: int, chains: npt.NDArray[np.int32], docs: Documents, bench: Bench) -> bool:
    """Whether more of the first texts of trees a and b (`chains`: circular lists) are strangers to each other than are
    alike from end to end.

    One text that lost its slot must not glue two needs together, nor may a garbled one part a case.
    """
    strange, alike, p = 0, 0, a
    for _ in range(FIRST_TEXTS):
        q = b
        for _ in range(FIRST_TEXTS):
            said = compare_facts(docs.facts, p, docs.facts, q, bench.evidence)
            left, right = docs.codes[docs.ends[p] : docs.ends[p + 1]], docs.codes[docs.ends[q] : docs.ends[q + 1]]
            weight = weigh_texts(left, right, said, (bench.slots, bench.rules))
            strange += weight > 0
            alike += weight < 0
            q = int(chains[q])
            if q == b:
                break
        p = int(chains[p])
        if p == a:
            break
    return strange > alike


@kernel
def forbidden(a: int, b: int, parents: npt.NDArray[np.int32], apart: Ints) -> bool:
    """Whether a judgement keeps trees a and b apart (`apart`: pairs, shape (n, 2))."""
    for k in range(len(apart)):
        x, y = find(parents, apart[k, 0]), find(parents, apart[k, 1])
        if (x == a and y == b) or (x == b and y == a):
            return True
    return False
