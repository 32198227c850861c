"""Fit data/status/second_reader.bin: multinomial logistic regression over hashed grams, stored as whole numbers.

    python -m benchmarks.fit_second_reader --check    trained on dev_a and read on dev_b, the reverse, and five blocks
    python -m benchmarks.fit_second_reader --write    fit on both and rewrite the file, byte for byte the same

Trains on benchmarks/labelled/status/dev_a.jsonl and dev_b.jsonl only, two writers who did not see each other's work:
reading one after training on the other is the honest figure. Blocks hold neighbouring stories together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.status.second_reader import KINDS, Second, SecondReader, store_second_reader
from pipeline.status.second_reader_features import BITS, count_cues, cut, hash_grams, new_words

HERE = Path(__file__).parent / "labelled" / "status"
FILES = ("dev_a.jsonl", "dev_b.jsonl")
LOOSENESS = 30.0  # scikit-learn's C
STEPS = 400
FOLDS = 5
PRECISIONS = (0.995, 0.98, 0.95, 0.90)
THRESHOLDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Heard:
    """One labelled text."""

    plea: str
    text: str
    reads: str


def main() -> None:
    """Check, write, or both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    files = [read_heard(HERE / name) for name in FILES]
    # One thread: sums in another order would round otherwise, and the file must come out the same.
    with threadpool_limits(limits=1):
        if options.check:
            check(files)
        if options.write:
            hashes = {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in FILES}
            store_second_reader(fit([heard for file in files for heard in file]), hashes)


def read_heard(path: Path) -> list[Heard]:
    """Every labelled text of a file, in its order."""
    stories = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Heard(story["plea"], said["text"], said["reads"]) for story in stories for said in story["said"]]


def fit(heard: list[Heard]) -> SecondReader:
    """Solve in the span of the texts (the same optimum as over all buckets, in a fraction of the time), then round."""
    values = sp.csr_matrix(sp.vstack([_row(one) for one in heard]))
    labels = [KINDS.index(one.reads) for one in heard]
    powers, axes = np.linalg.eigh((values @ values.T).toarray())
    kept = powers > powers[-1] * 1e-9
    roots = np.sqrt(powers[kept])
    model = LogisticRegression(C=LOOSENESS, max_iter=STEPS, tol=1e-5).fit(axes[:, kept] * roots, labels)
    weights = values.T @ ((axes[:, kept] / roots) @ model.coef_.T)
    weights[-1] += model.intercept_ / _BIAS
    grams, gram_scales = _round(weights[: 1 << BITS], 127)
    cues, cue_scales = _round(weights[1 << BITS :], 32767)
    return SecondReader(grams.astype(np.int8), cues.astype(np.int16), gram_scales, cue_scales)


_BIAS = float(count_cues("", "")[-1])


def _row(heard: Heard) -> sp.csr_matrix:
    words = new_words(heard.plea, heard.text)
    seen = np.unique(np.concatenate(hash_grams(cut(words).signs)))
    cues = count_cues(heard.plea, words)
    columns = np.concatenate([seen.astype(np.int64), (1 << BITS) + np.arange(len(cues))])
    values = np.concatenate([np.full(len(seen), len(seen) ** -0.5), cues])
    return sp.csr_matrix((values, columns, [0, len(columns)]), shape=(1, (1 << BITS) + len(cues)))


def _round(weights: npt.NDArray[np.float64], largest: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    # The scale is cut to six digits so that a last-bit difference does not show in the file.
    scales = np.array([float(f"{value:.6g}") for value in np.abs(weights).max(axis=0) / largest])
    return np.clip(np.rint(weights / scales), -largest, largest), scales


def check(files: list[list[Heard]]) -> None:
    """Transfer in both directions, then contiguous blocks of both files."""
    first, second = files
    forth = _read_all(fit(first), second)
    back = _read_all(fit(second), first)
    report("a -> b", second, forth)
    report("b -> a", first, back)
    report("transfer together", second + first, forth + back)
    both = first + second
    blocks: list[Second] = []
    for fold in range(FOLDS):
        start, end = len(both) * fold // FOLDS, len(both) * (fold + 1) // FOLDS
        blocks += _read_all(fit(both[:start] + both[end:]), both[start:end])
    report("five blocks", both, blocks)


def _read_all(reader: SecondReader, heard: list[Heard]) -> list[Second]:
    return [reader.read(one.plea, one.text) for one in heard]


def report(name: str, heard: list[Heard], read: list[Second]) -> None:
    """Precision and recall of resolved by threshold, recall at given precisions, and the confusion."""
    truth = np.array([one.reads == "resolved" for one in heard])
    agreement = np.mean([one.reads == second.kinds.best for one, second in zip(heard, read, strict=True)])
    print(f"\n{name}: {len(heard)} texts, {truth.sum()} resolved, agreement over six kinds {agreement:.3f}")
    for what, sure in (
        ("text", np.array([second.kinds.resolved for second in read])),
        ("clause", np.array([best_clause(second) for second in read])),
        ("both", np.array([min(second.kinds.resolved, best_clause(second)) for second in read])),
    ):
        print(f"  {what:6} " + "  ".join(_recall_at(sure, truth, precision) for precision in PRECISIONS))
    _print_thresholds(np.array([second.kinds.resolved for second in read]), truth, heard)
    pairs = Counter((one.reads, second.kinds.best) for one, second in zip(heard, read, strict=True))
    print("  truth \\ read " + "".join(f"{kind:>9}" for kind in KINDS))
    for kind in KINDS:
        print(f"  {kind:12} " + "".join(f"{pairs[kind, other]:9}" for other in KINDS))


def best_clause(second: Second) -> float:
    """The evidence of the clause that would be quoted."""
    return max((clause.kinds.resolved for clause in second.clauses), default=0.0)


def _recall_at(sure: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], precision: float) -> str:
    order = np.argsort(-sure, kind="stable")
    hits = np.cumsum(truth[order])
    enough = np.flatnonzero(hits / np.arange(1, len(order) + 1) >= precision)
    if not len(enough):
        return f"P>={precision}: never"
    last = enough[-1]
    return f"P>={precision}: R {hits[last] / truth.sum():.3f} from {sure[order][last]:.3f}"


def _print_thresholds(sure: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], heard: list[Heard]) -> None:
    print("  from    precision  recall  false (of which none/progress/other)")
    for threshold in THRESHOLDS:
        chosen = sure >= threshold
        wrong = Counter(heard[row].reads for row in np.flatnonzero(chosen & ~truth))
        hits, false = int((chosen & truth).sum()), wrong.total()
        other = false - wrong["none"] - wrong["progress"]
        share = hits / max(1, hits + false)
        print(
            f"  {threshold:<6}  {share:9.3f}  {hits / truth.sum():6.3f}  {false:5} "
            f"({wrong['none']}/{wrong['progress']}/{other})"
        )


if __name__ == "__main__":
    main()
