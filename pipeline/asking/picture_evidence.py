"""What all bodies of a picture together say for and against each stored post.

A mosaic or a sticker may cut one post into two bodies: what contradicts in one of them counts for the other as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedupe.images.shown import Shown
from pipeline.understand import Understanding

# Of the shorter of the two texts at least this share is in both, and nothing speaks against it.
_LEAST_CONTAINED = 0.7
# The next post has so many characters less in common, or something speaks against it.
_LEAST_MARGIN = 3
# A body of which so much is in a post has to do with it, and its contradictions count.
_RELATED = 0.3
# Forms and copies share whole halves: a piece without any name, age, phone or address of its own tells nobody apart,
# unless it is most of the post.
_DECIDING = frozenset({"phone", "id_number", "person", "age", "address"})
_MOST_OF_IT = 0.6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored post, the body (by number) that shows most of it, and whether that can be said for sure."""

    post_id: str
    body: int
    shown: Shown
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Found:
    """For each body what it shows of which stored post, and the cases of all those posts."""

    bodies: Sequence[Understanding]
    shown: Sequence[Mapping[str, Shown]]
    cases: Mapping[str, frozenset[str]]


def weigh_posts(found: Found) -> list[Evidence]:
    """The stored posts that a picture may show, in the order in which they were met.

    A round-up speaks only where no post of one case does: it would lead to all that it carries.
    """
    post_ids = list(dict.fromkeys(post_id for of_body in found.shown for post_id in of_body))
    weighed = [_weigh(post_id, found) for post_id in post_ids]
    plain = {one.body for one in weighed if one.is_sure and len(found.cases[one.post_id]) == 1}
    return [one for one in weighed if one.body not in plain or len(found.cases[one.post_id]) <= 1]


def _weigh(post_id: str, found: Found) -> Evidence:
    bodies, shown = found.bodies, found.shown
    body = max((k for k, found in enumerate(shown) if post_id in found), key=lambda k: shown[k][post_id].matched)
    main = shown[body][post_id]
    related = _related(post_id, shown)
    decides = any(fact.kind in _DECIDING for k in related for fact in bodies[k].facts)
    covered = sum(shown[k][post_id].covered for k in related)
    is_sure = (
        _is_clean(post_id, shown)
        and main.contained >= _LEAST_CONTAINED
        and (decides or covered >= _MOST_OF_IT)
        and all(
            _margin(post_id, other, shown) >= _LEAST_MARGIN
            for other in shown[body]
            if _are_rivals(post_id, other, found)
        )
    )
    return Evidence(post_id, body, main, is_sure)


def _are_rivals(post_id: str, other: str, found: Found) -> bool:
    """Two posts are, unless they are of one case: copies of it, or a round-up that carries it."""
    return post_id != other and not found.cases[post_id] & found.cases[other]


def _related(post_id: str, shown: Sequence[Mapping[str, Shown]]) -> list[int]:
    return [k for k, found in enumerate(shown) if post_id in found and found[post_id].contained >= _RELATED]


def _is_clean(post_id: str, shown: Sequence[Mapping[str, Shown]]) -> bool:
    related = _related(post_id, shown)
    return bool(related) and all(shown[k][post_id].is_clean for k in related)


def _margin(post_id: str, other: str, shown: Sequence[Mapping[str, Shown]]) -> int:
    """In characters, over the bodies that have to do with the post; who is contradicted is no rival."""
    related = _related(post_id, shown)
    own = sum(shown[k][post_id].matched for k in related)
    if not _is_clean(other, shown):
        return own
    return own - sum(shown[k][other].matched for k in related if other in shown[k])
