"""What links are made with: parameters and weights, and what kernels read of these."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.grams import Sampling
from dedupe.judge import Rules
from dedupe.parameters import Parameters
from dedupe.weights import Weights


@dataclass(frozen=True, slots=True)
class Craft:
    """What links were made with."""

    parameters: Parameters
    weights: Weights


def sampling_of(parameters: Parameters) -> Sampling:
    """What keys depend on."""
    return Sampling(parameters.gram_length, parameters.sample_per_1024, parameters.dense_below)


def rules_of(parameters: Parameters) -> Rules:
    """What deciding depends on."""
    return Rules(*(getattr(parameters, name) for name in Rules._fields))
