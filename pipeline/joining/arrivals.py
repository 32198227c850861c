"""Which newcomers join one case each, seen from themselves and what they are tied to, without its other members.

Whoever could part, merge or move cases is no newcomer in this sense and is left to the walk over whole cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.linking.grouping import is_core, is_round_up
from pipeline.linking.model import Edge, Membership
from pipeline.models import Post

Places = Mapping[str, Sequence[tuple[str, Membership]]]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Newcomers with what they are tied to.

    `posts`: newcomers, the other ends of their matches, what they repost or answer, and what these do.
    `places`: where posts that are no newcomers stand.
    `unfit`: newcomers that somebody judged, whose pictures show words, or that older posts answer.
    """

    newcomers: frozenset[str]
    posts: Mapping[str, Post]
    edges: Sequence[Edge]
    places: Places
    unfit: frozenset[str]


@dataclass(slots=True)
class Arrival:
    """Newcomers to one case: by their own words (`core`), or by what they repost or answer; the edges that they came
    by, and the round-ups that carry them."""

    core: list[Post] = field(default_factory=list)
    hanging: list[Post] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    @property
    def post_ids(self) -> frozenset[str]:
        """All of the newcomers."""
        return frozenset(post.post_id for post in (*self.core, *self.hanging))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Arrivals by case, and newcomers that belong in no case."""

    by_case: Mapping[str, Arrival]
    nowhere: tuple[str, ...]


def find_arrivals(around: Neighbourhood) -> Arrivals:
    """Sort newcomers; those that are in neither part must be walked."""
    by_case: dict[str, Arrival] = {}
    nowhere: list[str] = []
    edges_of = _edges_of(around)
    for party in _parties(around):
        edges = list(
            {(e.left_post_id, e.right_post_id, e.found_by): e for one in party for e in edges_of.get(one, ())}.values()
        )
        if not _is_plain(party, edges, around):
            continue
        case_ids = _cases_around(party, edges, around)
        if case_ids is None:
            nowhere += party
        elif len(case_ids) == 1 and (arrival := _arrival(party, edges, case_ids[0], around)):
            _add(by_case.setdefault(case_ids[0], Arrival()), arrival)
    return Arrivals(by_case, tuple(nowhere))


def _add(whole: Arrival, more: Arrival) -> None:
    whole.core += more.core
    whole.hanging += more.hanging
    whole.edges += more.edges


def _edges_of(around: Neighbourhood) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {}
    for edge in around.edges:
        for post_id in (edge.left_post_id, edge.right_post_id):
            if post_id in around.newcomers:
                found.setdefault(post_id, []).append(edge)
    return found


def _parties(around: Neighbourhood) -> Iterator[list[str]]:
    """Newcomers that are tied to one another, in order of id."""
    parents = {one: one for one in around.newcomers}

    def root_of(one: str) -> str:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for one, other in _ties(around):
        if one in parents and other in parents:
            a, b = sorted((root_of(one), root_of(other)))
            parents[b] = a
    parties: dict[str, list[str]] = {}
    for one in sorted(parents):
        parties.setdefault(root_of(one), []).append(one)
    yield from parties.values()


def _ties(around: Neighbourhood) -> Iterator[tuple[str, str]]:
    for edge in around.edges:
        yield edge.left_post_id, edge.right_post_id
    for one in around.newcomers:
        for target in targets_of(around.posts[one]):
            yield one, target


def targets_of(post: Post) -> list[str]:
    """What a post reposts and answers."""
    return [target for target in (post.repost_of, post.reply_to) if target is not None]


def _is_plain(party: Sequence[str], edges: Sequence[Edge], around: Neighbourhood) -> bool:
    """Whether nothing about these newcomers asks for a look at whole cases."""
    posts = around.posts
    return not any(
        one in around.unfit
        or is_round_up(posts[one])
        or len(targets_of(posts[one])) > 1
        or (is_core(posts[one], posts) and targets_of(posts[one]))
        for one in party
    ) and all(_is_plain_edge(edge, posts) for edge in edges)


def _is_plain_edge(edge: Edge, posts: Mapping[str, Post]) -> bool:
    if edge.found_by not in ("text", "phone", "native"):
        return False
    if not edge.is_round_up:
        return True
    # Which end carries the other is plain where just one calls itself a round-up.
    return is_round_up(posts[edge.left_post_id]) != is_round_up(posts[edge.right_post_id])


def _cases_around(party: Sequence[str], edges: Sequence[Edge], around: Neighbourhood) -> list[str] | None:
    """The cases of what the party is tied to, round-ups left out; None where it surely belongs in no case."""
    beside = _beside(party, edges, around)
    if not beside:
        return None if _are_bystanders(party, edges, around) else []
    case_ids: set[str] = set()
    for one in beside:
        places = around.places.get(one, ())
        if not places:
            return None if _only_hang(party, edges, around) else []
        case_ids.update(case_id for case_id, _ in places)
        if any(member.role == "round_up" for _, member in places):
            return []
    return sorted(case_ids)


def _beside(party: Sequence[str], edges: Sequence[Edge], around: Neighbourhood) -> set[str]:
    """The stored posts that the party is tied to, but for round-ups by their links."""
    ends = {end for edge in edges if not edge.is_round_up for end in (edge.left_post_id, edge.right_post_id)}
    targets = {target for one in party for target in targets_of(around.posts[one]) if target in around.posts}
    return (ends | targets) - around.newcomers


def _are_bystanders(party: Sequence[str], edges: Sequence[Edge], around: Neighbourhood) -> bool:
    """Whether a single post that asks for nothing is tied to nothing that is here."""
    post = around.posts[party[0]]
    return len(party) == 1 and not edges and not post.was_plea


def _only_hang(party: Sequence[str], edges: Sequence[Edge], around: Neighbourhood) -> bool:
    """Whether all of them only repost or answer posts that stand in no case, or one another."""
    targets = {target for one in party for target in targets_of(around.posts[one])} - around.newcomers
    return (
        all(edge.found_by == "native" for edge in edges)
        and all(targets_of(around.posts[one]) and not is_core(around.posts[one], around.posts) for one in party)
        and all(
            target in around.posts and not around.places.get(target) and not is_round_up(around.posts[target])
            for target in targets
        )
    )


def _arrival(party: Sequence[str], edges: Sequence[Edge], case_id: str, around: Neighbourhood) -> Arrival | None:
    """The party as newcomers to this case; None where one of them may belong elsewhere too."""
    posts = around.posts
    core = [posts[one] for one in party if is_core(posts[one], posts)]
    hanging = [posts[one] for one in party if not is_core(posts[one], posts)]
    if not all(_stands_clear(one, case_id, around) for one in _beside(party, edges, around)):
        return None
    if not _reach_all(core, edges, around) or not _hang_all(hanging, around):
        return None
    return Arrival(core, hanging, list(edges))


def _stands_clear(post_id: str, case_id: str, around: Neighbourhood) -> bool:
    """Whether a stored post is in this case and no other, either by its own words or by what it plainly hangs on."""
    places = around.places[post_id]
    post = around.posts[post_id]
    if [place for place, _ in places] != [case_id]:
        return False
    return is_core(post, around.posts) != bool(targets_of(post))


def _reach_all(core: Iterable[Post], edges: Sequence[Edge], around: Neighbourhood) -> bool:
    """Whether each of these is tied to a stored post of own words, if by way of others of them."""
    beside: dict[str, list[str]] = {}
    for edge in edges:
        if not edge.is_round_up:
            beside.setdefault(edge.left_post_id, []).append(edge.right_post_id)
            beside.setdefault(edge.right_post_id, []).append(edge.left_post_id)
    waiting = {post.post_id for post in core}
    reached = [one for one in beside if one not in around.newcomers and is_core(around.posts[one], around.posts)]
    while waiting and reached:
        for one in beside[reached.pop()]:
            if one in waiting:
                waiting.discard(one)
                reached.append(one)
    return not waiting


def _hang_all(hanging: Sequence[Post], around: Neighbourhood) -> bool:
    """Whether each of these reposts or answers a post that is here."""
    return all(targets_of(post) and targets_of(post)[0] in around.posts for post in hanging)
