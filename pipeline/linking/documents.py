"""Posts as dedupe reads them: texts, and facts as opaque 64-bit numbers drawn from keyed digests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from dedupe.compare import DISTRICT
from dedupe.facts import AGE, AUTHOR, HOUSE_NUMBER, ID_NUMBER, PERSON, PHONE, PLACE, Facts
from dedupe.reading import Batch
from pipeline.models import Mention

_KIND_CODES = {"phone": PHONE, "id_number": ID_NUMBER, "person": PERSON, "age": AGE}

LINKED_KINDS = (*_KIND_CODES, "address", "place")
# A place in a topic, in an office's name or that somebody comes from is not where help is needed.
_RULES_OF_HOME = frozenset({"place.address", "place.plain"})
_LOW = (1 << 32) - 1


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
        if not mention.hmac:
            continue
        code = _KIND_CODES.get(mention.kind)
        if code is not None:
            yield code, int(mention.hmac[:16], 16)
        elif mention.kind == "address":
            yield HOUSE_NUMBER, _house(mention.masked, mention.hmac)
        elif mention.rule in _RULES_OF_HOME:
            yield from _levels(mention.masked)
    if document.author_id is not None:
        yield AUTHOR, _digest(document.author_id, 8)


def _house(masked: str, digest: str) -> int:
    """An address whose unit is its masked form: ×栋×室 and ×栋 say nothing against each other, two of a form do."""
    return (_digest(masked, 4) >> 1) << 32 | int(digest[:8], 16)


def _levels(place: str) -> Iterable[tuple[int, int]]:
    """Province, city and district of `省/市/区`, those that are known."""
    names = place.split("/")
    for unit, name in zip(range(DISTRICT + 1 - len(names), DISTRICT + 1), names, strict=True):
        if name:
            yield PLACE, unit << 32 | _digest(name, 4) & _LOW


def _digest(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), "big")
