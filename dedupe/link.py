"""Second stage: all documents of a batch against each other."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from dedupe.counting import fact_keys
from dedupe.evidence import load_evidence, name_kinds
from dedupe.grams import DENSE_MOST, Sampling
from dedupe.judge import CONFLICT, EQUAL, EVIDENCE, HOUSEHOLD, KIND_NAMES, ROUND_UP, Rules
from dedupe.pairing import DOCUMENT_BITS, Bench, Documents, Found, Lists
from dedupe.parameters import Parameters
from dedupe.reading import Batch, Reading, read_batch, take
from dedupe.scratch import make_scratch
from dedupe.sketching import Craft, Sketched
from dedupe.weights import Weights

MOST_DOCUMENTS = 1 << DOCUMENT_BITS
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links between documents, one a position; left < right.

    `kinds` are judge.EQUAL … judge.ROUND_UP. Matches (up to EVIDENCE) say "one case"; they are as few as connect
    what belongs together, so a cluster of n has at least n - 1 of them and not all pairs. Households and conflicts
    say "alike, but not one case"; round-up links join several cases and merge none.

    Attributes:
        left, right: int64, positions in the batch, or document ids where an index made them.
        kinds: uint8. scores: float32, 0 to 1.
        contained: float32, weighted part of the smaller text found in the other.
        shared: int32, shared character 3-grams.
        agreed, contradicted: uint16, bit k says that facts of kind k (facts.KINDS) did.
    """

    left: Ints
    right: Ints
    kinds: npt.NDArray[np.uint8]
    scores: npt.NDArray[np.float32]
    contained: npt.NDArray[np.float32]
    shared: npt.NDArray[np.int32]
    agreed: npt.NDArray[np.uint16]
    contradicted: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.left)

    def choose(self, mask: npt.NDArray[np.bool_]) -> Links:
        """The links where the mask is set."""
        return Links(*(getattr(self, field.name)[mask] for field in fields(self)))

    @property
    def matches(self) -> Links:
        """Links that say one case."""
        return self.choose(self.kinds <= EVIDENCE)

    @property
    def households(self) -> Links:
        """Links that say alike, but different persons: one household (HOUSEHOLD) or a conflict (CONFLICT)."""
        return self.choose((self.kinds == HOUSEHOLD) | (self.kinds == CONFLICT))

    @property
    def round_ups(self) -> Links:
        """Links of posts that carry several pleas."""
        return self.choose(self.kinds == ROUND_UP)

    def explain(self, position: int, language: str = "zh") -> str:
        """Why this link stands, in Chinese or English."""
        share, shared = round(100 * float(self.contained[position])), int(self.shared[position])
        agreed = name_kinds(int(self.agreed[position]), language)
        against = name_kinds(int(self.contradicted[position]), language)
        if language == "zh":
            parts = [f"较短一篇有{share}%的内容相同（{shared}个三字片段）"]
            parts += ["一致：" + "、".join(agreed)] * bool(agreed) + ["矛盾：" + "、".join(against)] * bool(against)
            return "；".join(parts)
        parts = [f"{share}% of the shorter text is shared ({shared} character 3-grams)"]
        parts += ["agree: " + ", ".join(agreed)] * bool(agreed) + ["contradict: " + ", ".join(against)] * bool(against)
        return f"{KIND_NAMES[self.kinds[position]]}: " + "; ".join(parts)

    def renumber(self, names: Ints) -> Links:
        """The same links between names[left] and names[right], smaller first."""
        left, right = names[self.left], names[self.right]
        rest = (self.kinds, self.scores, self.contained, self.shared, self.agreed, self.contradicted)
        return Links(np.minimum(left, right), np.maximum(left, right), *rest)


def concatenate(parts: list[Links]) -> Links:
    """Several link sets as one."""
    return Links(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Links)))


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """A reading with everything that pairing needs; made with these parameters and weights."""

    documents: Documents
    fact_keys: Ints
    fact_key_ends: Ints
    parameters: Parameters
    version: str


