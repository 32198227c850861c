"""Which stored texts a question looks like: candidates from the index by shared fingerprints, verified one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.index import Index, all_keys
from dedupe.judge import EVIDENCE, ROUND_UP
from dedupe.link import link_reading, sketch
from dedupe.reading import Reading, join_readings, read_batch, take
from pipeline.linking.documents import Document, batch_of
from pipeline.models import Mention
from pipeline.understand import Understanding

_MOST_VERIFIED = 24


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored text that the question looks like; `is_match` where the same likeness would link two posts."""

    doc_id: int
    score: float
    reason: str
    is_match: bool


def find_like(index: Index, questions: Sequence[tuple[Understanding, tuple[Mention, ...]]]) -> list[list[Likeness]]:
    """For each question the stored texts that it looks like."""
    documents = [Document(one.text, mentions, None, one.label == "round_up") for one, mentions in questions]
    reading = read_batch(batch_of(documents))
    return [_find_one(index, take(reading, np.array([at], dtype=np.int64))) for at in range(len(reading))]


def _find_one(index: Index, question: Reading) -> list[Likeness]:
    keys, _ = all_keys(sketch(question, index.craft.parameters, index.craft.weights))
    members, _ = index.find_postings(np.unique(keys), most=256)
    doc_ids, counts = np.unique(members, return_counts=True)
    chosen = doc_ids[np.lexsort((doc_ids, -counts))[:_MOST_VERIFIED]].tolist()
    found = (_verify(index, question, doc_id) for doc_id in chosen)
    return [like for like in found if like is not None]


def _verify(index: Index, question: Reading, doc_id: int) -> Likeness | None:
    both = join_readings(question, index.read([doc_id]))
    links = link_reading(both, index.craft.parameters, index.craft.weights)
    if not len(links):
        return None
    kind = int(links.kinds[0])
    score = max(float(links.scores[0]), float(links.contained[0]))
    is_match = kind <= EVIDENCE or kind == ROUND_UP
    return Likeness(doc_id, score if is_match else score / 2, links.explain(0), is_match)
