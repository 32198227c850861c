"""From posts that a change can touch to the new records of their cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dedupe.index import Index
from pipeline.casefile import Material, build_case_file
from pipeline.caserecord import (
    Placed,
    Read,
    build_record,
    heard_of,
    is_silent,
    member_of,
    place_members,
    still_open,
)
from pipeline.deciding import Decided, Deciders, Standing
from pipeline.linking.grouping import Shelf, Ties, by_time, group_posts, is_core, notice_ids, posts_in_doubt
from pipeline.linking.model import CasePlan, Membership, Rival, Span
from pipeline.linking.plans import plan_cases
from pipeline.linktexts import craft_of, read_nothing
from pipeline.models import Post
from pipeline.quiet import EVERYBODY_SPEAKS, Quiet, find_quiet
from pipeline.status.carry import carry
from pipeline.status.model import ENDED, Flag, Policy
from pipeline.store.authors import stored_rivals, words_beside
from pipeline.store.cases import CaseRecord
from pipeline.store.database import Store
from pipeline.store.graph import Reach, count_round_up_links, edges_at
from pipeline.store.images import posts_showing_pleas, shown_documents_of, shown_words
from pipeline.store.kept import load_kept
from pipeline.store.linkindex import first_documents
from pipeline.store.links import load_judgements
from pipeline.store.observations import load_fact_keys, load_observations, load_posts
from pipeline.store.verdicts import load_verdicts


@dataclass(frozen=True, slots=True)
class Changed:
    """Records of all cases that hold walked posts, and those posts: they are settled by it."""

    records: tuple[CaseRecord, ...]
    walked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """The plans of all cases within reach of some posts, and what is known of those posts."""

    plans: tuple[CasePlan, ...]
    material: Material
    rivals: Mapping[str, Sequence[Rival]]
    reach: Reach

    def rivals_of(self, plan: CasePlan, policy: Policy) -> list[Rival]:
        """The same author's other cases, as far as words about this one may be meant for them."""
        window = timedelta(days=policy.author_window_days)
        return [
            rival
            for rival in self.rivals.get(plan.author_id or "", ())
            if rival.case_id != plan.case_id and abs(rival.opened_at - plan.opened_at) <= window
        ]


def assemble(store: Store, reach: Reach, index: Index | None, deciders: Deciders) -> Changed:
    """Read everything in reach, and decide its cases again."""
    found = _group_reach(store, reach, index, deciders.policy)
    quiet = find_quiet(store, found.plans, found.posts, found.rivals)
    scene = _scene(store, found, Beside(found.rivals, deciders.policy, quiet))
    records = build_records(scene, deciders)
    return Changed(tuple(records), scene.reach.walked)


def build_records(scene: Scene, deciders: Deciders) -> list[CaseRecord]:
    """A record for each plan of the scene."""
    material = scene.material
    files = [build_case_file(plan, scene.rivals_of(plan, deciders.policy), material) for plan in scene.plans]
    decided = iter(deciders.decide_all([one for one in files if not is_silent(one)]))
    found = [Decided(still_open(one), frozenset()) if is_silent(one) else next(decided) for one in files]
    placed = [
        place_members(plan, one.decision, material, deciders.policy)
        for plan, one in zip(scene.plans, found, strict=True)
    ]
    records = []
    for plan, case_file, one, members, flags in zip(
        scene.plans, files, found, placed, _carried(scene, found, placed, deciders), strict=True
    ):
        record = build_record(plan, one.decision, Placed(members, flags), material)
        records.append(replace(record, heard=heard_of(record, plan, Read(case_file, one.voices), material)))
    return records


def _carried(
    scene: Scene, found: Sequence[Decided], placed: Sequence[Sequence[Membership]], deciders: Deciders
) -> Iterator[tuple[Flag, ...]]:
    """The flags of each case's members. Of cases that go on they say nothing, and no worker need be asked."""
    standing = [
        Standing(one.decision, tuple(member_of(member, plan, scene.material) for member in members))
        for plan, one, members in zip(scene.plans, found, placed, strict=True)
    ]
    ended = iter(deciders.carry_all([one for one in standing if one.decision.status in ENDED]))
    for one in standing:
        yield next(ended) if one.decision.status in ENDED else carry(one.decision, one.members)


@dataclass(frozen=True, slots=True)
class _Grouped:
    """What was reached, grouped: a plan for each case with walked posts."""

    posts: Mapping[str, Post]
    plans: tuple[CasePlan, ...]
    rivals: Mapping[str, Sequence[Rival]]
    reach: Reach


def read_scene(store: Store, reach: Reach, index: Index | None, policy: Policy) -> Scene:
    """What was reached, grouped into case plans, with all that anybody said."""
    found = _group_reach(store, reach, index, policy)
    return _scene(store, found, Beside(found.rivals, policy, EVERYBODY_SPEAKS))


