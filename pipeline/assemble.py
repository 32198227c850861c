"""From changed posts to the new records of every case that they can touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedupe.index import Index
from pipeline.casefile import Material
from pipeline.caserecord import build_record
from pipeline.linking.grouping import Shelf, by_time, group_posts, is_core
from pipeline.linking.model import CasePlan
from pipeline.linking.plans import plan_cases
from pipeline.linktexts import craft_of, read_nothing
from pipeline.models import Post
from pipeline.status.model import Policy
from pipeline.store.cases import CaseRecord, cases_of_posts
from pipeline.store.database import Store
from pipeline.store.graph import edges_in_reach, reach_from
from pipeline.store.kept import load_kept
from pipeline.store.linkindex import first_documents
from pipeline.store.links import load_judgements
from pipeline.store.observations import load_mentions, load_observations, load_posts
from pipeline.store.verdicts import load_verdicts


@dataclass(frozen=True, slots=True)
class Changed:
    """Cases to take away, records to put in their place, and the posts that are settled by it."""

    old_case_ids: tuple[str, ...]
    records: tuple[CaseRecord, ...]
    walked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """The plans of all cases within reach of some posts, and what is known of those posts."""

    plans: tuple[CasePlan, ...]
    material: Material
    walked: tuple[str, ...]


def assemble(store: Store, seeds: Sequence[str], index: Index | None, policy: Policy, now: datetime) -> Changed:
    """Read everything connected with the seeds and decide its cases again."""
    scene = read_scene(store, seeds, index, policy)
    by_author = plans_by_author(scene.plans)
    records = [build_record(plan, others_of(plan, by_author), scene.material, policy, now) for plan in scene.plans]
    return Changed(tuple(cases_of_posts(store, scene.walked)), tuple(records), scene.walked)


def read_scene(store: Store, seeds: Sequence[str], index: Index | None, policy: Policy) -> Scene:
    """Everything connected with the seeds, grouped into case plans."""
    reach = reach_from(store, seeds, policy.author_window_days)
    posts = load_posts(store, reach.post_ids)
    edges = edges_in_reach(store)
    judged = load_judgements(store, reach.post_ids)
    walked = set(reach.walked)
    # A plea that was only brushed, as another one in a round-up, is in its own case and stays there.
    groups = [
        group
        for group in group_posts(posts, _shelf(store, index, posts), edges, judged)
        if any(post.post_id in walked for post in group.core)
    ]
    cohorts = {post_id: post.cohort for post_id, post in posts.items() if post.cohort is not None}
    plans = plan_cases(groups, posts, edges, cohorts)
    return Scene(tuple(plans), _material(store, reach.post_ids, posts, plans), reach.walked)


def _shelf(store: Store, index: Index | None, posts: Mapping[str, Post]) -> Shelf:
    core = [post_id for post_id, post in posts.items() if is_core(post, posts)]
    read = read_nothing if index is None else index.read
    return Shelf(first_documents(store, core), read, craft_of(index))


def _material(store: Store, post_ids: Sequence[str], posts: Mapping[str, Post], plans: Sequence[CasePlan]) -> Material:
    placed = frozenset(member.post_id for plan in plans for member in plan.members)
    by_author: dict[str, list[Post]] = {}
    for post in sorted(posts.values(), key=by_time):
        if post.author_id is not None:
            by_author.setdefault(post.author_id, []).append(post)
    needed = sorted(placed | {one.post_id for plan in plans for one in by_author.get(plan.author_id or "", [])})
    return Material(
        posts=posts,
        observations=load_observations(store, needed),
        mentions=load_mentions(store, needed),
        by_author=by_author,
        verdicts=load_verdicts(store, post_ids),
        placed=placed,
        kept=load_kept(store, needed),
    )


def plans_by_author(plans: Sequence[CasePlan]) -> dict[str, list[CasePlan]]:
    found: dict[str, list[CasePlan]] = {}
    for plan in plans:
        if plan.author_id is not None:
            found.setdefault(plan.author_id, []).append(plan)
    return found


def others_of(plan: CasePlan, by_author: Mapping[str, Sequence[CasePlan]]) -> list[CasePlan]:
    return [other for other in by_author.get(plan.author_id or "", ()) if other.case_id != plan.case_id]
