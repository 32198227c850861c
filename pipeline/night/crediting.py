"""What each query of a spider brought: known only after its observations were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.store.observations import Written
from pipeline.store.runs import RunSource

_WHOLE = "*"


def credited(
    sources: Sequence[RunSource], found: Mapping[str, frozenset[str]], written: Iterable[Written]
) -> Iterator[RunSource]:
    """The rows of one spider with `new` and `changed`, and a row for all of it (query `*`).

    `found` are the ids of the posts that each query handed over; a post that two queries found counts in both, and
    once in `*`.
    """
    batches = list(written)
    new = [post_id for one in batches for post_id in one.new_posts]
    changed = [post_id for one in batches for post_id in one.changed_posts]
    parts = [one for one in sources if one.query != _WHOLE]
    for one in parts:
        own = found.get(one.query, frozenset())
        yield replace(one, new=len(own.intersection(new)), changed=len(own.intersection(changed)))
    whole = next((one for one in sources if one.query == _WHOLE), None) or _sum_of(parts)
    yield replace(whole, new=len(new), changed=len(changed))


def _sum_of(parts: Sequence[RunSource]) -> RunSource:
    return replace(
        parts[0],
        query=_WHOLE,
        requested=sum(one.requested for one in parts),
        seen=sum(one.seen for one in parts),
        refused=sum(one.refused for one in parts),
        complete=all(one.complete for one in parts),
        note=None,
    )
