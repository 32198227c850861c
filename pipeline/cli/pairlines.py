"""What `houxu evaluate pairs` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pipeline.evaluation.agreement import Agreement
from pipeline.evaluation.pairs import CorpusScore, PairCounts, PairScore


def score_as_dict(score: CorpusScore | PairScore) -> dict[str, Any]:
    """What --json prints: the figures of the lines, F1 among them."""
    value = asdict(score)
    if score.agreement is not None:
        for name, rates in (("pairs", score.agreement.pairs), ("b_cubed", score.agreement.b_cubed)):
            value["agreement"][name]["f1"] = rates.f1
    return value


def corpus_lines(score: CorpusScore) -> Iterator[str]:
    """Agreement, then recall by change."""
    yield f"posts                    {score.agreement.documents}"
    yield from _agreement_lines(score.agreement)
    if score.changes:
        yield ""
        yield "change (clusters of two)  recall   pairs"
    for one in score.changes:
        yield f"{one.change:24} {one.recall:7.3f} {one.pairs:7}"


def pair_lines(score: PairScore) -> Iterator[str]:
    """Where the pairs ended, by kind, then agreement."""
    for one in score.counts:
        yield from _count_lines(one)
    if score.agreement is not None:
        yield f"over the {score.agreement.documents} posts named (truth: what the pairs connect)"
        yield from _agreement_lines(score.agreement)


def _count_lines(one: PairCounts) -> Iterator[str]:
    household = one.same_case + one.same_household
    yield f"[{one.kind or 'all'}]"
    for label, count, recall in (
        ("pairs, both in the store", one.known, None),
        ("same case", one.same_case, one.recall),
        ("or same household", household, one.household_recall),
        ("or carried by a round-up", household + one.carried, one.carried_recall),
        ("apart: a round-up", one.round_up, None),
        ("apart: not in a case", one.no_case, None),
        ("apart: two cases", one.apart, None),
        ("not in the store", one.unknown, None),
    ):
        yield f"{label:25} {count:6}" + ("" if recall is None else f"   recall {recall:.3f}")
    yield ""


def _agreement_lines(agreement: Agreement) -> Iterator[str]:
    for name, rates in (("pairs", agreement.pairs), ("B-cubed", agreement.b_cubed)):
        yield f"{name:12} precision {rates.precision:.3f}   recall {rates.recall:.3f}   F1 {rates.f1:.3f}"
