"""Twins are posts that say the same but for one thing: which of them linking takes for one case.

A picture may hide that thing. Whoever asks what a part of a post shows asks here, to judge the part as the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from dedupe import facts
from dedupe.compare import compare_bits, weigh_bits
from dedupe.craft import Craft, rules_of
from dedupe.evidence import load_evidence
from dedupe.judge import CONFLICT, EVIDENCE, HOUSEHOLD, NONE, ROUND_UP, Share, decide
from dedupe.plain import shares_of
from dedupe.query import codes_of, verify
from dedupe.reading import Reading
from dedupe.stored import StoredIndex

_PLACE_KINDS = (facts.ADDRESS, facts.HOUSE_NUMBER, facts.PLACE, facts.SETTLEMENT)
_THINGS = tuple(
    sum(1 << kind for kind in kinds)
    for kinds in ((facts.PERSON,), (facts.AGE,), (facts.PHONE, facts.ID_NUMBER), _PLACE_KINDS)
)
"""What two people's posts may differ in, as bit sets of fact kinds: who, how old, whose number, where."""
_OF_ONE = sum(1 << kind for kind in (facts.PERSON, facts.PHONE, facts.ID_NUMBER, facts.ADDRESS, facts.SETTLEMENT))
_AUTHOR = 1 << facts.AUTHOR

Document = tuple[Reading, int]
"""One document of a reading."""


def joins(kind: int) -> bool:
    """Whether a link of this kind says "one case"."""
    return NONE < kind <= EVIDENCE


def would_join(craft: Craft, asked: Document, stored: Document, share: Share) -> bool:
    """Whether linking would make one case of the two, which share so much text."""
    return joins(_kind_of(craft, asked, stored, share))


def kinds_seen(asked: Document, stored: Document) -> int:
    """Bit set of the fact kinds of which both say the same, or nearly."""
    agree, near, _ = compare_bits(asked[0].facts, asked[1], stored[0].facts, stored[1])
    return int(agree | near)


def find_telling(index: StoredIndex, doc_ids: Sequence[int]) -> list[int]:
    """For each stored document the fact kinds, as a bit set, that tell it from a twin in linking's eyes.

    A post that says all the same but for one such thing (another name, or a home elsewhere) is another case.
    """
    reading = index.read(list(doc_ids))
    with np.errstate(over="ignore"):
        shares = [_share_all(index.craft, reading, d)[d] for d in range(len(doc_ids))]
    return [_telling_of(index.craft, (reading, d), share) for d, share in enumerate(shares)]


def says_who(seen: int) -> bool:
    """Whether one of the kinds says who somebody is or where; people of one age are many."""
    return bool(seen & _OF_ONE)


def hides_what_tells(telling: int, seen: int) -> bool:
    """Whether nothing is to see of one of the things that tell a post from its twins."""
    return any(telling & thing and not seen & thing for thing in _THINGS)


def find_rivals(index: StoredIndex, doc_ids: Sequence[int]) -> frozenset[frozenset[int]]:
    """Pairs of stored documents that linking keeps apart: at most one of the two is meant.

    What others tie together is one case; a round-up is nobody's rival.
    """
    reading = index.read(list(doc_ids))
    plain = [d for d in range(len(doc_ids)) if not reading.is_round_up[d]]
    with np.errstate(over="ignore"):
        shares = {i: _share_all(index.craft, reading, i) for i in plain}
    kinds = {(i, j): _kind_of(index.craft, (reading, i), (reading, j), shares[i][j]) for i, j in combinations(plain, 2)}
    roots = _connect(plain, [pair for pair, kind in kinds.items() if joins(kind)])
    return frozenset(
        frozenset((doc_ids[i], doc_ids[j]))
        for (i, j), kind in kinds.items()
        if kind in (CONFLICT, HOUSEHOLD) or (roots[i] != roots[j] and kind != ROUND_UP)
    )


def _share_all(craft: Craft, reading: Reading, d: int) -> list[Share]:
    """What a document's text shares with all of its reading, itself included."""
    return shares_of(codes_of(reading, d), reading, craft.weights.gram_weights())


def _kind_of(craft: Craft, left: Document, right: Document, share: Share) -> int:
    found = verify(craft, left, right, share)
    return NONE if found is None else found[0]


def _telling_of(craft: Craft, document: Document, share: Share) -> int:
    reading, d = document
    said = 0
    for kind in reading.facts.kinds[reading.facts.ends[d] : reading.facts.ends[d + 1]].tolist():
        said |= 1 << (kind & (facts.VISIBLE - 1))
    return sum(thing & said for thing in _THINGS if thing & said and not _is_kept(craft, share, said, thing & said))


def _is_kept(craft: Craft, share: Share, said: int, other: int) -> bool:
    """Whether the post stays one case with a stranger's who says something else in these kinds, and else the same."""
    compared = weigh_bits(said & ~other & ~_AUTHOR, other | said & _AUTHOR, load_evidence())
    return joins(decide(share, compared, False, rules_of(craft.parameters)))


def _connect(documents: Sequence[int], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """For each document the first of those that it is tied to by the pairs, over whatever many steps."""
    roots = {d: d for d in documents}
    for i, j in pairs:
        low, high = sorted((roots[i], roots[j]))
        roots = {d: low if root == high else root for d, root in roots.items()}
    return roots