def sketch(reading: Reading, parameters: Parameters, weights: Weights) -> Sketches:
    """Keys and weights of every document."""
    from dedupe import compiled

    n = len(reading)
    most = int(np.minimum(np.diff(reading.ends), DENSE_MOST).sum()) if n else 0
    out = Sketched(np.zeros(n, np.float32), np.zeros(n, np.int32), np.empty(most, np.int64), np.zeros(n + 1, np.int64))
    craft = Craft(sampling_of(parameters), weights.gram_weights())
    compiled.sketch_texts(reading.codes, reading.ends, craft, make_scratch(reading.ends), out)
    identities, round_ups = np.zeros(n, np.int64), reading.is_round_up.copy()
    compiled.identify(reading.facts, parameters.round_up_phones, identities, round_ups)
    keys = out.keys[: out.key_ends[-1]].copy()
    documents = Documents(
        reading.codes, reading.ends, out.totals, out.bases, keys, out.key_ends, reading.facts, identities, round_ups
    )
    return Sketches(documents, *fact_keys(reading.facts, weights.popular), parameters, weights.version)


def sampling_of(parameters: Parameters) -> Sampling:
    """What keys depend on."""
    return Sampling(parameters.gram_length, parameters.sample_per_1024, parameters.dense_below)


def rules_of(parameters: Parameters) -> Rules:
    """What deciding depends on."""
    return Rules(*(getattr(parameters, name) for name in Rules._fields))


def link(batch: Batch, parameters: Parameters, weights: Weights) -> Links:
    """Every link in a batch: equal texts, verified candidates, shared facts."""
    return link_reading(read_batch(batch), parameters, weights)


def link_reading(reading: Reading, parameters: Parameters, weights: Weights) -> Links:
    """`link` of what was read already.

    Raises:
        ValueError: more documents than one batch can hold (16.7 million).
    """
    if len(reading) >= MOST_DOCUMENTS:
        raise ValueError(f"{len(reading)} documents in one batch; at most {MOST_DOCUMENTS - 1}")
    first = first_equal(reading, parameters)
    positions = np.arange(len(reading))
    kept = positions[first == positions]
    kept = kept[np.argsort(identities_of(reading)[kept], kind="stable")]
    sketches = sketch(take(reading, kept), parameters, weights)
    found = link_sketches(sketches, weights).renumber(kept)
    can_match = np.zeros(len(reading), np.bool_)
    can_match[kept] = speaks(sketches.documents, parameters)
    doubles = positions[(first != positions) & can_match[first]]
    return concatenate([_equal_links(first[doubles], doubles), found])


