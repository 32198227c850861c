"""Which posts tell of one need: groups of core posts, and the round-ups that only touch them.

A core post carries a plea in its own words. Reposts and comments hang on their target and are added later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from dedupe.carriers import find_carriers
from dedupe.clusters import Clustering, Judgements, claims_of, clusters_of
from dedupe.contested import choose_spokesmen
from dedupe.craft import Craft
from dedupe.judge import EVIDENCE
from dedupe.link import Links
from dedupe.reading import Reading
from pipeline.linking.model import Edge
from pipeline.models import Post

# A comment under somebody else's post is a plea of its own only when it says enough to be one.
_MIN_COMMENT_CHARACTERS = 30

# They speak about cases; their notices quote pleas and are none.
_NEVER_IN_NEED = frozenset({"official", "platform"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's latest word on two posts; it stands above every score."""

    left_post_id: str
    right_post_id: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Core posts of one need, by time, how each round-up that carries it was found, and each official post that speaks
    of it alone (on the left).

    `claims`: a document for each different set of facts that can contradict others', and those that all texts are held
    against. None where something contradicts: nobody can tell without reading all whether another post may join.
    """

    core: tuple[Post, ...]
    round_ups: tuple[Edge, ...]
    claims: tuple[int, ...] | None
    officials: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Ties:
    """What is known between posts: matches, people's judgements, and how many round-up links those in doubt have."""

    edges: Sequence[Edge]
    judged: Sequence[Judged]
    carried: Mapping[str, int]


def is_core(post: Post, posts: Mapping[str, Post]) -> bool:
    """Whether a post can open or join a case by its own words."""
    if post.text_observation_id is None or post.author_kind in _NEVER_IN_NEED:
        return False
    if post.repost_of is not None and post.repost_of in posts:
        return False
    if post.reply_to is not None:
        parent = posts.get(post.reply_to)
        is_other_author = parent is None or parent.author_id != post.author_id
        return post.was_plea and is_other_author and len(post.text or "") >= _MIN_COMMENT_CHARACTERS
    return post.repost_of is None or post.was_plea


