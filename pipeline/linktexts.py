"""Finds which texts tell of the same need, and enters the matches.

A small store is linked anew whenever something arrived, with weights counted over all of it: any order of arrival
ends the same. A large one adds what is new to the stored index, at a cost that goes with the new, and is linked anew
when it has doubled (`dedupe.weights` says when).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dedupe.compare import are_strangers
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.facts import PHONE
from dedupe.index import Index
from dedupe.judge import CONFLICT, EVIDENCE, HOUSEHOLD, ROUND_UP, SIMILAR
from dedupe.links import Links, concatenate
from dedupe.reading import Batch, Reading, read_batch, take
from dedupe.weights import prior_weights
from pipeline.fingerprints import match_deleted
from pipeline.images.values import LEAST_BODY_CHARACTERS
from pipeline.linking.documents import batch_of
from pipeline.linking.model import Conflict, Edge
from pipeline.linkpictures import add_pictures, add_to_index, without_mistaken
from pipeline.opening import PARAMETERS, open_stored
from pipeline.store.database import Store
from pipeline.store.images import (
    FIRST_DOCUMENT,
    PictureText,
    count_unlinked_documents,
    mark_documents_linked,
    number_documents,
    picture_texts,
    unlinked_documents,
)
from pipeline.store.joining import clear_heard
from pipeline.store.linkdocs import (
    LinkText,
    all_texts,
    count_unlinked,
    mark_all_linked,
    mark_linked,
    replace_matches,
    texts_of,
    unlinked,
)
from pipeline.store.linkindex import SqliteBuckets, clear_pages, count_texts, posts_of_documents
from pipeline.store.links import add_conflicts, add_edges, link_natively, touch_links

_OBSERVATIONS_AT_ONCE = 50_000


def link_texts(store: Store) -> None:
    """Enter the matches that new observations bring."""
    index = open_index(store)
    with store.writing():
        number_documents(store, LEAST_BODY_CHARACTERS)
    waiting = count_unlinked(store) + count_unlinked_documents(store)
    if waiting == 0 and (index is not None or count_texts(store) == 0):
        return
    # What is stored and what is new, and not the observations: a re-check of every post would double these.
    if index is None or index.craft.weights.is_outgrown(index.documents + waiting):
        _link_anew(store)
    else:
        while seqs := unlinked(store, _OBSERVATIONS_AT_ONCE):
            _link_more(store, index, seqs)
        _link_pictures(store, index)


def open_index(store: Store) -> Index | None:
    """The stored index to add to; None where there is none, or it was made with other parameters."""
    stored = open_stored(store)
    return None if stored is None else Index(stored.store, PARAMETERS, stored.craft.weights)


def craft_of(index: Index | None) -> Craft:
    """What the stored matches were made with."""
    return Craft(PARAMETERS, prior_weights()) if index is None else index.craft


def read_nothing(doc_ids: Sequence[int]) -> Reading:
    """What a store without an index has to read: no documents."""
    if doc_ids:
        raise KeyError(doc_ids[0])
    return read_batch(Batch([]))


def _link_anew(store: Store) -> None:
    own, shown = all_texts(store), picture_texts(store, None)
    texts = [*own, *map(_link_text_of, shown)]
    reading = read_batch(batch_of([text.document for text in texts]))
    of_posts, of_pictures = _split(reading, len(own))
    with store.writing():
        clear_pages(store)
        index = Index(SqliteBuckets(store), PARAMETERS, weigh(reading, PARAMETERS))
        index.save_weights()
        links = add_to_index(index, [text.seq for text in own], of_posts)
        pictures = add_pictures(store, index, shown, of_pictures)
        links = concatenate([links, pictures.links])
        names = {text.seq: text.post_id for text in texts}
        # What stands in cases was found by other weights than what comes next.
        clear_heard(store)
        replace_matches(store, [*edges_of(links, names), *pictures.edges], list(conflicts_of(links, names)))
        _match_deleted(store, texts, reading)
        link_natively(store)
        mark_all_linked(store)
        mark_documents_linked(store)


def _split(reading: Reading, first: int) -> tuple[Reading, Reading]:
    """The first documents, and the others; a large reading is not copied for nothing."""
    at = np.arange(len(reading))
    return reading if first == len(reading) else take(reading, at[:first]), take(reading, at[first:])


def _link_pictures(store: Store, index: Index) -> None:
    """What pictures show is linked like pasted text."""
    while doc_ids := unlinked_documents(store, _OBSERVATIONS_AT_ONCE):
        shown = picture_texts(store, doc_ids)
        texts = [_link_text_of(one) for one in shown]
        reading = read_batch(batch_of([text.document for text in texts]))
        with store.writing():
            pictures = add_pictures(store, index, shown, reading)
            _enter_links(store, pictures.links, pictures.edges)
            _match_deleted(store, texts, reading)
            link_natively(store)
            mark_documents_linked(store)


def _link_text_of(one: PictureText) -> LinkText:
    return LinkText(one.doc_id, one.post_id, one.document)


def _link_more(store: Store, index: Index, seqs: Sequence[int]) -> None:
    texts = texts_of(store, seqs)
    reading = read_batch(batch_of([text.document for text in texts]))
    with store.writing():
        links = add_to_index(index, [text.seq for text in texts], reading)
        _enter_links(store, without_mistaken(store, index, links), ())
        _match_deleted(store, texts, reading)
        link_natively(store)
        mark_linked(store, seqs)


def _enter_links(store: Store, links: Links, more: Sequence[Edge]) -> None:
    doc_ids = sorted({int(one) for one in links.left} | {int(one) for one in links.right})
    names = posts_of_documents(store, doc_ids)
    edges, conflicts = [*edges_of(links, names), *more], list(conflicts_of(links, names))
    add_edges(store, edges)
    add_conflicts(store, conflicts)
    touch_links(store, edges, conflicts)


def _match_deleted(store: Store, texts: Sequence[LinkText], reading: Reading) -> None:
    edges = list(match_deleted(store, [text.seq for text in texts], [text.post_id for text in texts], reading))
    add_edges(store, edges)
    touch_links(store, edges, [])


def edges_of(links: Links, names: Mapping[int, str]) -> Iterator[Edge]:
    """The matches and round-up links as edges between posts; `names` are post ids by document."""
    for at in range(len(links)):
        kind = int(links.kinds[at])
        if kind <= EVIDENCE or kind == ROUND_UP:
            left, right = names[int(links.left[at])], names[int(links.right[at])]
            found_by = "phone" if kind > SIMILAR and int(links.agreed[at]) >> PHONE & 1 else "text"
            if max(int(links.left[at]), int(links.right[at])) > FIRST_DOCUMENT:
                found_by = "screenshot"
            score = round(float(links.scores[at]), 4)
            yield Edge(left, right, found_by, score, links.explain(at), is_round_up=kind == ROUND_UP)


def conflicts_of(links: Links, names: Mapping[int, str]) -> Iterator[Conflict]:
    """The pairs that look alike and contradict each other, but for people who have only a form's words in common."""
    for at in range(len(links)):
        kind = int(links.kinds[at])
        is_nobody = kind == CONFLICT and are_strangers(int(links.agreed[at]), int(links.contradicted[at]))
        if kind in (HOUSEHOLD, CONFLICT) and not is_nobody:
            left, right = names[int(links.left[at])], names[int(links.right[at])]
            score = round(float(links.scores[at]), 4)
            yield Conflict(left, right, score, links.explain(at), is_household=kind == HOUSEHOLD)
