"""Look-up of a few texts in a stored index without compiling anything: plain kernels and numpy, some milliseconds each.

For thousands of texts at once use `Index.add`, which compiles, instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.compare import Comparison, compare_facts
from dedupe.craft import Craft, rules_of, sampling_of
from dedupe.differences import differences_of
from dedupe.evidence import contradicting_bits, load_evidence, name_kinds
from dedupe.grams import FACT_KEY
from dedupe.judge import KIND_NAMES, NONE, SIMILAR, Share, contained_of, decide, guard, is_near, score_of
from dedupe.pages import unpack_documents
from dedupe.plain import is_aligned, keys_of_text, shares_of
from dedupe.reading import Batch, Reading, read_plainly
from dedupe.sketching import MOST_FACT_KEYS, count_phones, fact_keys_of
from dedupe.stored import StoredIndex
from dedupe.strangers import part_strangers

Ints = npt.NDArray[np.int64]
MOST_VERIFIED = 12
Verified = tuple[int, Comparison, tuple[tuple[str, str], ...]]
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


def look_up(index: StoredIndex, batch: Batch) -> list[list[Candidate]]:
    """For each text its candidates, best first; an empty list where nothing is like it."""
    reading = read_plainly(batch)
    with np.errstate(over="ignore"):
        return [_look_up_one(index, reading, d) for d in range(len(reading))]


def _look_up_one(index: StoredIndex, reading: Reading, d: int) -> list[Candidate]:
    doc_ids, stored = read_likeliest(index, reading, d, MOST_VERIFIED)
    shares = shares_of(codes_of(reading, d), stored, index.craft.weights.gram_weights())
    found = [verify(index.craft, (reading, d), (stored, k), share) for k, share in enumerate(shares)]
    candidates = [_candidate(doc_ids[k], shares[k], one) for k, one in enumerate(found) if one is not None]
    return sorted(candidates, key=lambda one: (-one.score, one.doc_id))


def read_likeliest(index: StoredIndex, reading: Reading, d: int, most: int) -> tuple[list[int], Reading]:
    """The stored documents that share most keys with document d, most first, and what they say."""
    keys = _keys_of(index.craft, reading, d)
    doc_ids, counts = index.find_postings(keys, LONGEST_LIST)
    worth = np.repeat(np.where(keys & FACT_KEY, 100, 1), counts)
    unique, inverse = np.unique(doc_ids, return_inverse=True)
    tallies = np.bincount(inverse, weights=worth, minlength=len(unique))
    likeliest: list[int] = unique[np.lexsort((unique, -tallies))][:most].tolist()
    return likeliest, unpack_documents(likeliest, index.store.read_documents(likeliest))


def _keys_of(craft: Craft, reading: Reading, d: int) -> Ints:
    """Sorted unique keys of one text and its facts."""
    keys = keys_of_text(codes_of(reading, d), sampling_of(craft.parameters), craft.weights.gram_weights())
    facts = np.empty(MOST_FACT_KEYS, np.int64)
    fact_count = fact_keys_of(reading.facts, d, craft.weights.popular, facts)
    return np.unique(np.concatenate((keys, facts[:fact_count])))


def verify(craft: Craft, asked: tuple[Reading, int], stored: tuple[Reading, int], share: Share) -> Verified | None:
    """The kind of link between a text and a stored document, what their facts say, and what the texts say otherwise in
    the same place; None without a link."""
    (x, i), (y, j) = (asked[0].facts, asked[1]), (stored[0].facts, stored[1])
    rules, said = rules_of(craft.parameters), compare_facts(x, i, y, j, load_evidence())
    round_up = bool(stored[0].is_round_up[j]) or max(count_phones(x, i), count_phones(y, j)) >= (
        craft.parameters.round_up_phones
    )
    kind = decide(share, said, round_up, rules)
    if kind == NONE and not round_up and is_near(share, said, rules):
        aligned = is_aligned(codes_of(*asked), codes_of(*stored), rules.least_aligned)
        kind = guard(SIMILAR, share, said, rules) if aligned else NONE
    if kind == NONE:
        return None
    differences = () if round_up else differences_of(codes_of(*asked), codes_of(*stored), said, rules)
    return part_strangers(kind, said) if differences else kind, said, differences


def _candidate(doc_id: int, share: Share, found: Verified) -> Candidate:
    kind, said, differences = found
    bits = int(said.agree_bits), int(said.contradict_bits)
    return Candidate(doc_id, KIND_NAMES[kind], float(score_of(share)), float(contained_of(share)), *bits, differences)


def codes_of(reading: Reading, d: int) -> npt.NDArray[np.int32]:
    """The cleaned characters of one document."""
    return reading.codes[reading.ends[d] : reading.ends[d + 1]]
