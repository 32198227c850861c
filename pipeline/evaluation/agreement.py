"""How well predicted clusters meet the true ones: pairs (Manning et al.) and B-cubed (Bagga and Baldwin, 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision and recall, 0 to 1; 1 where there was nothing to be wrong about."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean, 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """`pairs` over all pairs of documents, `b_cubed` averaged over documents."""

    documents: int
    pairs: Rates
    b_cubed: Rates


def compare_clusters(truth: Ints, labels: Ints) -> Agreement:
    """Hold labels against the truth; only which documents are equal in each matters.

    Raises:
        ValueError: they are not about as many documents, or about none.
    """
    if len(truth) != len(labels) or not len(truth):
        raise ValueError(f"{len(truth)} true labels for {len(labels)} found ones")
    true, true_counts = _sizes(truth)
    found, found_counts = _sizes(labels)
    both, both_counts = _sizes(true * len(found_counts) + found)
    own = both_counts[both]
    return Agreement(
        len(truth),
        Rates(_part(_pairs(both_counts), _pairs(found_counts)), _part(_pairs(both_counts), _pairs(true_counts))),
        Rates(float((own / found_counts[found]).mean()), float((own / true_counts[true]).mean())),
    )


@dataclass(frozen=True, slots=True)
class ChangeRecall:
    """How often an original and its only copy are together, by what changed in the copy."""

    change: str
    recall: float
    pairs: int


def recall_by_change(truth: Ints, changes: Sequence[str], labels: Ints) -> list[ChangeRecall]:
    """Over the true clusters of two, one row a kind of change."""
    members: dict[int, list[int]] = {}
    for place, cluster in enumerate(truth.tolist()):
        members.setdefault(cluster, []).append(place)
    hits: dict[str, list[bool]] = {}
    for a, b in (pair for pair in members.values() if len(pair) == 2):
        change = changes[b] if changes[a] == ORIGINAL else changes[a]
        hits.setdefault(change, []).append(bool(labels[a] == labels[b]))
    return [ChangeRecall(change, sum(found) / len(found), len(found)) for change, found in sorted(hits.items())]


def _sizes(labels: Ints) -> tuple[Ints, Ints]:
    """Dense labels and the size of each."""
    _, dense, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return dense.astype(np.int64), counts.astype(np.int64)


def _pairs(counts: Ints) -> float:
    return float((counts.astype(np.float64) * (counts - 1) / 2).sum())


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
