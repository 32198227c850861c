"""Fit data/status/second_reader.bin: multinomial logistic regression over hashed grams, traits and cues.

    python -m benchmarks.fit_second_reader --check    leave one writer out: fitted on the others, read on it
    python -m benchmarks.fit_second_reader --write    fit on all and rewrite the file, byte for byte the same

Each file of benchmarks/labelled/status but the held-out one has a writer of its own, who had not seen the others':
reading one after fitting on the rest is the honest figure. Traits come from the rules and lexicons, so a change of
those is followed by a new fit.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from benchmarks.status_texts import HERE, Heard, read_writers
from pipeline.status import second_reader_traits
from pipeline.status.needs import profile_of
from pipeline.status.reading import context_of, read_words
from pipeline.status.second_reader import KINDS, Second, SecondReader, store_second_reader
from pipeline.status.second_reader_features import BITS, count_cues, cut, hash_grams, new_words
from pipeline.status.second_reader_traits import Traits, traits_of

# scikit-learn's C. 10 and 30 were surer of themselves and no better (leave one writer out): what is sure must be rare.
LOOSENESS = 3.0
STEPS = 200
PRECISIONS = (0.995, 0.98, 0.95, 0.90)
THRESHOLDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
LEFT_OUT = tuple(f"dev_{writer}.jsonl" for writer in "abcefghijklmnoqry")


def main() -> None:
    """Check, write, or both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    writers = read_writers()
    # One thread: sums in another order would round otherwise, and the file must come out the same.
    with threadpool_limits(limits=1):
        if options.check:
            for left_out in LEFT_OUT:
                check(writers, left_out)
        if options.write:
            hashes = {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in writers}
            store_second_reader(fit([one for heard in writers.values() for one in heard]), hashes)


def fit(heard: list[Heard]) -> SecondReader:
    """Fit over the columns that occur, then round."""
    every = sp.csr_matrix(sp.vstack([_row(one) for one in heard]))
    used = np.unique(every.indices)
    labels = [KINDS.index(one.reads) for one in heard]
    model = LogisticRegression(C=LOOSENESS, max_iter=STEPS, tol=1e-3).fit(
        every[:, used], labels, sample_weight=[one.weight for one in heard]
    )
    weights = np.zeros((every.shape[1], len(KINDS)))
    weights[used] = model.coef_.T
    weights[-1] += model.intercept_ / _BIAS
    traits_end = (1 << BITS) + (1 << second_reader_traits.BITS)
    grams, gram_scales = _round(weights[: 1 << BITS], 127)
    traits, trait_scales = _round(weights[1 << BITS : traits_end], 127)
    cues, cue_scales = _round(weights[traits_end:], 32767)
    return SecondReader(
        grams.astype(np.int8),
        traits.astype(np.int8),
        cues.astype(np.int16),
        gram_scales,
        trait_scales,
        cue_scales,
    )


_BIAS = float(count_cues("", "")[-1])


def _row(heard: Heard) -> sp.csr_matrix:
    words = new_words(heard.plea, heard.text)
    seen = np.unique(np.concatenate(hash_grams(cut(words).signs)))
    cues = count_cues(heard.plea, words)
    traits = _traits(heard)
    start = 1 << BITS
    cues_start = start + (1 << second_reader_traits.BITS)
    columns = np.concatenate(
        [seen.astype(np.int64), start + traits.buckets, cues_start + np.arange(len(cues), dtype=np.int64)]
    )
    values = np.concatenate([np.full(len(seen), len(seen) ** -0.5), traits.weights, cues])
    return sp.csr_matrix((values, columns, [0, len(columns)]), shape=(1, cues_start + len(cues)))


def _traits(heard: Heard) -> Traits:
    reading = read_words(heard.text, context_of(heard.plea))
    return traits_of(reading, heard.plea, new_words(heard.plea, heard.text), profile_of(heard.plea))


def _round(weights: npt.NDArray[np.float64], largest: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    # The scale is cut to six digits so that a last-bit difference does not show in the file.
    scales = np.array([float(f"{value:.6g}") for value in np.abs(weights).max(axis=0) / largest])
    return np.clip(np.rint(weights / scales), -largest, largest), scales


def check(writers: dict[str, list[Heard]], left_out: str) -> None:
    """Read one writer's texts after fitting on all the others'."""
    reader = fit([one for name, heard in writers.items() if name != left_out for one in heard])
    report(f"others -> {left_out}", writers[left_out], read_all(reader, writers[left_out]))


def read_all(reader: SecondReader, heard: Sequence[Heard]) -> list[Second]:
    """What the reader makes of each text."""
    return [reader.read(one.plea, one.text, _traits(one)) for one in heard]


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
