"""Whether newcomers leave a case what it is, and what they change in the rows of those that they are tied to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.joining.arrivals import Arrival, Places
from pipeline.linking.grouping import by_time, is_core, is_round_up
from pipeline.linking.model import Edge, Membership
from pipeline.linking.origin import named_sources
from pipeline.linking.plans import Told, best_edges, first_told
from pipeline.models import Post
from pipeline.store.joining import JoinableCase


class UntoldError(Exception):
    """What the case is with newcomers in it cannot be told without its other members."""


def leaves_alone(case: JoinableCase, origin: Post, arrival: Arrival) -> bool:
    """Whether origin and id of the case stay what they are with these posts in it."""
    return all(post.written_at > origin.written_at and _enters_later(post, origin) for post in arrival.core) and not (
        case.origin_certainty == "earliest_seen" and _wrote_the_source(arrival.core, origin)
    )


def _enters_later(post: Post, origin: Post) -> bool:
    """Whether the case has its id from a post that entered before this one."""
    return post.cohort is not None and origin.cohort is not None and post.cohort > origin.cohort


def told_with(known: Told, core: Sequence[Post], name: str) -> Told:
    """What a case tells (`known`) with these posts in it.

    Raises:
        UntoldError: one of them tells it, and may have been written before the one that told it first.
    """
    new = first_told(sorted(core, key=by_time), name)
    if known.at is None or new.at is None:
        return new if known.at is None else known
    if new.at <= known.at:
        raise UntoldError
    return known


def _wrote_the_source(core: Iterable[Post], origin: Post) -> bool:
    names = set(named_sources(origin))
    return any(post.author_name in names for post in core)


def renewed_places(case_id: str, edges: Sequence[Edge], posts: Mapping[str, Post], places: Places) -> list[Membership]:
    """The stored members of a case, and round-ups in it, which the newcomers' matches (in their order) tie more
    strongly than before.

    Raises:
        UntoldError: of two equally strong ways in which a member was found the first would be named, and that is not
            among these matches.
    """
    strongest = best_edges(edges)
    found = []
    for post_id in sorted(strongest.keys() & places.keys()):
        if is_round_up(posts[post_id]):
            edge = best_edges([one for one in edges if _is_carried(one, post_id, posts)]).get(post_id)
        else:
            edge = strongest[post_id] if is_core(posts[post_id], posts) else None
        renewed = _renewed(case_id, edge, places[post_id]) if edge is not None else None
        if renewed is not None:
            found.append(renewed)
    return found


def _is_carried(edge: Edge, round_up_id: str, posts: Mapping[str, Post]) -> bool:
    """Whether the other end of a round-up's match is a plea of its own words."""
    ends = {edge.left_post_id, edge.right_post_id}
    return round_up_id in ends and all(is_core(posts[one], posts) for one in ends - {round_up_id})


def _renewed(case_id: str, edge: Edge, places: Sequence[tuple[str, Membership]]) -> Membership | None:
    known = next((member for place, member in places if place == case_id), None)
    if known is None or known.role == "screenshot":
        raise UntoldError
    if known.role == "origin" or known.score is None or edge.score < known.score:
        return None
    if edge.score == known.score:
        if edge.found_by != known.found_by:
            raise UntoldError
        return None
    return Membership(known.post_id, known.role, edge.found_by, edge.score)
