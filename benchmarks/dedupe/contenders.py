"""One contender, one process: reads cleaned or raw posts, writes labels and its processor time.

Run by `benchmarks.dedupe` with the interpreter that has the contender; needs nothing but numpy and the contender.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np


class Forest:
    """A small union-find."""

    def __init__(self, size: int) -> None:
        self.parents = list(range(size))

    def find(self, i: int) -> int:
        """The root of i."""
        while self.parents[i] != i:
            self.parents[i] = self.parents[self.parents[i]]
            i = self.parents[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Put both under the smaller root."""
        a, b = self.find(i), self.find(j)
        self.parents[max(a, b)] = min(a, b)

    def labels(self) -> list[int]:
        """The root of everyone."""
        return [self.find(i) for i in range(len(self.parents))]


def grams(text: str) -> list[str]:
    """Character 4-grams; a shorter text is one gram."""
    return [text[p : p + 4] for p in range(max(1, len(text) - 3))]


def words(text: str) -> list[str]:
    """rjieba's words, which are jieba's with HMM off."""
    import rjieba

    return list(rjieba.cut(text, False))


def word_pairs(text: str) -> list[str]:
    """Neighbouring words."""
    found = words(text)
    return [a + "/" + b for a, b in pairwise(found)] or found


def run_datasketch(texts: list[str], threshold: float, tokens: Callable[[str], Iterable[str]]) -> list[int]:
    """datasketch MinHash and LSH, 128 permutations, every candidate joined."""
    from datasketch import MinHash, MinHashLSH

    lsh, forest = MinHashLSH(threshold=threshold, num_perm=128), Forest(len(texts))
    sets = ([token.encode() for token in tokens(text)] for text in texts)
    for i, sketch in enumerate(MinHash.generator(sets, num_perm=128)):
        for j in lsh.query(sketch):
            forest.join(i, j)
        lsh.insert(i, sketch, check_duplication=False)
    return forest.labels()


def run_rensa(texts: list[str], threshold: float, tokens: Callable[[str], Iterable[str]]) -> list[int]:
    """rensa's RMinHash with its deduplicator, verified by estimated Jaccard."""
    from rensa import RMinHash, RMinHashDeduplicator  # type: ignore[import-not-found]

    deduplicator = RMinHashDeduplicator(threshold=threshold, num_perm=128, use_lsh=True, num_bands=32)
    forest = Forest(len(texts))
    for i, text in enumerate(texts):
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(list(tokens(text)))
        for key in deduplicator.get_duplicates(sketch):
            forest.join(i, int(key))
        deduplicator.add(str(i), sketch)
    return forest.labels()


CONTENDERS = {
    "datasketch-grams": (run_datasketch, grams),
    "datasketch-words": (run_datasketch, words),
    "datasketch-word-pairs": (run_datasketch, word_pairs),
    "rensa-grams": (run_rensa, grams),
}


def peak_gigabytes() -> float:
    """Peak memory of this process on Linux; getrusage would count the process that started it as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def main(name: str, threshold: str, source: str, target: str) -> None:
    """Label the JSON list of texts at `source`; write labels (.npy) and print times as JSON."""
    texts = json.loads(Path(source).read_text(encoding="utf-8"))
    run, tokens = CONTENDERS[name]
    started, wall = time.process_time(), time.perf_counter()
    labels = run(texts, float(threshold), tokens)
    spent = {"cpu": time.process_time() - started, "wall": time.perf_counter() - wall}
    np.save(target, np.array(labels, dtype=np.int64))
    print(json.dumps({**spent, "gb": peak_gigabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