def is_round_up(post: Post) -> bool:
    """Whether a post carries several people's pleas."""
    return post.reading is not None and post.reading.label == "round_up"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the texts of core posts can be read: `doc_ids` by post, `read` gives the documents in the asked order."""

    doc_ids: Mapping[str, int]
    read: Callable[[Sequence[int]], Reading]
    craft: Craft


def group_posts(posts: Mapping[str, Post], walked: Set[str], shelf: Shelf, ties: Ties) -> list[Group]:
    """Groups with at least one plea, in the order of their first posts; the same input gives the same groups.

    Those of the posts are grouped that were walked: a plea that was only brushed, as another one in a round-up, is in
    its own case and stays there. Where facts within a group contradict each other, or a person judged two posts
    different, the group is split along its best links.
    """
    core = sorted((post for post in posts.values() if is_core(post, posts)), key=by_time)
    round_up_ids = _round_up_ids(core, ties)
    single = [post for post in core if post.post_id in walked and post.post_id not in round_up_ids]
    members = _cluster(single, shelf, ties)
    if members.carriers:
        round_up_ids |= {post.post_id for post in members.carriers}
        members = _cluster([post for post in single if post.post_id not in round_up_ids], shelf, ties)
    touching, settled = _touching(ties.edges, round_up_ids), walked | round_up_ids
    pleas = [
        (group, members.claims.get(label))
        for label, group in members.groups.items()
        if any(post.was_plea for post in group)
    ]
    others = [post for post in core if post.was_plea and post.post_id not in settled]
    spoken_of = _spoken_of([group for group, _ in pleas], others, _touching(ties.edges, notice_ids(posts.values())))
    return [
        Group(group, tuple(_best_touches(group, touching)), claims, tuple(said))
        for (group, claims), said in zip(pleas, spoken_of, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Clustered:
    """Groups of posts by label, what each claims, and the posts among them that carry the pleas of several groups."""

    groups: Mapping[int, tuple[Post, ...]]
    claims: Mapping[int, tuple[int, ...]]
    carriers: tuple[Post, ...]


def _cluster(single: Sequence[Post], shelf: Shelf, ties: Ties) -> _Clustered:
    place = {post.post_id: at for at, post in enumerate(single)}
    doc_ids = [shelf.doc_ids[post.post_id] for post in single]
    reading = shelf.read(doc_ids)
    links = _links([*_within(ties.edges, place), *_sibling_edges(single, place)])
    judged = Judgements(
        _judged_pairs(ties.judged, place, is_same=True), _judged_pairs(ties.judged, place, is_same=False)
    )
    found = clusters_of(reading, links, shelf.craft, judged)
    groups: dict[int, list[Post]] = {}
    for post, label in zip(single, found.labels.tolist(), strict=True):
        groups.setdefault(label, []).append(post)
    settled = {at for pair in judged.same for at in pair}
    carriers = [at for at in find_carriers(reading.facts, links, found.labels) if at not in settled]
    return _Clustered(
        {label: tuple(group) for label, group in groups.items()},
        _claims(doc_ids, reading, found),
        tuple(single[at] for at in carriers),
    )


def _claims(doc_ids: Sequence[int], reading: Reading, found: Clustering) -> dict[int, tuple[int, ...]]:
    """By cluster the first document with each different set of facts, and those that all texts are held against;
    contested clusters are left out."""
    contested = set(found.labels[found.contested].tolist())
    firsts: dict[int, dict[int, int]] = {}
    spokesmen: dict[int, set[int]] = {}
    for at in choose_spokesmen(reading, found.labels).tolist():
        spokesmen.setdefault(int(found.labels[at]), set()).add(doc_ids[at])
    for doc_id, label, facts in zip(doc_ids, found.labels.tolist(), claims_of(reading).tolist(), strict=True):
        if label not in contested:
            known = firsts.setdefault(label, {})
            if facts:
                known.setdefault(facts, doc_id)
    return {label: tuple(sorted(spokesmen[label] | set(known.values()))) for label, known in firsts.items()}


def by_time(post: Post) -> tuple[object, str]:
    """Sort key: when it was written, then its id, so that equal times have one order."""
    return (post.written_at, post.post_id)


def notice_ids(posts: Iterable[Post]) -> set[str]:
    """Official posts that stand by themselves and tell of one need."""
    return {
        post.post_id
        for post in posts
        if post.author_kind == "official" and post.repost_of is None and post.reply_to is None and not is_round_up(post)
    }


def _spoken_of(
    groups: Sequence[tuple[Post, ...]], others: Iterable[Post], touching: Mapping[str, list[Edge]]
) -> list[list[Edge]]:
    """For each group the official posts that match it and no other plea: a notice about several people says of none of
    them what it says."""
    found = [_best_touches(group, touching) for group in groups]
    elsewhere = _best_touches(others, touching)
    times = Counter(edge.left_post_id for edges in [*found, elsewhere] for edge in edges)
    return [[edge for edge in edges if times[edge.left_post_id] == 1] for edges in found]


def _round_up_ids(core: Sequence[Post], ties: Ties) -> set[str]:
    """Posts that carry several pleas: by their label, or because linking found that they carry more than others do.

    Somebody who pastes a round-up under a few words of his own is labelled by his words.
    """
    carried = ties.carried
    labelled = {post.post_id for post in core if is_round_up(post)}
    return labelled | {
        max((one.left_post_id, one.right_post_id), key=lambda post_id: (carried.get(post_id, 0), post_id))
        for one in _in_doubt(ties.edges, labelled)
    }


def posts_in_doubt(edges: Iterable[Edge], posts: Mapping[str, Post]) -> set[str]:
    """Posts of which one carries the other, and no label tells which."""
    labelled = {post.post_id for post in posts.values() if is_round_up(post) and is_core(post, posts)}
    return {end for one in _in_doubt(edges, labelled) for end in (one.left_post_id, one.right_post_id)}


def _in_doubt(edges: Iterable[Edge], labelled: Set[str]) -> Iterator[Edge]:
    return (
        one
        for one in edges
        if one.is_round_up and one.left_post_id not in labelled and one.right_post_id not in labelled
    )


def _within(edges: Sequence[Edge], place: Mapping[str, int]) -> list[tuple[int, int, float]]:
    return [
        (place[one.left_post_id], place[one.right_post_id], one.score)
        for one in edges
        if not one.is_round_up and one.left_post_id in place and one.right_post_id in place
    ]


def _judged_pairs(judged: Sequence[Judged], place: Mapping[str, int], *, is_same: bool) -> tuple[tuple[int, int], ...]:
    return tuple(
        (place[one.left_post_id], place[one.right_post_id])
        for one in judged
        if one.is_same == is_same and one.left_post_id in place and one.right_post_id in place
    )


def _sibling_edges(single: Sequence[Post], place: Mapping[str, int]) -> list[tuple[int, int, float]]:
    """Reposts of one post that we never saw belong together: their common target is a post all the same."""
    first_of: dict[str, str] = {}
    edges = []
    for post in single:
        if post.repost_of is not None:
            first = first_of.setdefault(post.repost_of, post.post_id)
            if first != post.post_id:
                edges.append((place[first], place[post.post_id], 1.0))
    return edges


def _links(pairs: Sequence[tuple[int, int, float]]) -> Links:
    """Matches between positions; how they were found matters no more."""
    ordered = sorted({(min(a, b), max(a, b)): score for a, b, score in pairs}.items())
    count = len(ordered)
    return Links(
        left=np.array([pair[0] for pair, _ in ordered], dtype=np.int64),
        right=np.array([pair[1] for pair, _ in ordered], dtype=np.int64),
        kinds=np.full(count, EVIDENCE, np.uint8),
        scores=np.array([score for _, score in ordered], dtype=np.float32),
        contained=np.zeros(count, np.float32),
        shared=np.zeros(count, np.int32),
        agreed=np.zeros(count, np.uint16),
        contradicted=np.zeros(count, np.uint16),
    )


def _touching(edges: Sequence[Edge], round_up_ids: set[str]) -> dict[str, list[Edge]]:
    """For each post, the matches with round-ups, the round-up on the left."""
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        left, right = edge.left_post_id, edge.right_post_id
        if right in round_up_ids:
            left, right = right, left
        if left in round_up_ids and right not in round_up_ids:
            found.setdefault(right, []).append(Edge(left, right, edge.found_by, edge.score, edge.evidence))
    return found


def _best_touches(group: Iterable[Post], touching: Mapping[str, list[Edge]]) -> list[Edge]:
    best: dict[str, Edge] = {}
    for post in group:
        for edge in touching.get(post.post_id, []):
            known = best.get(edge.left_post_id)
            if known is None or edge.score > known.score:
                best[edge.left_post_id] = edge
    return [best[round_up_id] for round_up_id in sorted(best)]
