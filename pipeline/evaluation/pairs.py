"""Whether posts that belong together ended together: pairs over a store, or a labelled corpus linked by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dedupe.clusters import cluster
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch
from pipeline.errors import UserError
from pipeline.evaluation.agreement import (
    ORIGINAL,
    Agreement,
    ChangeRecall,
    Ints,
    compare_clusters,
    recall_by_change,
)
from pipeline.evaluation.wrong_lines import why_wrong
from pipeline.store.database import Store
from pipeline.store.pairplaces import cases_of, find_posts, linked_cases, round_ups_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Two posts that a file says belong to one case; `kind` is what the file calls them, empty without."""

    left: str
    right: str
    kind: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A corpus with known clusters: texts, true clusters as numbers, and what changed in each copy."""

    texts: tuple[str, ...]
    truth: Ints
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Where the pairs of one kind ended. The counts below `pairs` exclude one another and add up to it.

    Attributes:
        same_case, same_household: one case; two cases that a household link joins.
        carried: one is a round-up that the other's case lists, or both are and one case lists both.
        round_up: apart, and one of them carries several pleas.
        no_case: apart, and one of them is in no case (not read as a plea).
        apart: in two cases that nothing joins.
        unknown: one of them is not in the store.
    """

    kind: str
    pairs: int
    same_case: int
    same_household: int
    carried: int
    round_up: int
    no_case: int
    apart: int
    unknown: int

    @property
    def known(self) -> int:
        """Pairs with both posts in the store."""
        return self.pairs - self.unknown

    @property
    def recall(self) -> float | None:
        """Part of the known pairs in one case."""
        return self.same_case / self.known if self.known else None

    @property
    def household_recall(self) -> float | None:
        """Part of the known pairs in one case or one household."""
        return (self.same_case + self.same_household) / self.known if self.known else None

    @property
    def carried_recall(self) -> float | None:
        """The same, where a round-up counts as being in the cases that it carries."""
        return (self.same_case + self.same_household + self.carried) / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class PairScore:
    """Counts over all pairs, then by kind, and the agreement over the posts that the file names.

    There the truth is what the file's pairs connect, so precision is a lower bound where the file misses pairs.
    """

    counts: tuple[PairCounts, ...]
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class CorpusScore:
    """How linking did on a labelled corpus."""

    agreement: Agreement
    changes: tuple[ChangeRecall, ...]


def read_pairs(path: Path) -> list[Pair]:
    """Pairs from a TSV file: left, right and perhaps a kind a line; a line that begins with # is a remark.

    Raises:
        UserError: the file is missing or empty, or a line has other columns; the message names the line.
    """
    pairs = []
    for number, line in _lines(path):
        fields = [field.strip() for field in line.split("\t")]
        if line.startswith("#") or fields[:2] == ["left", "right"]:
            continue
        if len(fields) not in (2, 3) or not all(fields[:2]):
            raise UserError(f"{path}:{number}: 应为 left、right（和 kind）/ expected left, right (and kind)")
        pairs.append(Pair(fields[0], fields[1], fields[2] if len(fields) == 3 else ""))
    if not pairs:
        raise UserError(f"{path}: 没有一对帖子 / no pair in it")
    return pairs


