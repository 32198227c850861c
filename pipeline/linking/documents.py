"""Posts as dedupe reads them: texts, and facts as opaque 64-bit numbers drawn from keyed digests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from dedupe.facts import ADDRESS, AGE, AUTHOR, ID_NUMBER, PERSON, PHONE, Facts
from dedupe.reading import Batch
from pipeline.models import Mention

_KIND_CODES = {"phone": PHONE, "id_number": ID_NUMBER, "person": PERSON, "age": AGE, "address": ADDRESS}

LINKED_KINDS = tuple(_KIND_CODES)


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what its post says: the unit that is compared. `text` is empty where the author deleted it."""

    text: str
    mentions: tuple[Mention, ...]
    author_id: str | None
    is_round_up: bool


def batch_of(documents: Sequence[Document]) -> Batch:
    """The documents, in order, as dedupe takes them."""
    return Batch(
        texts=[document.text for document in documents],
        facts=Facts.of([_facts(document) for document in documents]),
        is_round_up=np.array([document.is_round_up for document in documents], dtype=np.bool_),
    )


def _facts(document: Document) -> Iterable[tuple[int, int]]:
    for mention in document.mentions:
        code = _KIND_CODES.get(mention.kind)
        if code is not None and mention.hmac:
            yield code, int(mention.hmac[:16], 16)
    if document.author_id is not None:
        digest = blake2b(document.author_id.encode("utf-8", "surrogatepass"), digest_size=8)
        yield AUTHOR, int.from_bytes(digest.digest(), "big")
