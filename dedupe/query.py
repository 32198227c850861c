"""Look-up of a few texts in a stored index without compiling anything: plain kernels and numpy, some milliseconds each.

For thousands of texts at once use `Index.candidates` of a batch through the compiled path instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.alignment import is_aligned
from dedupe.compare import Comparison, compare_facts
from dedupe.evidence import contradicting_bits, load_evidence, name_kinds
from dedupe.facts import FactArrays
from dedupe.grams import CODE_TO_SLOT, DENSE_MOST, FACT_KEY, LEVEL_BITS, LEVEL_MASK, GramWeights, text_keys
from dedupe.index import Index
from dedupe.judge import KIND_NAMES, NONE, SIMILAR, Rules, Share, contained_of, decide, guard, is_near, score_of
from dedupe.pages import unpack_documents
from dedupe.reading import Batch, Reading, read_plainly
from dedupe.sketches import rules_of, sampling_of
from dedupe.sketching import MOST_FACT_KEYS, count_phones, fact_keys_of
from dedupe.slots import load_slots
from dedupe.strangers import count_unexplained, part_strangers, told_by
from dedupe.substitution import MOST_DIFFERENCES
from dedupe.tracing import trace_plainly
from dedupe.weights import codes_of

Ints = npt.NDArray[np.int64]
MOST_VERIFIED, _READABLE = 12, 3
LONGEST_LIST = 256
"""Members read of one posting list: a viral post's copies all lead to one case, so a part of them is enough."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored document that may be of the same case.

    Attributes:
        doc_id: the caller's id.
        kind: name of the link (judge.KIND_NAMES); households, conflicts and round-ups are listed too.
        score, contained: 0 to 1.
        agreed, contradicted: bit sets of fact kinds.
        differences: what the question and the document say in the same place, where that is told apart; a match never
            has any.
    """

    doc_id: int
    kind: str
    score: float
    contained: float
    agreed: int
    contradicted: int
    differences: tuple[tuple[str, str], ...] = ()

    @property
    def contradicts(self) -> bool:
        """Whether anything speaks against one case: a fact, or other words in the same place."""
        return bool(self.differences or self.contradicted & contradicting_bits())

    def explain(self, language: str = "zh") -> str:
        """Why, in Chinese or English."""
        agreed, against = (
            name_kinds(self.agreed, language),
            name_kinds(self.contradicted & contradicting_bits(), language),
        )
        share = round(100 * self.contained)
        if language == "zh":
            said = ["一致：" + "、".join(agreed)] * bool(agreed) + ["矛盾：" + "、".join(against)] * bool(against)
            said += [f"问的是「{asked}」，库里是「{stored}」" for asked, stored in self.differences]
            return "；".join([f"较短一篇有{share}%的内容相同", *said])
        said = ["agree: " + ", ".join(agreed)] * bool(agreed) + ["contradict: " + ", ".join(against)] * bool(against)
        said += [f"asked 「{asked}」, stored 「{stored}」" for asked, stored in self.differences]
        return "; ".join([f"{share}% of the shorter text is shared", *said])


def look_up(index: Index, batch: Batch) -> list[list[Candidate]]:
    """For each text its candidates, best first; an empty list where nothing is like it."""
    reading = read_plainly(batch)
    with np.errstate(over="ignore"):
        return [_look_up_one(index, reading, d) for d in range(len(reading))]


def _look_up_one(index: Index, reading: Reading, d: int) -> list[Candidate]:
    doc_ids, stored = read_likeliest(index, reading, d, MOST_VERIFIED)
    found = [_verify(index, (reading, d), (stored, k), doc_id) for k, doc_id in enumerate(doc_ids)]
    return sorted((one for one in found if one), key=lambda one: (-one.score, one.doc_id))


def read_likeliest(index: Index, reading: Reading, d: int, most: int) -> tuple[list[int], Reading]:
    """The stored documents that share most keys with document d, most first, and what they say."""
    weights = index.craft.weights.gram_weights()
    codes = reading.codes[reading.ends[d] : reading.ends[d + 1]]
    keys = _keys_of(index, reading, d, codes, weights)
    doc_ids, counts = index.find_postings(keys, LONGEST_LIST)
    worth = np.repeat(np.where(keys & FACT_KEY, 100, 1), counts)
    unique, inverse = np.unique(doc_ids, return_inverse=True)
    tallies = np.bincount(inverse, weights=worth, minlength=len(unique))
    likeliest: list[int] = unique[np.lexsort((unique, -tallies))][:most].tolist()
    return likeliest, unpack_documents(likeliest, index.store.read_documents(likeliest))


def _keys_of(index: Index, reading: Reading, d: int, codes: npt.NDArray[np.int32], weights: GramWeights) -> Ints:
    """Sorted unique keys of one text."""
    out = np.empty(min(len(codes), DENSE_MOST) + 1, np.int64)
    count, _ = text_keys(codes, _weigh(codes, weights), sampling_of(index.craft.parameters), weights, out)
    facts = np.empty(MOST_FACT_KEYS, np.int64)
    fact_count = fact_keys_of(reading.facts, d, index.craft.weights.popular, facts)
    return np.unique(np.concatenate((out[:count], facts[:fact_count])))


def _verify(index: Index, asked: tuple[Reading, int], stored: tuple[Reading, int], doc_id: int) -> Candidate | None:
    share = _share(asked, stored, index.craft.weights.gram_weights())
    x, y = _facts_of(*asked), _facts_of(*stored)
    said = compare_facts(x, 0, y, 0, load_evidence())
    most = index.craft.parameters.round_up_phones
    round_up = bool(stored[0].is_round_up[stored[1]]) or max(count_phones(x, 0), count_phones(y, 0)) >= most
    rules = rules_of(index.craft.parameters)
    kind = decide(share, said, round_up, rules)
    if kind == NONE and not round_up and is_near(share, said, rules):
        aligned = is_aligned(_codes_of(*asked), _codes_of(*stored), rules.least_aligned)
        kind = guard(SIMILAR, share, said, rules) if aligned else NONE
    if kind == NONE:
        return None
    differences = [] if round_up else _differences(_codes_of(*asked), _codes_of(*stored), said, rules)
    if differences:
        kind = part_strangers(kind, said)
    bits = int(said.agree_bits), int(said.contradict_bits)
    return Candidate(
        doc_id, KIND_NAMES[kind], float(score_of(share)), float(contained_of(share)), *bits, tuple(differences)
    )


def _differences(
    left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], said: Comparison, rules: Rules
) -> list[tuple[str, str]]:
    """What two texts of one frame say in the same place, where the facts don't explain it (strangers.are_strangers)."""
    out = np.empty((MOST_DIFFERENCES, 5), np.int64)
    n = told_by(left, right, trace_plainly(left, right), (load_slots(), rules), out)
    if not count_unexplained(out, n, said, min(len(left), len(right)), rules):
        return []
    return [_words(left, right, place) for place in out[:n, 1:].tolist()]


