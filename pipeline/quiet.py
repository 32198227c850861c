"""Members of cases that need no reading again: read against the same plea, their words can matter to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from pipeline.linking.model import CasePlan, Rival
from pipeline.models import Post
from pipeline.store.database import Store
from pipeline.store.joining import quiet_members
from pipeline.store.linkindex import first_observations

Quiet = Mapping[str, frozenset[str]]
EVERYBODY_SPEAKS: Quiet = {}


def find_quiet(
    store: Store, plans: Sequence[CasePlan], posts: Mapping[str, Post], rivals: Mapping[str, Sequence[Rival]]
) -> Quiet:
    """By case the members of its plan that need no reading.

    Nobody is quiet where the author has other pleas: words may then be read in parts.
    """
    alone = [plan for plan in plans if len(rivals.get(plan.author_id or "", ())) <= 1]
    observations = first_observations(store, [plan.origin_post_id for plan in alone])
    known = quiet_members(store, {plan.case_id: observations.get(plan.origin_post_id, "") for plan in alone})
    return {plan.case_id: _unasked(plan, known[plan.case_id], posts) for plan in alone if plan.case_id in known}


def _unasked(plan: CasePlan, quiet: frozenset[str], posts: Mapping[str, Post]) -> frozenset[str]:
    """The quiet members that nobody who speaks reposts or answers: what a question was tells what its answer says."""
    members = frozenset(member.post_id for member in plan.members)
    return (quiet & members) - with_answered(members - quiet, members, posts)


def with_answered(post_ids: Set[str], members: Set[str], posts: Mapping[str, Post]) -> set[str]:
    """These members with those that they repost or answer, all the way up."""
    found: set[str] = set()
    waiting = sorted(post_ids)
    while waiting:
        post = posts[waiting.pop()]
        if post.post_id not in found:
            found.add(post.post_id)
            waiting += [
                target for target in (post.repost_of, post.reply_to) if target is not None and target in members
            ]
    return found
