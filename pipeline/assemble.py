"""From changed posts to the new records of every case that they can touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedupe.clusters import Craft
from pipeline.caserecord import build_record
from pipeline.casefile import Material
from pipeline.linking.documents import Document
from pipeline.linking.grouping import by_time, group_posts, is_core, is_round_up
from pipeline.linking.model import CasePlan
from pipeline.linking.plans import plan_cases
from pipeline.models import Post
from pipeline.status.model import Policy
from pipeline.store.cases import CaseRecord, cases_of_posts
from pipeline.store.database import Store
from pipeline.store.graph import edges_in_reach, reach_from
from pipeline.store.links import load_judgements
from pipeline.store.observations import load_mentions, load_observations, load_posts
from pipeline.store.verdicts import load_verdicts


@dataclass(frozen=True, slots=True)
class Changed:
    """Cases to take away, records to put in their place, and the posts that are settled by it."""

    old_case_ids: tuple[str, ...]
    records: tuple[CaseRecord, ...]
    walked: tuple[str, ...]


def assemble(store: Store, seeds: Sequence[str], craft: Craft, policy: Policy, now: datetime) -> Changed:
    """Read everything connected with the seeds and decide its cases again."""
    reach = reach_from(store, seeds, policy.author_window_days)
    posts = load_posts(store, reach.post_ids)
    edges = edges_in_reach(store)
    judged = load_judgements(store, reach.post_ids)
    groups = group_posts(posts, _documents(store, posts), edges, judged, craft)
    cohorts = {post_id: post.cohort for post_id, post in posts.items() if post.cohort is not None}
    plans = plan_cases(groups, posts, edges, cohorts)
    material = _material(store, reach.post_ids, posts, plans)
    by_author = _plans_by_author(plans)
    records = [build_record(plan, _others(plan, by_author), material, policy, now) for plan in plans]
    return Changed(tuple(cases_of_posts(store, reach.walked)), tuple(records), reach.walked)


def _documents(store: Store, posts: Mapping[str, Post]) -> dict[str, Document]:
    """What each core post pleads with: the first of its texts, so that a later update does not part it from its copies."""
    core = [post_id for post_id, post in posts.items() if is_core(post, posts)]
    observations = load_observations(store, core)
    mentions = load_mentions(store, core)
    documents = {}
    for post_id in core:
        worded = [one for one in observations[post_id] if one.text is not None or one.is_purged]
        first = min(worded, key=lambda one: (one.observed_at, one.observation_id), default=None)
        documents[post_id] = Document(
            text=(first.text or "") if first else "",
            mentions=tuple(m for at, m in mentions.get(post_id, ()) if first and at == first.observation_id),
            author_id=posts[post_id].author_id,
            is_round_up=is_round_up(posts[post_id]),
        )
    return documents


def _material(
    store: Store, post_ids: Sequence[str], posts: Mapping[str, Post], plans: Sequence[CasePlan]
) -> Material:
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
    )


def _plans_by_author(plans: Sequence[CasePlan]) -> dict[str, list[CasePlan]]:
    found: dict[str, list[CasePlan]] = {}
    for plan in plans:
        if plan.author_id is not None:
            found.setdefault(plan.author_id, []).append(plan)
    return found


def _others(plan: CasePlan, by_author: Mapping[str, Sequence[CasePlan]]) -> list[CasePlan]:
    return [other for other in by_author.get(plan.author_id or "", ()) if other.case_id != plan.case_id]
