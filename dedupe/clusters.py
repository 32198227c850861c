"""Third stage: links become clusters, the same ones whatever the order of documents and links."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dedupe.contested import are_discordant, contested_of
from dedupe.craft import Craft
from dedupe.facts import AUTHOR, VISIBLE, FactArrays
from dedupe.link import bound_lists, first_equal, hash_facts, identities_of, link_postings, roots_of
from dedupe.links import Links
from dedupe.merging import Ground, merge_judged
from dedupe.pairing import DOCUMENT_BITS
from dedupe.parameters import Parameters
from dedupe.passes import Tally
from dedupe.reading import Reading, take
from dedupe.sketches import make_bench, sketch
from dedupe.splitting import MOST_EDGES, Edges
from dedupe.wordless import Wordless, add_wordless, renamed, within, wordless_of

Ints = npt.NDArray[np.int64]
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Judgements:
    """What people said: pairs of positions that are the same case, and pairs that are different ones.

    They outrank every link. Where they contradict each other, different wins.
    """

    same: Pairs = ()
    different: Pairs = ()


@dataclass(frozen=True, slots=True)
class Clustering:
    """`labels`: the cluster of each document, int64 (n), the smallest position in it. `contested`: the documents of
    components in which facts or judgements contradict each other, as positions, in no particular order."""

    labels: Ints
    contested: Ints


def cluster(
    reading: Reading, links: Links, craft: Craft, judgements: Judgements = Judgements(), names: Ints | None = None
) -> Ints:
    """The labels of `clusters_of`."""
    return clusters_of(reading, links, craft, judgements, names).labels


def clusters_of(
    reading: Reading, links: Links, craft: Craft, judgements: Judgements = Judgements(), names: Ints | None = None
) -> Clustering:
    """The clusters of documents.

    A cluster is a connected component of the matches, unless facts in it contradict each other or a judgement says
    different: then it is split along its best links. Components do not influence one another, so a caller may give
    whole components only.

    Args:
        reading: the documents.
        links: of these documents, as positions.
        craft: what the links were made with.
        judgements: pairs of positions.
        names: what breaks ties between documents of equal text (their ids); positions by default.
    """
    n = len(reading)
    parents = _components(n, links.matches, judgements.same)
    apart = np.array(judgements.different, dtype=np.int64).reshape(-1, 2)
    contested = contested_of(reading, parents, craft.parameters, apart)
    if len(contested):
        labels = parents.astype(np.int64)
        ties = contested if names is None else names[contested]
        contested = contested[np.lexsort((ties, reading.contents[contested], identities_of(reading)[contested]))]
        known = Known(_within(judgements, contested, n), within(wordless_of(reading, links.matches), contested, n))
        labels[contested] = contested[_split(take(reading, contested), parents[contested], craft, known)]
        return Clustering(_smallest(labels), contested)
    return Clustering(parents.astype(np.int64), contested)


def claims_of(reading: Reading) -> Ints:
    """A hash of the facts of each document that can contradict others', 0 without any: who wrote it is none."""
    return hash_facts(replace(reading, facts=_without_authors(reading.facts)))


def _without_authors(facts: FactArrays) -> FactArrays:
    can = (facts.kinds & (VISIBLE - 1)) != AUTHOR
    kept = np.concatenate((np.zeros(1, np.int64), np.cumsum(can)))
    return FactArrays(facts.kinds[can], facts.values[can], kept[facts.ends])


def agreeing(reading: Reading, labels: Ints, count: int, craft: Craft) -> npt.NDArray[np.bool_]:
    """For each of `count` labels (rising in `labels`) whether no two of its documents contradict each other, by facts
    or words: joined by matches they are one cluster.

    Each may stand for others with these facts, by other authors and in shorter texts: what a common author or a long
    text would excuse counts as a contradiction here.
    """
    bare = replace(reading, facts=_without_authors(reading.facts))
    return ~are_discordant(bare, labels, count, craft.parameters)


def _components(n: int, matches: Links, same: Pairs) -> npt.NDArray[np.int32]:
    parents = np.arange(n, dtype=np.int32)
    pairs = np.array(same, dtype=np.int64).reshape(-1, 2)
    left = np.concatenate((matches.left, pairs[:, 0])).astype(np.int32)
    right = np.concatenate((matches.right, pairs[:, 1])).astype(np.int32)
    while len(left):
        a, b = parents[left], parents[right]
        apart = a != b
        if not apart.any():
            break
        left, right = left[apart], right[apart]
        np.minimum.at(parents, np.maximum(a, b)[apart], np.minimum(a, b)[apart])
        parents = roots_of(parents)
    return roots_of(parents)


