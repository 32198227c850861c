"""Newcomers join cases that stand: the cost goes with the newcomers, however many members a case has.

A newcomer that is tied to one case, contradicts none of its facts and changes neither its origin nor its status is
entered beside the other members; these are not read. Whatever cannot be told in this way is left as it is, and
`pipeline.assemble` walks over the whole case. Both ways end in the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

import dedupe
from dedupe.clusters import agreeing, claims_of
from dedupe.contested import choose_spokesmen
from dedupe.index import Index
from dedupe.reading import Reading, take
from dedupe.spokesmen import SPOKESMEN
from pipeline import status as status_rules
from pipeline.assemble import Beside, Scene, build_records, find_rivals, gather_material, with_shown_pleas
from pipeline.datafiles import DATA_DIR
from pipeline.deciding import Deciders
from pipeline.joining.arrivals import Arrival, Neighbourhood, Places, find_arrivals, targets_of
from pipeline.joining.fitting import UntoldError, leaves_alone, renewed_places, told_with
from pipeline.linking.grouping import by_time
from pipeline.linking.model import CasePlan, Membership
from pipeline.linking.plans import Told, best_edges, core_membership, hanging_membership
from pipeline.models import Post
from pipeline.quiet import EVERYBODY_SPEAKS
from pipeline.store.authors import touch_cases_beside
from pipeline.store.cases import is_loose, link_conflicting_cases
from pipeline.store.database import Store
from pipeline.store.graph import Reach, edges_at, mark_clean, walk_only
from pipeline.store.joinedrows import Joined, enter_joined
from pipeline.store.joining import (
    JoinableCase,
    answers_to,
    joinable_cases,
    keep_heard_of,
    newcomers,
    places_of_posts,
    read_by_people,
)
from pipeline.store.linkindex import first_documents
from pipeline.store.observations import load_posts

_NEWCOMERS_AT_ONCE = 2_000
# More than this is a store in the making, of which the walk makes whole cases at a lower price.
_MOST_NEWCOMERS = 200_000


def join_newcomers(store: Store, index: Index | None, deciders: Deciders) -> int:
    """Enter newcomers into the cases that they join, and settle those that belong in none; how many there were."""
    keep_heard_of(store, rules_version())
    waiting = newcomers(store)
    if index is None or not waiting or len(waiting) > _MOST_NEWCOMERS:
        return 0
    around = _neighbourhood(store, waiting)
    arrivals = find_arrivals(around)
    with store.writing():
        walk_only(store, ())
        touch_cases_beside(store, arrivals.nowhere, deciders.policy.author_window_days)
        mark_clean(store, arrivals.nowhere)
    joined = len(arrivals.nowhere)
    for some in _batches(arrivals.by_case):
        with store.writing():
            joined += _join_some(_Batch(store, index, deciders, around, some))
    return joined


@cache
def rules_version() -> str:
    """What tells whether voices and claims that were noted earlier would be noted again: the rules that read them."""
    folders = (DATA_DIR / "status", DATA_DIR / "dedupe", *(Path(one.__path__[0]) for one in (dedupe, status_rules)))
    digest = blake2b(digest_size=16)
    for path in sorted(path for folder in folders for path in folder.iterdir() if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _neighbourhood(store: Store, waiting: Sequence[str]) -> Neighbourhood:
    known = frozenset(waiting)
    edges = edges_at(store, waiting)
    posts = load_posts(store, waiting)
    ends = {end for edge in edges for end in (edge.left_post_id, edge.right_post_id)}
    for _ in range(2):
        ends |= {target for post in posts.values() for target in targets_of(post)}
        posts |= load_posts(store, sorted(ends - posts.keys()))
    older = {answered for post_id, answered in answers_to(store, waiting) if post_id not in known}
    return Neighbourhood(
        newcomers=known,
        posts=with_shown_pleas(store, posts),
        edges=edges,
        places=places_of_posts(store, sorted(posts.keys() - known)),
        unfit=frozenset(older | read_by_people(store, waiting)),
    )


def _batches(by_case: Mapping[str, Arrival]) -> Iterator[dict[str, Arrival]]:
    some: dict[str, Arrival] = {}
    held = 0
    for case_id, arrival in by_case.items():
        some[case_id] = arrival
        held += len(arrival.core) + len(arrival.hanging)
        if held >= _NEWCOMERS_AT_ONCE:
            yield some
            some, held = {}, 0
    if some:
        yield some


@dataclass(frozen=True, slots=True)
class _Batch:
    store: Store
    index: Index
    deciders: Deciders
    around: Neighbourhood
    arrivals: Mapping[str, Arrival]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A case with what joins it; `claims`: of the case and its newcomers."""

    case: JoinableCase
    arrival: Arrival
    renewed: Sequence[Membership]
    claims: tuple[int, ...]
    category: Told
    district: Told