def _scene(store: Store, found: _Grouped, beside: Beside) -> Scene:
    return Scene(found.plans, gather_material(store, found.posts, found.plans, beside), found.rivals, found.reach)


def _group_reach(store: Store, reach: Reach, index: Index | None, policy: Policy) -> _Grouped:
    posts = with_shown_pleas(store, load_posts(store, reach.post_ids))
    walked = frozenset(reach.walked)
    ties = _ties(store, posts, walked)
    groups = group_posts(posts, walked, _shelf(store, index, posts, walked), ties)
    cohorts = {post_id: post.cohort for post_id, post in posts.items() if post.cohort is not None}
    plans = tuple(plan_cases(groups, posts, ties.edges, cohorts))
    return _Grouped(posts, plans, find_rivals(store, plans, policy), reach)


def _ties(store: Store, posts: Mapping[str, Post], walked: Set[str]) -> Ties:
    edges = [
        edge
        for edge in edges_at(store, walked | notice_ids(posts.values()))
        if edge.left_post_id in posts and edge.right_post_id in posts
    ]
    carried = count_round_up_links(store, posts_in_doubt(edges, posts))
    return Ties(edges, load_judgements(store, sorted(walked)), carried)


def with_shown_pleas(store: Store, posts: Mapping[str, Post]) -> dict[str, Post]:
    """The posts; whoever shows a plea in a picture pleads, whatever his own words are."""
    shows = posts_showing_pleas(store, list(posts))
    return {one: replace(post, was_plea=True) if one in shows else post for one, post in posts.items()}


def _shelf(store: Store, index: Index | None, posts: Mapping[str, Post], walked: Set[str]) -> Shelf:
    core = [post_id for post_id, post in posts.items() if post_id in walked and is_core(post, posts)]
    read = read_nothing if index is None else index.read
    return Shelf(first_documents(store, core) | shown_documents_of(store, core), read, craft_of(index))


def find_rivals(store: Store, plans: Sequence[CasePlan], policy: Policy) -> dict[str, list[Rival]]:
    """The cases of the plans' authors, planned or stored, in order of time."""
    window = timedelta(days=policy.author_window_days)
    planned = [
        Rival(plan.case_id, plan.origin_post_id, plan.author_id, plan.opened_at)
        for plan in plans
        if plan.author_id is not None
    ]
    stored = stored_rivals(store, _spans(plans, window, window))
    found: dict[str, list[Rival]] = {}
    for rival in sorted([*planned, *stored], key=lambda one: (one.opened_at, one.origin_post_id)):
        found.setdefault(rival.author_id, []).append(rival)
    return found


def _spans(plans: Iterable[CasePlan], before: timedelta, after: timedelta) -> list[Span]:
    """For each author the time around his plans."""
    opened: dict[str, list[datetime]] = {}
    for plan in plans:
        if plan.author_id is not None:
            opened.setdefault(plan.author_id, []).append(plan.opened_at)
    return [Span(author_id, min(times) - before, max(times) + after) for author_id, times in opened.items()]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside plans: the authors' other cases, the knobs, and whose words need no reading."""

    rivals: Mapping[str, Sequence[Rival]]
    policy: Policy
    quiet: Quiet


def gather_material(store: Store, posts: Mapping[str, Post], plans: Sequence[CasePlan], beside: Beside) -> Material:
    """What is known of the plans' members, and of the authors' words beside them and their other cases."""
    placed = {member.post_id for plan in plans for member in plan.members}
    window = timedelta(days=beside.policy.author_window_days)
    loose = [one for one in words_beside(store, _spans(plans, timedelta(0), window)) if one not in placed]
    origins = [rival.origin_post_id for of_author in beside.rivals.values() for rival in of_author]
    every = {**posts, **load_posts(store, [one for one in (*loose, *origins) if one not in posts])}
    needed = sorted(_heard_in(plans, beside.quiet).union(loose, origins))
    return Material(
        posts=every,
        observations=load_observations(store, needed),
        facts=load_fact_keys(store, needed),
        loose=_by_author([every[one] for one in loose]),
        verdicts=load_verdicts(store, needed),
        kept=load_kept(store, needed),
        shown=shown_words(store, needed),
        quiet=beside.quiet,
    )


def _heard_in(plans: Iterable[CasePlan], quiet: Quiet) -> set[str]:
    """The members whose words are read in one of their cases at least."""
    return {
        member.post_id for plan in plans for member in plan.members if member.post_id not in quiet.get(plan.case_id, ())
    }


def _by_author(posts: Iterable[Post]) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in sorted(posts, key=by_time):
        found.setdefault(post.author_id or "", []).append(post)
    return found
