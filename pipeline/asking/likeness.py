"""Which stored texts a question looks like, by the index that linking made; nothing is compiled for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.judge import EVIDENCE, KIND_NAMES, ROUND_UP
from dedupe.query import Candidate, look_up
from dedupe.stored import StoredIndex
from pipeline.linking.documents import Document, batch_of
from pipeline.models import Mention
from pipeline.understand import Understanding

_MATCH_KINDS = frozenset({*KIND_NAMES[1 : EVIDENCE + 1], KIND_NAMES[ROUND_UP]})


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored text that the question looks like.

    `is_match` where the same likeness would link two posts and nothing contradicts; `contradicts` where a fact or other
    words in the same place do; `closeness` is how much of both texts is the same, 0 to 1.
    """

    doc_id: int
    score: float
    reason: str
    is_match: bool
    contradicts: bool
    closeness: float


def _both(candidate: Candidate) -> str:
    return f"{candidate.explain('zh')} / {candidate.explain('en')}"


def find_like(
    index: StoredIndex, questions: Sequence[tuple[Understanding, tuple[Mention, ...]]]
) -> list[list[Likeness]]:
    """For each question the stored texts that it looks like, best first."""
    documents = [Document(one.text, mentions, None, one.label == "round_up") for one, mentions in questions]
    return [[_likeness(one) for one in found] for found in look_up(index, batch_of(documents))]


def _likeness(candidate: Candidate) -> Likeness:
    is_match = candidate.kind in _MATCH_KINDS and not candidate.contradicts
    # A cut copy is contained in its original: that says more than how long the original is.
    score = max(candidate.score, candidate.contained if is_match else 0.0)
    # What contradicts is shown as a candidate, for a person to choose, and never as the answer.
    score = score if is_match else score / 2
    return Likeness(candidate.doc_id, score, _both(candidate), is_match, candidate.contradicts, candidate.score)