def _join_some(batch: _Batch) -> int:
    """Enter the arrivals that fit; how many posts."""
    store, policy = batch.store, batch.deciders.policy
    cases = joinable_cases(store, batch.arrivals)
    posts = {**batch.around.posts, **load_posts(store, sorted({case.origin_post_id for case in cases.values()}))}
    entries = _agreeing(batch, _fitting(batch, cases, posts))
    newcomers = sorted(one for entry in entries for one in entry.arrival.post_ids)
    walk_only(store, [*(entry.case.origin_post_id for entry in entries), *newcomers])
    plans = _plans(store, entries, posts)
    rivals = find_rivals(store, plans, policy)
    material = gather_material(store, posts, plans, Beside(rivals, policy, EVERYBODY_SPEAKS))
    records = build_records(Scene(tuple(plans), material, rivals, Reach((), (), 0)), batch.deciders)
    placed = enter_joined(
        store,
        [
            Joined(entry.case, record, entry.arrival.post_ids, tuple(entry.renewed))
            for entry, record in zip(entries, records, strict=True)
            if record.heard is not None and record.heard.claims is not None
        ],
    )
    link_conflicting_cases(store, placed)
    mark_clean(store, placed)
    touch_cases_beside(store, placed, policy.author_window_days)
    return len(placed)


def _fitting(batch: _Batch, cases: Mapping[str, JoinableCase], posts: Mapping[str, Post]) -> list[_Entry]:
    entries = []
    for case_id, case in cases.items():
        if leaves_alone(case, posts[case.origin_post_id], batch.arrivals[case_id]):
            with suppress(UntoldError):
                entries.append(_entry(case, batch.arrivals[case_id], posts, batch.around.places))
    return entries


def _entry(case: JoinableCase, arrival: Arrival, posts: Mapping[str, Post], places: Places) -> _Entry:
    edges = sorted(arrival.edges, key=lambda one: (one.left_post_id, one.right_post_id, one.found_by))
    heard = case.heard
    return _Entry(
        case,
        replace(arrival, edges=edges),
        renewed_places(case.case_id, edges, posts, places),
        heard.claims or (),
        told_with(Told(case.category, heard.category_told_at), arrival.core, "category"),
        told_with(Told(case.district, heard.district_told_at), arrival.core, "district"),
    )


def _agreeing(batch: _Batch, entries: Sequence[_Entry]) -> list[_Entry]:
    """The entries whose newcomers contradict nobody in the case and not each other, with the claims that they add."""
    documents = first_documents(batch.store, [post.post_id for entry in entries for post in entry.arrival.core])
    new = {
        entry.case.case_id: [documents[post.post_id] for post in entry.arrival.core if post.post_id in documents]
        for entry in entries
    }
    doc_ids = [*dict.fromkeys(one for entry in entries for one in (*entry.claims, *new[entry.case.case_id]))]
    try:
        reading = batch.index.read(doc_ids)
    except KeyError:
        # A text that somebody deleted since: its case is read whole.
        return []
    claims = dict(zip(doc_ids, claims_of(reading).tolist(), strict=True))
    sizes = np.array([len(one.claims) + len(new[one.case.case_id]) for one in entries], dtype=np.int64)
    labels = np.repeat(np.arange(len(entries)), sizes)
    place = {doc_id: at for at, doc_id in enumerate(doc_ids)}
    asked = [one for entry in entries for one in (*entry.claims, *new[entry.case.case_id])]
    whole = take(reading, np.array([place[one] for one in asked], dtype=np.int64))
    agrees = agreeing(whole, labels, len(entries), batch.index.craft)
    voices = _voices(asked, whole, labels)
    found = []
    for at, entry in enumerate(entries):
        said = {claims[one]: one for one in reversed((*entry.claims, *new[entry.case.case_id]))}
        said.pop(0, None)
        if agrees[at] and not _speaks_for_all(entry.claims, voices.get(at, set()), new[entry.case.case_id]):
            found.append(replace(entry, claims=tuple(sorted({*said.values(), *voices.get(at, ())}))))
    return found


