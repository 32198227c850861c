"""The kind of a post: a sum of explained weights for each kind (data/plea_weights.tsv)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError
from pipeline.plea.features import features_of
from pipeline.plea.reading import PLEA_LABELS, PleaReading, ReadPost, Reason

_REASONS = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """One row of the table: what the feature means and what it says of each kind, in the order of PLEA_LABELS."""

    meaning_zh: str
    by_label: tuple[float, ...]


def classify(post: ReadPost) -> PleaReading:
    """Whether a post is a plea, an update, a comment on a repost, a round-up, an offer, news or talk."""
    features = features_of(post)
    sums = sums_of(features)
    heaviest = max(sums)
    best = sums.index(heaviest)
    total = sum([math.exp(value - heaviest) for value in sums])
    return PleaReading(
        label=PLEA_LABELS[best],
        score=round(1 / total, 4),
        plea_share=round(math.exp(sums[0] - heaviest) / total, 4),
        reasons=_reasons(features, best),
    )


def sums_of(features: Mapping[str, float]) -> list[float]:
    """The sum of weights for each kind, in the order of PLEA_LABELS."""
    table = load_weights()
    plea = update = comment = round_up = offer = news = talk = 0.0
    # Written out: this loop runs a hundred times for every post.
    for name, value in features.items():
        row = table[name].by_label
        plea += row[0] * value
        update += row[1] * value
        comment += row[2] * value
        round_up += row[3] * value
        offer += row[4] * value
        news += row[5] * value
        talk += row[6] * value
    return [plea, update, comment, round_up, offer, news, talk]


def _reasons(features: Mapping[str, float], label: int) -> tuple[Reason, ...]:
    table = load_weights()
    spoken = [(-table[name].by_label[label] * value, name) for name, value in features.items()]
    spoken.sort()
    return tuple([_reason(name, -weight) for weight, name in spoken[:_REASONS] if weight < 0])


@lru_cache(maxsize=4096)
def _reason(feature: str, weight: float) -> Reason:
    return Reason(feature, load_weights()[feature].meaning_zh, round(weight, 3))


@cache
def load_weights(path: Path = DATA_DIR / "plea_weights.tsv") -> dict[str, Weights]:
    """The table of weights.

    Raises:
        UserError: a weight is not a number.
    """
    table: dict[str, Weights] = {}
    for line, row in read_table(path):
        try:
            by_label = tuple(float(row[label]) for label in PLEA_LABELS)
        except ValueError as error:
            raise UserError(f"{path}:{line}: a weight of {row['feature']} is not a number") from error
        table[row["feature"]] = Weights(meaning_zh=row["meaning_zh"], by_label=by_label)
    return table
