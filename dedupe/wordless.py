"""Documents whose words are gone and whose facts stayed: what they were found to match stands, since it cannot be found
again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.compare import compare_facts
from dedupe.evidence import load_evidence
from dedupe.facts import FactArrays
from dedupe.judge import rank_of
from dedupe.links import Links
from dedupe.reading import Reading
from dedupe.splitting import Edges

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wordless:
    """Matches with a document without words, as positions, and their scores (0 to 1)."""

    left: Ints
    right: Ints
    scores: npt.NDArray[np.float32]


def wordless_of(reading: Reading, matches: Links) -> Wordless:
    """Those of the matches that a text without words takes part in."""
    is_empty = np.diff(reading.ends) == 0
    some = is_empty[matches.left] | is_empty[matches.right]
    return Wordless(matches.left[some], matches.right[some], matches.scores[some])


def renamed(matches: Wordless, names: Ints) -> Wordless:
    """The matches of those that stand for the documents; `names` by position."""
    return Wordless(names[matches.left], names[matches.right], matches.scores)


def within(matches: Wordless, documents: Ints, n: int) -> Wordless:
    """The matches between two of these documents (of `n`), as positions among them."""
    place = np.full(n, -1)
    place[documents] = np.arange(len(documents))
    left, right = place[matches.left], place[matches.right]
    kept = (left >= 0) & (right >= 0) & (left != right)
    return Wordless(left[kept], right[kept], matches.scores[kept])


def add_wordless(edges: Edges, matches: Wordless, facts: FactArrays) -> Edges:
    """The edges, and these matches weighed by their facts as edges are."""
    if not len(matches.left):
        return edges
    evidence = load_evidence()
    pairs = zip(matches.left.tolist(), matches.right.tolist(), strict=True)
    said = [compare_facts(facts, i, facts, j, evidence) for i, j in pairs]
    ranks = np.array([rank_of(float(score), one) for score, one in zip(matches.scores, said, strict=True)])
    return Edges(
        np.concatenate((edges.left, np.minimum(matches.left, matches.right).astype(np.int32))),
        np.concatenate((edges.right, np.maximum(matches.left, matches.right).astype(np.int32))),
        np.concatenate((edges.ranks, ranks)),
        np.concatenate((edges.agrees, np.array([one.agree for one in said]))),
        edges.count,
    )