def _voices(doc_ids: Sequence[int], reading: Reading, labels: npt.NDArray[np.int64]) -> dict[int, set[int]]:
    """The spokesmen of each entry."""
    found: dict[int, set[int]] = {}
    for at in choose_spokesmen(reading, labels).tolist():
        found.setdefault(int(labels[at]), set()).add(doc_ids[at])
    return found


def _speaks_for_all(claims: Sequence[int], voices: set[int], newcomers: Sequence[int]) -> bool:
    """Whether all texts of the case are to be held against a newcomer's, and these may be more than the claims hold."""
    return len(claims) >= SPOKESMEN and not voices.isdisjoint(newcomers)


def _plans(store: Store, entries: Sequence[_Entry], posts: dict[str, Post]) -> list[CasePlan]:
    """Plans of the cases with the origin, the voices and the newcomers for members; fills up `posts`."""
    known = _members_needed(store, entries, posts)
    return [_plan(entry, known[entry.case.case_id], posts) for entry in entries]


def _members_needed(
    store: Store, entries: Sequence[_Entry], posts: dict[str, Post]
) -> dict[str, dict[str, Membership]]:
    """By case the stored members that say what its words mean: origin, voices, and what newcomers answer, all the way
    up."""
    found: dict[str, dict[str, Membership]] = {entry.case.case_id: {} for entry in entries}
    waiting = {
        (entry.case.case_id, one)
        for entry in entries
        for one in (
            entry.case.origin_post_id,
            *entry.case.heard.voices,
            *(target for post in entry.arrival.hanging for target in targets_of(post)),
        )
    }
    while waiting:
        post_ids = {post_id for _, post_id in waiting}
        posts.update(load_posts(store, sorted(post_ids - posts.keys())))
        places = places_of_posts(store, sorted(post_ids))
        stand = {(case_id, one) for case_id, one in waiting if _stands_in(case_id, places.get(one, ()))}
        for case_id, one in stand:
            found[case_id][one] = next(member for place, member in places[one] if place == case_id)
        answered = {(case_id, target) for case_id, one in stand for target in targets_of(posts[one])}
        waiting = {(case_id, one) for case_id, one in answered if one not in found[case_id]}
    return found


def _stands_in(case_id: str, places: Sequence[tuple[str, Membership]]) -> bool:
    # What the author said elsewhere is read again with all that he said beside the case.
    return any(place == case_id and not is_loose(member) for place, member in places)


def _plan(entry: _Entry, known: Mapping[str, Membership], posts: Mapping[str, Post]) -> CasePlan:
    case, origin = entry.case, posts[entry.case.origin_post_id]
    found_by = best_edges(entry.arrival.edges)
    members = [
        *(_as_planned(member, posts[post_id]) for post_id, member in known.items()),
        *(core_membership(post, origin, found_by) for post in entry.arrival.core),
        *(hanging_membership(post, origin) for post in entry.arrival.hanging),
    ]
    return CasePlan(
        case_id=case.case_id,
        origin_post_id=case.origin_post_id,
        origin_certainty=case.origin_certainty,
        author_id=case.author_id,
        opened_at=case.opened_at,
        category=entry.category.value,
        district=entry.district.value,
        members=tuple(sorted(members, key=lambda one: by_time(posts[one.post_id]))),
        claims=entry.claims,
        category_told_at=entry.category.at,
        district_told_at=entry.district.at,
    )


def _as_planned(member: Membership, post: Post) -> Membership:
    """A stored membership without what the reading of the author's words made of it."""
    if member.role != "author_update":
        return member
    return replace(member, role="author_post" if post.reply_to is None else "comment")
