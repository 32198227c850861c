"""Enters what pictures show into the link index, by the rules of the look-up: a picture that may as well show somebody
else's post is set aside. It is indexed like a round-up, which merges nothing, and its links are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dedupe.index import Index
from dedupe.links import Links, links_of, make_found
from dedupe.reading import Reading
from pipeline.images.telling import Told, tell_pictures
from pipeline.linking.model import Edge
from pipeline.store.database import Store
from pipeline.store.images import FIRST_DOCUMENT, PictureText, picture_texts
from pipeline.store.linkindex import posts_of_documents


@dataclass(frozen=True, slots=True)
class PictureLinks:
    """Links of new pictures' documents, and a match for each post that one of them surely shows."""

    links: Links
    edges: tuple[Edge, ...]


def add_to_index(index: Index, doc_ids: Sequence[int], reading: Reading) -> Links:
    """Index new documents, or none; their links."""
    return index.add_reading(np.array(doc_ids, np.int64), reading) if doc_ids else links_of(make_found(0))


def add_pictures(store: Store, index: Index, texts: Sequence[PictureText], reading: Reading) -> PictureLinks:
    """Index new documents of pictures; what posts say in their own words must be in the index already."""
    told = _tell(store, index, texts)
    doubtful = np.array([told[text.doc_id].is_doubtful for text in texts], np.bool_)
    flagged = replace(reading, is_round_up=reading.is_round_up | doubtful)
    links = add_to_index(index, [text.doc_id for text in texts], flagged)
    return PictureLinks(_choose_meant(store, index, links, told), tuple(_matches(texts, told)))


def without_mistaken(store: Store, index: Index, links: Links) -> Links:
    """Links of anything, without those of pictures that show another post, or nobody can say whose."""
    return _choose_meant(store, index, links, {})


def _tell(store: Store, index: Index, texts: Sequence[PictureText]) -> dict[int, Told]:
    return {one.doc_id: one for one in tell_pictures(store, index, texts)}


def _choose_meant(store: Store, index: Index, links: Links, told: Mapping[int, Told]) -> Links:
    pairs = list(zip(links.left.tolist(), links.right.tolist(), strict=True))
    ends = {doc_id for pair in pairs for doc_id in pair}
    unknown = sorted(doc_id for doc_id in ends if doc_id > FIRST_DOCUMENT and doc_id not in told)
    told = {**told, **_tell(store, index, picture_texts(store, unknown) if unknown else [])}
    names = posts_of_documents(store, sorted(ends))
    return links.choose(np.array([_are_meant(pair, told, names) for pair in pairs], np.bool_))


def _are_meant(pair: tuple[int, int], told: Mapping[int, Told], names: Mapping[int, str]) -> bool:
    """Whether two linked documents may be of one case by what is told of those of them that are pictures."""
    for one, other in (pair, pair[::-1]):
        if one not in told:
            continue
        meant = {names.get(other, "")} | ({it.post_id for it in told[other].shows} if other in told else set())
        if told[one].is_doubtful or meant & told[one].refused:
            return False
    return True


def _matches(texts: Sequence[PictureText], told: Mapping[int, Told]) -> Iterator[Edge]:
    # What a round-up shows stays a round-up link: it merges nothing.
    for text in (one for one in texts if not one.document.is_round_up):
        for one in told[text.doc_id].shows:
            share = one.shown.contained
            words = f"图中文字有{round(100 * share)}%与这个帖子相同 / {round(100 * share)}% of what the picture says"
            yield Edge(text.post_id, one.post_id, "screenshot", round(share, 4), words)