def _within(judgements: Judgements, documents: Ints, n: int) -> Judgements:
    """The judgements that concern two of these documents, as positions among them."""
    place = np.full(n, -1)
    place[documents] = np.arange(len(documents))

    def choose(pairs: Pairs) -> Pairs:
        placed = ((int(place[a]), int(place[b])) for a, b in pairs)
        return tuple((min(pair), max(pair)) for pair in placed if min(pair) >= 0)

    return Judgements(choose(judgements.same), choose(judgements.different))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of documents beside their texts and facts."""

    judgements: Judgements
    wordless: Wordless


def _split(reading: Reading, roots: npt.NDArray[np.int32], craft: Craft, known: Known) -> Ints:
    """For each document of contested components the first document of its part."""
    judgements = known.judgements
    first = first_equal(reading, craft.parameters)
    first = np.where(roots[first] == roots, first, np.arange(len(first)))
    # A judged document speaks for itself: it may be kept apart from what reads the same.
    judged = np.array(sorted({d for pair in judgements.same + judgements.different for d in pair}), dtype=np.int64)
    first[judged] = judged
    kept = np.flatnonzero(first == np.arange(len(first)))
    some = Known(_within(judgements, kept, len(first)), within(renamed(known.wordless, first), kept, len(first)))
    parts = kept[_split_different(take(reading, kept), roots[kept], craft, some)]
    return parts[np.searchsorted(kept, first)]


def _split_different(reading: Reading, roots: npt.NDArray[np.int32], craft: Craft, known: Known) -> Ints:
    """The same for documents of which only judged ones are equal to others."""
    from dedupe import compiled

    n = len(reading)
    sketches = sketch(reading, craft.parameters, craft.weights)
    docs, bench = sketches.documents, make_bench(sketches.documents, craft.parameters, craft.weights)
    edges = _room_for_edges(n * MOST_EDGES)
    tally = Tally(np.zeros(n, np.int32), np.zeros(n + 1, np.int32), np.zeros(1, np.int64))
    lists, order = bound_lists(_by_component(link_postings(sketches), roots), docs.identities)
    compiled.follow_all(lists, order, (docs, bench, tally), edges)
    edges = add_wordless(_add_equal(_trim(edges), reading, craft.parameters), known.wordless, reading.facts)
    judgements = known.judgements
    apart = np.array(sorted(set(judgements.different)), dtype=np.int64).reshape(-1, 2)
    ground = Ground(reading.contents, hash_facts(reading), docs, bench, craft.parameters.ambiguity)
    return merge_judged(edges, ground, judgements.same, apart)


def _by_component(postings: Ints, roots: npt.NDArray[np.int32]) -> Ints:
    """The postings with each list cut into one for each component; tags and documents stay."""
    keys, documents = postings >> DOCUMENT_BITS, postings & ((1 << DOCUMENT_BITS) - 1)
    order = np.lexsort((documents, roots[documents], keys))
    keys, documents = keys[order], documents[order]
    is_new = np.ones(len(keys), np.bool_)
    is_new[1:] = (keys[1:] != keys[:-1]) | (roots[documents][1:] != roots[documents][:-1])
    return (((np.cumsum(is_new) << 2) | (keys & 3)) << DOCUMENT_BITS) | documents


def _room_for_edges(most: int) -> Edges:
    ends = np.empty(most, np.int32), np.empty(most, np.int32)
    return Edges(*ends, np.empty(most, np.float64), np.empty(most, np.float64), np.zeros(1, np.int64))


def _add_equal(edges: Edges, reading: Reading, parameters: Parameters) -> Edges:
    """Documents with equal text and facts come first of all."""
    first = first_equal(reading, parameters)
    right = np.flatnonzero(first != np.arange(len(first)))
    count = np.zeros(1, np.int64)
    tens = np.full(len(right), 10.0)
    return Edges(
        np.concatenate((edges.left, first[right].astype(np.int32))),
        np.concatenate((edges.right, right.astype(np.int32))),
        np.concatenate((edges.ranks, tens)),
        np.concatenate((edges.agrees, tens)),
        count,
    )


def _trim(edges: Edges) -> Edges:
    n = int(edges.count[0])
    return Edges(edges.left[:n], edges.right[:n], edges.ranks[:n], edges.agrees[:n], edges.count)


def _smallest(labels: Ints) -> Ints:
    """Name each cluster by its smallest position."""
    least = np.full(len(labels), len(labels))
    np.minimum.at(least, labels, np.arange(len(labels)))
    return least[labels]
