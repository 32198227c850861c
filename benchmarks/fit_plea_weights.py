"""Fit data/plea_weights.tsv: multinomial logistic regression held near the weights that were set by hand.

python benchmarks/fit_plea_weights.py [--write]

Trains on benchmarks/labelled/pleas/{tune,train,dev_p}.jsonl, benchmarks/plea_training.tsv and the posts of
benchmarks/labelled/facts/{tune,train}.jsonl that have a need (pleas, whatever their kind of need; questions about rules
left out). The prior is benchmarks/plea_prior.tsv: a weight moves away from it only as far as the posts pull.
Prints the agreement of five-fold cross-validation; with --write it rewrites the table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.facts.extract import find_open
from pipeline.facts.spans import SpanIndex
from pipeline.plea.classify import Weights, load_weights
from pipeline.plea.features import features_of, own_terms
from pipeline.plea.reading import PLEA_LABELS, ReadPost
from pipeline.text.normal import normalise
from pipeline.text.structure import read_structure
from pipeline.understand import understand
from pipeline.vocabulary import read_terms

HERE = Path(__file__).parent
PRIOR = HERE / "plea_prior.tsv"
TABLE = DATA_DIR / "plea_weights.tsv"
PULL = 2.0  # how many posts' worth of evidence a unit of weight costs; larger keeps closer to the prior
STEPS = 1500
RATE = 0.5
FOLDS = 5
CARE = 0.9  # a plea that is passed over costs more than a post too many that is looked at
_ROUND_UPS_TAKEN, _FEW_ROUND_UPS = 3, 12
Matrix = npt.NDArray[np.float64]
Post = tuple[dict[str, float], int]


def main() -> None:
    """Fit, print, and with --write store the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    prior = load_weights(PRIOR)
    names = tuple(prior)
    posts = read_posts()
    values = np.array([[features.get(name, 0.0) for name in names] for features, _ in posts])
    labels = np.array([label for _, label in posts])
    start = np.array([prior[name].by_label for name in names])
    print_agreement(values, labels, start)
    fitted = fit(values, labels, start)
    fitted[names.index("bias"), PLEA_LABELS.index("plea")] += CARE
    print(f"trained on {len(posts)} posts: agreement {np.mean(np.argmax(values @ fitted, axis=1) == labels):.3f}")
    if options.write:
        write_table(prior, names, fitted)


def read_posts() -> list[Post]:
    """Features and label of every training post."""
    posts = [_post(row["text"], row["label"], row["is_repost"]) for row in _rows("pleas")]
    posts += [_post(row["text"], "plea", False) for row in _rows("facts") if row["category"] not in (None, "policy")]
    for _, training in read_table(HERE / "plea_training.tsv"):
        posts.append(_post(training["text"], training["label"], training["repost"] == "r"))
    return posts


def _rows(kind: str) -> Iterator[dict[str, Any]]:
    for name in ("tune.jsonl", "train.jsonl", "dev_p.jsonl"):
        path = HERE / "labelled" / kind / name
        if path.is_file():
            yield from _in_proportion(map(json.loads, path.read_text(encoding="utf-8").splitlines()))


def _in_proportion(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All rows but most of the many round-ups: taught that every ninth post is one, a family's plea is read as one."""
    seen = 0
    for row in rows:
        seen += row.get("label") == "round_up"
        if row.get("label") != "round_up" or seen % _ROUND_UPS_TAKEN == 0 or seen <= _FEW_ROUND_UPS:
            yield row


def _post(raw: str, label: str, is_repost: bool) -> Post:
    text = normalise(understand(raw).text)
    terms = read_terms(text.text)
    facts = find_open(text.text, terms, SpanIndex(()))
    structure = read_structure(text)
    post = ReadPost(structure, own_terms(structure, terms), tuple(facts), is_repost)
    return features_of(post), PLEA_LABELS.index(label)


def fit(values: Matrix, labels: npt.NDArray[np.int64], prior: Matrix) -> Matrix:
    """Gradient descent from the prior; the penalty is the squared distance from it."""
    weights = prior.copy()
    truth = np.eye(len(PLEA_LABELS))[labels]
    for _ in range(STEPS):
        sums = values @ weights
        shares = np.exp(sums - sums.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = (values.T @ (shares - truth) + PULL * (weights - prior)) / len(labels)
        weights -= RATE * slope
    return weights


def print_agreement(values: Matrix, labels: npt.NDArray[np.int64], prior: Matrix) -> None:
    """Five-fold agreement, and plea against the rest, of the prior alone and of the fit."""
    held_out = np.empty_like(labels)
    for fold in range(FOLDS):
        is_held = np.arange(len(labels)) % FOLDS == fold
        weights = fit(values[~is_held], labels[~is_held], prior)
        held_out[is_held] = np.argmax(values[is_held] @ weights, axis=1)
    for name, read in (("prior", np.argmax(values @ prior, axis=1)), ("cross-validated", held_out)):
        hits = np.sum((read == 0) & (labels == 0))
        precision, recall = hits / max(1, np.sum(read == 0)), hits / np.sum(labels == 0)
        f1 = 2 * precision * recall / (precision + recall)
        print(f"{name}: agreement {np.mean(read == labels):.3f}; plea P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")


def write_table(prior: dict[str, Weights], names: tuple[str, ...], fitted: Matrix) -> None:
    """Rewrite the shipped table in the order of the prior."""
    comments = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = [
        "\t".join((name, prior[name].meaning_zh, *(f"{weight:.2f}" for weight in row)))
        for name, row in zip(names, fitted, strict=True)
    ]
    header = "\t".join(("feature", "meaning_zh", *PLEA_LABELS))
    TABLE.write_text("\n".join([*comments, header, *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
