"""Which stored post a stored picture shows, by the rules of the look-up: a picture that may as well show somebody
else's post joins neither case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dedupe.images.shown import Shown, find_shown
from dedupe.stored import StoredIndex
from dedupe.twins import find_rivals, find_telling
from pipeline.images.bylines import names_author, names_other
from pipeline.images.evidence import LEAST_CONTAINED, Evidence, Found, is_form, may_be_shown, weigh_posts
from pipeline.linking.documents import batch_of
from pipeline.store.bylines import bylines_of, head_of_document, words_of
from pipeline.store.database import Store
from pipeline.store.images import FIRST_DOCUMENT, PictureText
from pipeline.store.linkindex import posts_of_documents


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said of a picture's document against the stored posts whose words it shares.

    Attributes:
        shows: the posts that it surely shows.
        fitting: those that fit what it says and are not surely meant.
        contradicted: those that have most of its words and another name or number.
    """

    doc_id: int
    shows: tuple[Evidence, ...]
    fitting: frozenset[str]
    contradicted: frozenset[str]

    @property
    def is_doubtful(self) -> bool:
        """Whether it must join nothing: it may show this one or that."""
        return bool(self.fitting) and not self.shows

    @property
    def refused(self) -> frozenset[str]:
        """Posts that it must not be matched with, however much alike the words are."""
        return self.contradicted | (self.fitting if self.shows else frozenset())


def tell_pictures(store: Store, index: StoredIndex, texts: Sequence[PictureText]) -> list[Told]:
    """What each document of a picture shows, in order; posts' own words must be in the index already."""
    found = find_shown(index, batch_of([one.document for one in texts]))
    return [_tell(store, index, text, shown) for text, shown in zip(texts, found, strict=True)]


def _tell(store: Store, index: StoredIndex, text: PictureText, found: Sequence[Shown]) -> Told:
    own_words = [one for one in found if one.doc_id < FIRST_DOCUMENT]
    names = posts_of_documents(store, [one.doc_id for one in own_words])
    shown: dict[str, Shown] = {}
    for one in own_words:
        if names.get(one.doc_id, text.post_id) != text.post_id:
            shown.setdefault(names[one.doc_id], one)
    likely = may_be_shown([shown])
    contradicted = frozenset(one for one, it in shown.items() if it.contained >= LEAST_CONTAINED) - set(likely)
    doc_ids = [shown[post_id].doc_id for post_id in likely]
    clashes = find_rivals(index, doc_ids)
    rivals = {
        one: frozenset(other for other in likely if frozenset((shown[one].doc_id, shown[other].doc_id)) in clashes)
        for one in likely
    }
    telling = dict(zip(likely, find_telling(index, doc_ids), strict=True))
    weighed = weigh_posts(replace(_found(store, text, shown, rivals), telling=telling))
    shows = tuple(one for one in weighed if one.is_sure)
    return Told(text.doc_id, shows, frozenset(likely) - {one.post_id for one in shows}, contradicted)


def _found(store: Store, text: PictureText, shown: Mapping[str, Shown], rivals: Mapping[str, frozenset[str]]) -> Found:
    head, page = head_of_document(store, text.doc_id)
    bylines = bylines_of(store, list(rivals))
    return Found(
        kinds=[frozenset(mention.kind for mention in text.document.mentions)],
        shown=[shown],
        rivals=rivals,
        named=frozenset(one for one, byline in bylines.items() if names_author(page, byline)),
        forms=frozenset(one for one, words in words_of(store, list(rivals)).items() if is_form(words)),
        foreign=frozenset(one for one, byline in bylines.items() if names_other(page, [head], byline)),
    )
