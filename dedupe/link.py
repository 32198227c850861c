"""Second stage: all documents of a batch against each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedupe.judge import EQUAL
from dedupe.links import Links, concatenate, links_of, make_found
from dedupe.pairing import DOCUMENT_BITS, Documents
from dedupe.parameters import Parameters
from dedupe.passes import Lists
from dedupe.reading import Batch, Reading, read_batch, take
from dedupe.sketches import Sketches, make_bench, sketch
from dedupe.weights import Weights

MOST_DOCUMENTS = 1 << DOCUMENT_BITS
_PLACE_BITS = 30
_LONG = (1 << (64 - DOCUMENT_BITS - _PLACE_BITS)) - 1
"""A batch has at most 2 ** _PLACE_BITS open postings: sixty for each of the most documents."""
Ints = npt.NDArray[np.int64]


def link(batch: Batch, parameters: Parameters, weights: Weights) -> Links:
    """Every link in a batch: equal texts, verified candidates, shared facts."""
    return link_reading(read_batch(batch), parameters, weights)


def link_reading(reading: Reading, parameters: Parameters, weights: Weights) -> Links:
    """`link` of what was read already.

    Raises:
        ValueError: more documents than one batch can hold (16.7 million).
    """
    if len(reading) >= MOST_DOCUMENTS:
        raise ValueError(f"{len(reading)} documents in one batch; at most {MOST_DOCUMENTS - 1}")
    first = first_equal(reading, parameters)
    positions = np.arange(len(reading))
    kept = positions[first == positions]
    kept = kept[np.argsort(identities_of(reading)[kept], kind="stable")]
    sketches = sketch(take(reading, kept), parameters, weights)
    found = link_sketches(sketches, weights).renumber(kept)
    can_match = np.zeros(len(reading), np.bool_)
    can_match[kept] = speaks(sketches.documents, parameters)
    doubles = positions[(first != positions) & can_match[first]]
    return concatenate([_equal_links(first[doubles], doubles), found])


def speaks(docs: Documents, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Which documents can match by text at all: long enough, with something that not everybody writes."""
    enough = (np.diff(docs.ends) >= parameters.least_characters) & (docs.totals >= parameters.least_information)
    return enough & (np.diff(docs.key_ends) > 0)


def first_equal(reading: Reading, parameters: Parameters) -> Ints:
    """For each document the first one with equal cleaned text, facts and flag (often itself); short ones are alone."""
    n = len(reading)
    fact_hashes = hash_facts(reading)
    lone = np.where(np.diff(reading.ends) >= parameters.least_characters, 0, np.arange(n) + 1)
    columns = (reading.is_round_up, lone, fact_hashes, reading.contents)
    order = np.lexsort(columns)
    is_new = np.ones(n, np.bool_)
    for k, column in enumerate(columns):
        changed = column[order][1:] != column[order][:-1]
        is_new[1:] = changed if k == 0 else is_new[1:] | changed
    first = np.empty(n, np.int64)
    first[order] = order[np.maximum.accumulate(np.where(is_new, np.arange(n), 0))]
    return first


def hash_facts(reading: Reading) -> Ints:
    """A hash of all facts of each document, 0 without any."""
    mixed = (reading.facts.values ^ (reading.facts.kinds.astype(np.int64) << 57)) * np.int64(0x1E3779B97F4A7C15)
    mixed ^= mixed >> 31
    sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(mixed * np.int64(0x3F58476D1CE4E5B9))))
    hashes: Ints = sums[reading.facts.ends[1:]] - sums[reading.facts.ends[:-1]]
    return hashes


def _equal_links(left: Ints, right: Ints) -> Links:
    n = len(left)
    ones = np.ones(n, np.float32)
    zeros = np.zeros(n, np.uint16)
    return Links(left, right, np.full(n, EQUAL, np.uint8), ones, ones, np.zeros(n, np.int32), zeros, zeros)


def link_sketches(sketches: Sketches, weights: Weights) -> Links:
    """Pair documents of which no two are equal, ordered by `identities_of`."""
    from dedupe import compiled

    docs = sketches.documents
    n = len(docs.totals)
    bench, found = make_bench(docs, sketches.parameters, weights), make_found(n)
    postings = link_postings(sketches)
    compiled.chain(postings, docs, bench, found)
    roots = np.fromiter((0,), np.int32) if n == 0 else roots_of(bench.parents)
    is_open = np.zeros(len(postings), np.bool_)
    compiled.mark_open(postings, roots, is_open)
    lists, order = bound_lists(postings[is_open], docs.identities)
    compiled.complete(lists, order, docs, bench, found)
    return links_of(found)


def bound_lists(postings: Ints, identities: Ints) -> tuple[Lists, Ints]:
    """Postings with the bounds of their lists, and the order that sorts them by document, those of one
    longest list together, then by length of list."""
    from dedupe import compiled

    lists = Lists(postings, *(np.empty(len(postings), np.int32) for _ in range(5)))
    compiled.bound(lists, identities)
    anchors = np.zeros(len(identities), np.int32)
    compiled.place_together(lists, anchors)
    turns = np.empty(len(anchors), np.uint64)
    turns[np.argsort(anchors, kind="stable")] = np.arange(len(anchors), dtype=np.uint64)
    documents = turns[postings & (MOST_DOCUMENTS - 1)]
    # Turn of the document, length of list (above _LONG all are alike), place: to sort numbers is faster than places.
    lengths = np.minimum(lists.tails - lists.heads, _LONG).astype(np.uint64)
    packed = (documents << np.uint64(64 - DOCUMENT_BITS)) | (lengths << np.uint64(_PLACE_BITS))
    packed |= np.arange(len(postings), dtype=np.uint64)
    packed.sort()
    packed &= np.uint64((1 << _PLACE_BITS) - 1)
    return lists, packed.view(np.int64)


def identities_of(reading: Reading) -> Ints:
    """What `sketching.identity_of` says of every document. Pairing wants documents in this order."""
    from dedupe import compiled

    identities = np.zeros(len(reading), np.int64)
    compiled.identify(reading.facts, len(reading.facts.kinds) + 1, identities, np.zeros(len(reading), np.bool_))
    return identities


def roots_of(parents: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The root of every document."""
    roots = parents
    while not np.array_equal(roots[roots], roots):
        roots = roots[roots]
    return roots


def link_postings(sketches: Sketches) -> Ints:
    """Sorted (key, document) of every key that two documents or more have."""
    docs = sketches.documents
    documents = np.arange(len(docs.totals))
    packed = np.concatenate(
        (
            (docs.keys << DOCUMENT_BITS) | np.repeat(documents, np.diff(docs.key_ends)),
            (sketches.fact_keys << DOCUMENT_BITS) | np.repeat(documents, np.diff(sketches.fact_key_ends)),
        )
    ).view(np.uint64)
    packed.sort()
    keys = packed >> np.uint64(DOCUMENT_BITS)
    same = keys[1:] == keys[:-1]
    shared = np.zeros(len(packed), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    return packed[shared].view(np.int64)


__all__ = ["Links", "concatenate", "link", "link_reading", "links_of", "make_bench", "make_found", "sketch"]
