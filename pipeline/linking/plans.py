"""Groups to case plans: the case's id, its origin, and the role of each post that hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.ids import case_id_of
from pipeline.linking.grouping import Group, by_time
from pipeline.linking.model import CasePlan, Edge, Membership
from pipeline.linking.origin import find_origin, passes_on
from pipeline.models import Post

_ROLE_OF_MATCH = {"screenshot": "screenshot"}


def plan_cases(
    groups: Sequence[Group], posts: Mapping[str, Post], edges: Sequence[Edge], seen_before: Mapping[str, int]
) -> list[CasePlan]:
    """One plan a group. `seen_before` numbers the cohort in which each post first entered a case."""
    found_by = best_edges(edges)
    hangers = _hangers(posts)
    return [_plan(group, posts, found_by, hangers, seen_before) for group in groups]


def anchor_of(core: Iterable[Post], seen_before: Mapping[str, int]) -> Post:
    """The post that gives the case its id: of the first comers the one posted first.

    A late import of an earlier post moves the origin and not the anchor, so the case keeps its id.
    """
    return min(core, key=lambda post: (seen_before.get(post.post_id, 2**62), *by_time(post)))


def _plan(
    group: Group,
    posts: Mapping[str, Post],
    found_by: Mapping[str, Edge],
    hangers: Mapping[str, list[Post]],
    seen_before: Mapping[str, int],
) -> CasePlan:
    origin, certainty = find_origin(group.core, posts)
    members = {origin.post_id: Membership(origin.post_id, "origin", None, None)}
    for post in group.core:
        if post.post_id != origin.post_id:
            members[post.post_id] = core_membership(post, origin, found_by)
    for edge in group.round_ups:
        members[edge.left_post_id] = Membership(edge.left_post_id, "round_up", edge.found_by, edge.score)
    for edge in group.officials:
        members[edge.left_post_id] = Membership(edge.left_post_id, "official_reply", edge.found_by, edge.score)
    for post in _hanging(list(members), hangers):
        members.setdefault(post.post_id, hanging_membership(post, origin))
    category, district = first_told(group.core, "category"), first_told(group.core, "district")
    return CasePlan(
        case_id=case_id_of(anchor_of(group.core, seen_before).post_id),
        origin_post_id=origin.post_id,
        origin_certainty=certainty,
        author_id=None if passes_on(origin, certainty) else origin.author_id,
        opened_at=origin.written_at,
        category=category.value,
        district=district.value,
        members=tuple(sorted(members.values(), key=lambda one: by_time(posts[one.post_id]))),
        claims=group.claims,
        category_told_at=category.at,
        district_told_at=district.at,
    )


def core_membership(post: Post, origin: Post, found_by: Mapping[str, Edge]) -> Membership:
    """The place of a post that is in the case by its own words."""
    edge = found_by.get(post.post_id)
    is_own = post.author_id is not None and post.author_id == origin.author_id
    return Membership(
        post.post_id,
        "author_post" if is_own else _ROLE_OF_MATCH.get(edge.found_by if edge else "", "copy"),
        edge.found_by if edge else "native",
        # Without a match it stands here as a repost of a post that we never saw, like others of the case.
        edge.score if edge else 1.0,
    )


def hanging_membership(post: Post, origin: Post) -> Membership:
    """The place of a post that reposts or answers a member."""
    is_own = post.author_id is not None and post.author_id == origin.author_id
    if post.author_kind == "official":
        role = "official_reply"
    elif post.reply_to is not None:
        role = "comment"
    else:
        role = "author_post" if is_own else "repost"
    return Membership(post.post_id, role, "native", 1.0)


def _hanging(roots: list[str], hangers: Mapping[str, list[Post]]) -> list[Post]:
    """Everything that reposts or answers the roots, or what hangs on them, however deep."""
    found: list[Post] = []
    seen = set(roots)
    waiting = list(roots)
    while waiting:
        for post in hangers.get(waiting.pop(), []):
            if post.post_id not in seen:
                seen.add(post.post_id)
                found.append(post)
                waiting.append(post.post_id)
    return found


def _hangers(posts: Mapping[str, Post]) -> dict[str, list[Post]]:
    hangers: dict[str, list[Post]] = {}
    for post in sorted(posts.values(), key=by_time):
        for target in (post.repost_of, post.reply_to):
            if target is not None:
                hangers.setdefault(target, []).append(post)
    return hangers


def best_edges(edges: Sequence[Edge]) -> dict[str, Edge]:
    """For each post the strongest match that it takes part in."""
    best: dict[str, Edge] = {}
    for edge in edges:
        for post_id in (edge.left_post_id, edge.right_post_id):
            known = best.get(post_id)
            if known is None or edge.score > known.score:
                best[post_id] = edge
    return best


@dataclass(frozen=True, slots=True)
class Told:
    """What pleas told first, and when the one was written that did; None where none does."""

    value: str | None
    at: datetime | None


def first_told(core: Sequence[Post], name: str) -> Told:
    """The `name` (category, district) that the first of these posts (by time) with one tells."""
    for post in core:
        value = getattr(post.reading, name) if post.reading is not None and post.was_plea else None
        if value is not None:
            return Told(value, post.written_at)
    return Told(None, None)
