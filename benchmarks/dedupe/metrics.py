"""How well predicted clusters meet the true ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.dedupe.generate import Post

Ints = npt.NDArray[np.int64]


def _pairs(counts: Ints) -> float:
    return float((counts.astype(np.float64) * (counts - 1) / 2).sum())


def f1(precision: float, recall: float) -> float:
    """The harmonic mean, 0 when both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def quality(truth: Ints, labels: Ints) -> dict[str, float]:
    """Pair and B-cubed precision, recall, F1."""
    both = truth.astype(np.int64) * (int(labels.max()) + 1) + labels
    (_, t_inverse, t_counts), (_, l_inverse, l_counts), (_, b_inverse, b_counts) = (
        np.unique(column, return_inverse=True, return_counts=True) for column in (truth, labels, both)
    )
    joint, predicted, true = _pairs(b_counts), _pairs(l_counts), _pairs(t_counts)
    precision, recall = joint / max(predicted, 1.0), joint / max(true, 1.0)
    own = b_counts[b_inverse]
    b3_precision, b3_recall = float((own / l_counts[l_inverse]).mean()), float((own / t_counts[t_inverse]).mean())
    return {
        "pair P": precision,
        "pair R": recall,
        "pair F1": f1(precision, recall),
        "B3 P": b3_precision,
        "B3 R": b3_recall,
        "B3 F1": f1(b3_precision, b3_recall),
        "largest": float(l_counts.max()),
    }


def recall_by_change(posts: Sequence[Post], labels: Ints) -> dict[str, tuple[float, int]]:
    """On clusters of two: how often original and copy are together, by the copy's change, with the number."""
    places: dict[int, list[int]] = {}
    for position, post in enumerate(posts):
        places.setdefault(post.cluster, []).append(position)
    hits: dict[str, list[bool]] = {}
    for pair in places.values():
        if len(pair) == 2:
            change = next((posts[p].change for p in pair if posts[p].change != "original"), "original")
            hits.setdefault(change, []).append(bool(labels[pair[0]] == labels[pair[1]]))
    return {change: (sum(found) / len(found), len(found)) for change, found in sorted(hits.items())}


def persons_merged(posts: Sequence[Post], labels: Ints) -> float:
    """Share of the persons who filled in a form that ended in a cluster with another person of any form."""
    persons: dict[int, set[int]] = {}
    for post, label in zip(posts, labels.tolist(), strict=True):
        if post.template >= 0:
            persons.setdefault(label, set()).add(post.cluster)
    everyone = {post.cluster for post in posts if post.template >= 0}
    merged = set().union(*(group for group in persons.values() if len(group) > 1))
    return len(merged) / max(len(everyone), 1)
