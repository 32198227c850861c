"""Copies of a text that its author deleted are still recognised, by hashes of its pieces and no longer by its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from dedupe.link import sketch
from dedupe.pages import pack_documents, unpack_documents
from dedupe.parameters import Parameters
from dedupe.reading import Reading, take
from dedupe.weights import prior_weights
from pipeline.linking.model import Edge
from pipeline.store.database import Store
from pipeline.store.fingerprints import (
    Touch,
    documents_of_posts,
    fingerprints_exist,
    phones_of_documents,
    shared_fingerprints,
    write_fingerprints,
)
from pipeline.store.images import FIRST_DOCUMENT
from pipeline.store.linkindex import SqliteBuckets

# Of the smaller text's hashes this share, and so many, must be equal. Hashes are of five-character pieces, one in
# five of them is kept, and there is nothing left to verify with: so more is asked than of a candidate.
_LEAST_SHARE = 0.5
_LEAST_SHARED = 4

_PARAMETERS = Parameters()


def keep_fingerprints(store: Store, post_ids: Sequence[str]) -> None:
    """Replace the indexed texts of posts by hashes of their pieces; in the caller's transaction."""
    buckets = SqliteBuckets(store)
    for doc_id in documents_of_posts(store, post_ids):
        blobs = buckets.read_documents([doc_id])
        if doc_id in blobs:
            _keep_one(store, buckets, doc_id, blobs[doc_id])


def _keep_one(store: Store, buckets: SqliteBuckets, doc_id: int, blob: bytes) -> None:
    reading = unpack_documents([doc_id], {doc_id: blob})
    write_fingerprints(store, doc_id, keys_of(reading)[0])
    buckets.write_documents(pack_documents(np.array([doc_id], dtype=np.int64), _without_words(reading)))


def _without_words(reading: Reading) -> Reading:
    """The facts of the document, which are digests, without its characters and what was read from them."""
    empty = take(reading, np.zeros(0, np.int64))
    return Reading(
        codes=empty.codes,
        ends=np.zeros(2, np.int64),
        contents=reading.contents,
        facts=reading.facts,
        is_round_up=reading.is_round_up,
    )


def keys_of(reading: Reading) -> list[list[int]]:
    """The hashes of each document. Made with the shipped weights: a growing store must not change them."""
    documents = sketch(reading, _PARAMETERS, prior_weights()).documents
    ends = documents.key_ends.tolist()
    return [documents.keys[start:end].tolist() for start, end in pairwise(ends)]


def match_deleted(store: Store, doc_ids: Sequence[int], post_ids: Sequence[str], reading: Reading) -> Iterator[Edge]:
    """Matches of new texts with deleted ones."""
    if not fingerprints_exist(store):
        return
    keys = keys_of(reading)
    phones = phones_of_documents(store, doc_ids)
    for doc_id, post_id, own in zip(doc_ids, post_ids, keys, strict=True):
        for touch in shared_fingerprints(store, own):
            share = touch.shared / max(1, min(len(own), touch.total))
            known = phones_of_documents(store, [touch.doc_id])
            if _is_enough(touch, share) and not _contradict(phones.get(doc_id), known.get(touch.doc_id)):
                evidence = f"与作者已删除的原文有 {round(100 * share)}% 的指纹相同 / fingerprints of a deleted text"
                found_by = "screenshot" if doc_id > FIRST_DOCUMENT else "text"
                yield Edge(touch.post_id, post_id, found_by, round(share, 4), evidence)


def _is_enough(touch: Touch, share: float) -> bool:
    return touch.shared >= _LEAST_SHARED and share >= _LEAST_SHARE


def _contradict(left: set[str] | None, right: set[str] | None) -> bool:
    return bool(left) and bool(right) and not (left or set()) & (right or set())