def _words(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], place: list[int]) -> tuple[str, str]:
    """Both sides of a place, with what follows where they are too short to be read."""
    a, a_end, b, b_end = place
    more = max(0, _READABLE - max(a_end - a, b_end - b))
    return _spell(left[a : a_end + more]), _spell(right[b : b_end + more])


def _spell(codes: npt.NDArray[np.int32]) -> str:
    return "".join(map(chr, codes.tolist()))


def _codes_of(reading: Reading, d: int) -> npt.NDArray[np.int32]:
    return reading.codes[reading.ends[d] : reading.ends[d + 1]]


def _facts_of(reading: Reading, d: int) -> FactArrays:
    a, b = reading.facts.ends[d], reading.facts.ends[d + 1]
    return FactArrays(reading.facts.kinds[a:b], reading.facts.values[a:b], np.array([0, b - a]))


def _share(left: tuple[Reading, int], right: tuple[Reading, int], weights: GramWeights) -> Share:
    """`pairing.share_texts` in numpy."""
    a, b = (_grams(*side, weights) for side in (left, right))
    a_weights, b_weights = (weights.squares[grams & LEVEL_MASK] for grams in (a, b))
    both = np.isin(a, b, assume_unique=True)
    shorter = min(int(np.diff(reading.ends)[d]) for reading, d in (left, right))
    total = float(a_weights[both].sum())
    return Share(total, int(both.sum()), float(a_weights.sum()), float(b_weights.sum()), shorter)


def _grams(reading: Reading, d: int, weights: GramWeights) -> npt.NDArray[np.int32]:
    """Unique 3-grams with their levels, as `grams.weigh_grams` writes them."""
    grams = _weigh(_codes_of(reading, d), weights)[:-2]
    return np.unique(grams)


def _weigh(codes: npt.NDArray[np.int32], weights: GramWeights) -> npt.NDArray[np.int32]:
    """`grams.weigh_grams` in numpy, but with the level of a 3-gram wherever it comes."""
    out = np.zeros(len(codes), np.int32)
    wide = codes.astype(np.int64)
    grams = codes_of(wide[:-2], wide[1:-1], wide[2:])
    out[: len(grams)] = (grams << LEVEL_BITS) | weights.levels[grams >> CODE_TO_SLOT]
    return out
