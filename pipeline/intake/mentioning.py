"""From the facts of a text to its mentions: what is kept of a raw value is its keyed digest."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models import Mention
from pipeline.privacy import Key
from pipeline.understand import Understanding

PackedMention = tuple[str, str, str | None, int, int, str]


def mentions_of(found: Understanding, key: Key) -> tuple[Mention, ...]:
    """The facts of a text as mentions: raw values go into the digest and nowhere else."""
    return tuple(Mention(*one) for one in pack_mentions(found, key))


def pack_mentions(found: Understanding, key: Key) -> Iterator[PackedMention]:
    """The fields of `mentions_of`, as they go between processes."""
    for fact in found.facts:
        # Of a need the category says more than the word that gave it away.
        masked = fact.value if fact.kind == "need" else fact.masked
        # An already masked number equals nothing: two of them may hide different phones.
        hmac = None if fact.rule.endswith(".masked") else key.hmac_of(fact.kind, fact.value)
        yield fact.kind, masked, hmac, fact.start, fact.end, fact.rule