def read_labelled(path: Path) -> Labelled:
    """A corpus from JSON Lines: text and cluster, perhaps id and change.

    Raises:
        UserError: the file is missing or empty, or a line is not of this format; the message names the line.
    """
    texts, clusters, changes = [], [], []
    for number, line in _lines(path):
        try:
            value = json.loads(line)
            if not isinstance(value["text"], str):
                raise TypeError("text")
            texts.append(value["text"])
            clusters.append(str(value["cluster"]))
            changes.append(str(value.get("change", ORIGINAL)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path}:{number}: 不是标注好的帖子 / not a labelled post: {why_wrong(error)}") from error
    if not texts:
        raise UserError(f"{path}: 没有一条帖子 / no post in it")
    return Labelled(tuple(texts), np.unique(clusters, return_inverse=True)[1].astype(np.int64), tuple(changes))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise UserError(f"{path}: 没有这个文件 / no such file")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield number, line


def score_corpus(corpus: Labelled) -> CorpusScore:
    """Link the corpus as one batch, by its texts and what they show, and compare."""
    reading, parameters = read_batch(Batch(corpus.texts)), Parameters()
    craft = Craft(parameters, weigh(reading, parameters))
    labels = cluster(reading, link_reading(reading, parameters, craft.weights), craft)
    by_change = recall_by_change(corpus.truth, corpus.changes, labels)
    return CorpusScore(compare_clusters(corpus.truth, labels), tuple(by_change))


def score_pairs(store: Store, pairs: Sequence[Pair]) -> PairScore:
    """Where the pairs ended in a store that was processed."""
    posts = find_posts(store, sorted({name for pair in pairs for name in (pair.left, pair.right)}))
    cases = cases_of(store, sorted(posts.values()))
    homes, round_ups = linked_cases(store, "same_household"), round_ups_of(store, sorted(posts.values()))
    places = [_place(pair, posts, Shelf(cases, round_ups, homes)) for pair in pairs]
    kinds = sorted({pair.kind for pair in pairs} - {""})
    counts = [_count("", places)]
    counts += [
        _count(kind, [at for at, pair in zip(places, pairs, strict=True) if pair.kind == kind]) for kind in kinds
    ]
    return PairScore(tuple(counts), _agreement(pairs, posts, cases))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cases by post, cases that each round-up carries, and pairs of cases that are one household."""

    cases: Mapping[str, str]
    round_ups: Mapping[str, frozenset[str]]
    homes: set[tuple[str, str]]

    def all_cases(self, post_id: str) -> frozenset[str]:
        """Every case that lists the post."""
        own = self.cases.get(post_id)
        return self.round_ups.get(post_id, frozenset()) | (frozenset() if own is None else frozenset({own}))


def _place(pair: Pair, posts: Mapping[str, str], shelf: Shelf) -> str:
    """The name of the count that a pair falls into."""
    if pair.left not in posts or pair.right not in posts:
        return "unknown"
    ends = (posts[pair.left], posts[pair.right])
    left, right = (shelf.cases.get(end) for end in ends)
    if left is not None and right is not None:
        return _place_cases(left, right, shelf.homes)
    if not any(end in shelf.round_ups for end in ends):
        return "no_case"
    return "carried" if shelf.all_cases(ends[0]) & shelf.all_cases(ends[1]) else "round_up"


def _place_cases(left: str, right: str, homes: set[tuple[str, str]]) -> str:
    if left == right:
        return "same_case"
    return "same_household" if (min(left, right), max(left, right)) in homes else "apart"


def _count(kind: str, places: Sequence[str]) -> PairCounts:
    return PairCounts(
        kind=kind,
        pairs=len(places),
        same_case=places.count("same_case"),
        same_household=places.count("same_household"),
        carried=places.count("carried"),
        round_up=places.count("round_up"),
        no_case=places.count("no_case"),
        apart=places.count("apart"),
        unknown=places.count("unknown"),
    )


def _agreement(pairs: Sequence[Pair], posts: Mapping[str, str], cases: Mapping[str, str]) -> Agreement | None:
    """Over the named posts in the store; a post without a case stands alone."""
    ids = sorted(posts.values())
    if not ids:
        return None
    truth = {post_id: post_id for post_id in ids}

    def root(post_id: str) -> str:
        while truth[post_id] != post_id:
            post_id = truth[post_id]
        return post_id

    for pair in pairs:
        if pair.left in posts and pair.right in posts:
            a, b = root(posts[pair.left]), root(posts[pair.right])
            truth[max(a, b)] = min(a, b)
    true, found = [root(one) for one in ids], [cases.get(one, one) for one in ids]
    numbers = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (true, found))
    return compare_clusters(*numbers)