def speaks(docs: Documents, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Which documents can match by text at all: long enough, with something that not everybody writes."""
    enough = (np.diff(docs.ends) >= parameters.least_characters) & (docs.totals >= parameters.least_information)
    return enough & (np.diff(docs.key_ends) > 0)


def first_equal(reading: Reading, parameters: Parameters) -> Ints:
    """For each document the first one with equal cleaned text, facts and flag (often itself); short ones are alone."""
    n = len(reading)
    fact_hashes = hash_facts(reading)
    lone = np.where(np.diff(reading.ends) >= parameters.least_characters, 0, np.arange(n) + 1)
    columns = (reading.is_round_up, lone, fact_hashes, reading.contents)
    order = np.lexsort(columns)
    is_new = np.ones(n, np.bool_)
    for k, column in enumerate(columns):
        changed = column[order][1:] != column[order][:-1]
        is_new[1:] = changed if k == 0 else is_new[1:] | changed
    first = np.empty(n, np.int64)
    first[order] = order[np.maximum.accumulate(np.where(is_new, np.arange(n), 0))]
    return first


def hash_facts(reading: Reading) -> Ints:
    """A hash of all facts of each document, 0 without any."""
    mixed = (reading.facts.values ^ (reading.facts.kinds.astype(np.int64) << 57)) * np.int64(0x1E3779B97F4A7C15)
    mixed ^= mixed >> 31
    sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(mixed * np.int64(0x3F58476D1CE4E5B9))))
    hashes: Ints = sums[reading.facts.ends[1:]] - sums[reading.facts.ends[:-1]]
    return hashes


def _equal_links(left: Ints, right: Ints) -> Links:
    n = len(left)
    ones = np.ones(n, np.float32)
    zeros = np.zeros(n, np.uint16)
    return Links(left, right, np.full(n, EQUAL, np.uint8), ones, ones, np.zeros(n, np.int32), zeros, zeros)


def link_sketches(sketches: Sketches, weights: Weights) -> Links:
    """Pair documents of which no two are equal, ordered by `identities_of`."""
    from dedupe import compiled

    docs = sketches.documents
    n = len(docs.totals)
    bench, found = make_bench(docs, sketches.parameters, weights), make_found(n)
    postings = link_postings(sketches)
    compiled.chain(postings, docs, bench, found)
    roots = np.fromiter((0,), np.int32) if n == 0 else roots_of(bench.parents)
    is_open = np.zeros(len(postings), np.bool_)
    compiled.mark_open(postings, roots, is_open)
    lists, order = bound_lists(postings[is_open])
    compiled.complete(lists, order, docs, bench, found)
    return links_of(found)


def bound_lists(postings: Ints) -> tuple[Lists, Ints]:
    """Postings with the bounds of their lists, and the order that sorts them by document."""
    keys = postings >> DOCUMENT_BITS
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(keys), 1), np.bool_), keys[1:] != keys[:-1])))
    sizes = np.diff(np.append(starts, len(keys)))
    heads, tails = (np.repeat(bounds, sizes).astype(np.int32) for bounds in (starts, starts + sizes))
    return Lists(postings, heads, tails), np.argsort(postings & (MOST_DOCUMENTS - 1), kind="stable")


def identities_of(reading: Reading) -> Ints:
    """What `sketching.identity_of` says of every document. Pairing wants documents in this order."""
    from dedupe import compiled

    identities = np.zeros(len(reading), np.int64)
    compiled.identify(reading.facts, len(reading.facts.kinds) + 1, identities, np.zeros(len(reading), np.bool_))
    return identities


def roots_of(parents: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The root of every document."""
    roots = parents
    while not np.array_equal(roots[roots], roots):
        roots = roots[roots]
    return roots


def link_postings(sketches: Sketches) -> Ints:
    """Sorted (key, document) of every key that two documents or more have."""
    docs = sketches.documents
    documents = np.arange(len(docs.totals))
    packed = np.concatenate(
        (
            (docs.keys << DOCUMENT_BITS) | np.repeat(documents, np.diff(docs.key_ends)),
            (sketches.fact_keys << DOCUMENT_BITS) | np.repeat(documents, np.diff(sketches.fact_key_ends)),
        )
    ).view(np.uint64)
    packed.sort()
    keys = packed >> np.uint64(DOCUMENT_BITS)
    same = keys[1:] == keys[:-1]
    shared = np.zeros(len(packed), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    return packed[shared].view(np.int64)


def make_bench(docs: Documents, parameters: Parameters, weights: Weights) -> Bench:
    """Working memory for verifying pairs of these documents."""
    n = len(docs.totals)
    return Bench(
        rules_of(parameters),
        load_evidence(),
        weights.gram_weights(),
        make_scratch(docs.ends),
        np.full(1, -1, np.int64),
        np.arange(n, dtype=np.int32),
        np.zeros(n, np.uint8),
    )


def make_found(documents: int) -> Found:
    """Room for the links of so many documents."""
    room = 10 * documents + 16
    return Found(
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.uint8),
        np.empty(room, np.float32),
        np.empty(room, np.float32),
        np.empty(room, np.int32),
        np.empty(room, np.uint16),
        np.empty(room, np.uint16),
        np.zeros(1, np.int64),
    )


def links_of(found: Found) -> Links:
    """What was found, without the spare room."""
    n = int(found.count[0])
    links = Links(
        found.left[:n].astype(np.int64),
        found.right[:n].astype(np.int64),
        found.kinds[:n],
        found.scores[:n],
        found.contained[:n],
        found.shared[:n],
        found.agreed[:n],
        found.contradicted[:n],
    )
    # Pairs that do not join are met again under other keys.
    _, first = np.unique((links.left << 32) | links.right, return_index=True)
    once = np.zeros(n, np.bool_)
    once[first] = True
    return links.choose(once)
