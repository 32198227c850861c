"""Links between documents: what linking returns, and why each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from dedupe.evidence import contradicting_bits, name_kinds
from dedupe.judge import CONFLICT, EVIDENCE, HOUSEHOLD, KIND_NAMES, ROUND_UP
from dedupe.pairing import Found

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
        against = name_kinds(int(self.contradicted[position]) & contradicting_bits(), language)
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
