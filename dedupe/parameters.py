"""What a sketch was made with. Two things made with different parameters never compare."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every knob of linking. The defaults were chosen on `benchmarks/dedupe` (tuning seed), see docs/deduplication.md.

    Attributes:
        gram_length: characters in one fingerprinted gram.
        sample_per_1024: share of grams that become fingerprints in a long text, in 1/1024. The choice depends on the
            gram alone, so that an edit next to it does not move it.
        dense_below: texts with fewer cleaned characters keep every gram; up to twice as many keep half of them.
        least_characters: shorter cleaned texts never match by text.
        least_shared: candidates share at least this part of the smaller side's fingerprints.
        least_jaccard, least_contained, least_shared_grams: a text match has this weighted Jaccard, or this weighted
            containment in the smaller side with so many shared character 3-grams.
        least_information: summed weight of shared grams below which containment says nothing (slogans).
        least_evidence, most_against, least_supported: summed weight of agreeing facts that links two posts whose text
            alone would not, when no more than the second contradicts and this part of the smaller text is shared.
        conflict: summed weight of contradictions, less agreements, from which two posts are different persons.
        thin_characters, thin_weight, thin_conflict: where the shorter text has fewer characters, or what both share
            weighs less (everybody's words), so much contradiction is enough, unless a fact of the person agrees.
        lone_characters: a shorter text by another author needs an agreeing fact to match at all.
        stranger_phone: summed weight of contradictions from which one phone does not join two different texts.
        least_near, least_aligned: texts that share the first part of the smaller one's weight are compared character by
            character, and match when the second part of the shorter one comes in the other in its order.
        least_frame: where two texts share this part of what lies between their first and last common words, they
            are one frame, and what stands in its gaps tells whether for one need.
        long_frame: a frame of so many characters is nobody's form; see `strangers.told_by`.
        long_characters: in a text of so many characters another phone alone does not make another need.
        ambiguity: a post without facts that fits two contradicting persons this closely is given to neither.
        round_up_phones: so many different phones make a round-up.
        popular_phone: facts seen in more posts than this (hotlines, volunteers) make no candidates.
        buckets: number of posting pages of a stored index, a power of two.
    """

    gram_length: int = 5
    sample_per_1024: int = 205
    dense_below: int = 30
    least_characters: int = 10
    least_shared: float = 0.2
    least_jaccard: float = 0.36
    least_contained: float = 0.55
    least_shared_grams: int = 8
    least_information: float = 400.0
    least_evidence: float = 4.5
    most_against: float = 1.0
    least_supported: float = 0.06
    conflict: float = 3.3
    thin_characters: int = 50
    thin_weight: float = 2500.0
    thin_conflict: float = 1.5
    lone_characters: int = 30
    stranger_phone: float = 2.9
    least_near: float = 0.2
    least_aligned: float = 0.80
    least_frame: float = 0.75
    long_frame: int = 150
    long_characters: int = 80
    ambiguity: float = 0.04
    round_up_phones: int = 5
    popular_phone: int = 60
    buckets: int = 16384

    def __post_init__(self) -> None:
        if not 3 <= self.gram_length <= 6 or self.buckets & (self.buckets - 1):
            raise ValueError("gram_length is 3 to 6, buckets a power of two")

    @property
    def name(self) -> str:
        """All parameters as one line of text: equal names, comparable sketches."""
        return " ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))

    def require_same(self, other: Parameters) -> None:
        """Refuse to compare what was made differently.

        Raises:
            ValueError: a parameter differs; the message names each one.
        """
        different = [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]
        if different:
            raise ValueError(f"made with different parameters: {', '.join(different)}")
