"""The values of the plea classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.facts.model import Found
from pipeline.text.structure import Structure
from pipeline.vocabulary import Term

PleaLabel = Literal["plea", "update", "repost_comment", "round_up", "offer", "news", "talk"]
PLEA_LABELS: tuple[PleaLabel, ...] = ("plea", "update", "repost_comment", "round_up", "offer", "news", "talk")


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A masked post as the classifier reads it: its structure, its known words, what it names (spans in the normal
    text), whether it carries another."""

    structure: Structure
    own_terms: tuple[Term, ...]
    facts: tuple[Found, ...]
    is_repost: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that spoke for the label, in Chinese, and by how much. Made once for each row of the table."""

    feature: str
    meaning_zh: str
    weight: float


@dataclass(frozen=True, slots=True)
class PleaReading:
    """The kind of a post; `score` is the share of its weight among all kinds (0 to 1), `plea_share` that of plea;
    reasons strongest first."""

    label: PleaLabel
    score: float
    plea_share: float
    reasons: tuple[Reason, ...]
