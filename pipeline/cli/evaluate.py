"""`houxu evaluate`: houxu against labelled files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli.options import Installation, at_home, json_option, progress_printer
from pipeline.errors import UserError
from pipeline.evaluation.status import NO_CASE, STATUSES, Outcome, Score, run_worlds, score
from pipeline.evaluation.worlds import read_worlds


@click.group()
def evaluate() -> None:
    """拿标注好的文件衡量 / Measure against labelled files; each goes through the same import and stages as a night."""


@evaluate.command("status")
@click.argument("file", type=click.Path(path_type=Path))
@at_home
@json_option
def evaluate_status(home: Installation, file: Path, as_json: bool) -> None:
    """状态判读：准确率、误判为已解决、过时标记 / Status: accuracy, false resolved, stale precision and recall."""
    outcomes = list(run_worlds(read_worlds(file), home.settings, progress_printer("个世界 / worlds")))
    if not outcomes:
        raise UserError(f"{file}: 没有标注好的世界 / no labelled worlds in it")
    result = score(outcomes)
    if as_json:
        confusion = {f"{wanted}->{got}": count for (wanted, got), count in sorted(result.confusion.items())}
        click.echo(json.dumps({**asdict(result), "confusion": confusion}, ensure_ascii=False, indent=1))
        return
    for line in (*_score_lines(result), "", *_miss_lines(outcomes)):
        click.echo(line)


def _score_lines(result: Score) -> Iterator[str]:
    yield f"cases             {result.cases}"
    yield f"accuracy          {result.accuracy:.3f}"
    yield f"macro F1          {result.macro_f1:.3f}"
    yield f"false resolved    {result.false_resolved}"
    for name in ("review_accuracy", "stale_precision", "stale_recall", "late_precision", "late_recall"):
        value = getattr(result, name)
        yield f"{name.replace('_', ' '):17} {'–' if value is None else f'{value:.3f}'}"
    yield ""
    got = [*STATUSES, NO_CASE]
    yield "expected \\ got " + "".join(f"{name:>12}" for name in got)
    for wanted in STATUSES:
        yield f"{wanted:15}" + "".join(f"{result.confusion.get((wanted, one), 0):>12}" for one in got)


def _miss_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for one in outcomes:
        missed = one.expected.stale - one.stale
        wrong = one.stale & (one.expected.not_stale - one.expected.stale)
        if one.is_right and not missed and not wrong:
            continue
        yield (
            f"{one.world.name} [{one.world.trap}] {one.expected.status} → {one.status}"
            + (f"  漏标 / missed stale: {', '.join(sorted(missed))}" if missed else "")
            + (f"  误标 / wrongly stale: {', '.join(sorted(wrong))}" if wrong else "")
        )


@evaluate.command("pairs")
@click.argument("file", type=click.Path(path_type=Path))
@at_home
@json_option
def evaluate_pairs(home: Installation, file: Path, as_json: bool) -> None:
    """归并：同一求助是否归在一起 / Linking: do posts of one plea end together.

    FILE is a TSV of post pairs (left, right, perhaps kind) that belong to one case, held against the database; or a
    labelled corpus in JSON Lines (text, cluster, perhaps change), linked by itself.
    """
    from pipeline.cli.pairlines import corpus_lines, pair_lines, score_as_dict
    from pipeline.evaluation.pairs import read_labelled, read_pairs, score_corpus, score_pairs
    from pipeline.store.database import read_store

    if file.suffix in (".jsonl", ".ndjson"):
        corpus = score_corpus(read_labelled(file))
        click.echo(json.dumps(score_as_dict(corpus), indent=1) if as_json else "\n".join(corpus_lines(corpus)))
        return
    found = score_pairs(read_store(home.places.db_path), read_pairs(file))
    told = json.dumps(score_as_dict(found), ensure_ascii=False, indent=1) if as_json else "\n".join(pair_lines(found))
    click.echo(told)
