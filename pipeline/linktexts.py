"""Finds which texts tell of the same need, and enters the matches.

A small store is linked anew whenever something arrived, with weights counted over all of it: that costs a second or
two, and any order of arrival ends the same. (A large store goes through the stored index.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedupe.clusters import Craft
from dedupe.counting import weigh
from dedupe.judge import CONFLICT, EVIDENCE, HOUSEHOLD, ROUND_UP, SIMILAR
from dedupe.facts import PHONE
from dedupe.link import Links, link_reading
from dedupe.parameters import Parameters
from dedupe.reading import read_batch
from dedupe.weights import Weights, prior_weights
from pipeline.linking.documents import batch_of
from pipeline.linking.model import Conflict, Edge
from pipeline.store.blobs import read_blob, write_blob
from pipeline.store.database import Store
from pipeline.store.linkdocs import LinkText, all_texts, count_unlinked, mark_all_linked, replace_matches
from pipeline.store.links import link_natively

PARAMETERS = Parameters()


def link_texts(store: Store) -> Craft:
    """Enter the matches that new observations bring; what they were made with."""
    if count_unlinked(store) == 0:
        return load_craft(store)
    texts = all_texts(store)
    reading = read_batch(batch_of([text.document for text in texts]))
    craft = Craft(PARAMETERS, weigh(reading, PARAMETERS))
    links = link_reading(reading, craft.parameters, craft.weights)
    with store.writing():
        replace_matches(store, list(edges_of(links, texts)), list(conflicts_of(links, texts)))
        link_natively(store)
        mark_all_linked(store)
        write_blob(store, "weights", 0, craft.weights.to_bytes())
    return craft


def load_craft(store: Store) -> Craft:
    """What the stored matches were made with."""
    blob = read_blob(store, "weights", 0)
    return Craft(PARAMETERS, prior_weights() if blob is None else Weights.from_bytes(blob))


def edges_of(links: Links, texts: Sequence[LinkText]) -> Iterator[Edge]:
    """The matches and round-up links as edges between posts."""
    for at in range(len(links)):
        kind = int(links.kinds[at])
        if kind <= EVIDENCE or kind == ROUND_UP:
            left, right = texts[int(links.left[at])], texts[int(links.right[at])]
            found_by = "phone" if kind > SIMILAR and int(links.agreed[at]) >> PHONE & 1 else "text"
            score = round(float(links.scores[at]), 4)
            yield Edge(left.post_id, right.post_id, found_by, score, links.explain(at))


def conflicts_of(links: Links, texts: Sequence[LinkText]) -> Iterator[Conflict]:
    """The pairs that look alike and contradict each other."""
    for at in range(len(links)):
        kind = int(links.kinds[at])
        if kind in (HOUSEHOLD, CONFLICT):
            left, right = texts[int(links.left[at])], texts[int(links.right[at])]
            score = round(float(links.scores[at]), 4)
            yield Conflict(left.post_id, right.post_id, score, links.explain(at), is_household=kind == HOUSEHOLD)
