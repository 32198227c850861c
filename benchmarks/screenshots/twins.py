"""`python -m benchmarks.screenshots.twins SET`: what the house makes of twins that are given to it as text.

For each kind of twins: how many pairs the linking makes one case once both are stored, and how many texts of absent
posts, pasted whole, are answered with the case of a stored twin.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.screenshots.asking import Bench, open_bench
from benchmarks.screenshots.truth import Truth, read_truth
from benchmarks.screenshots.whole import Drawn
from pipeline.asking.ask import ask_text
from pipeline.store.asking import cases_of_post

Groups = dict[str, dict[str, Truth]]


def group_posts(truths: Iterable[Truth]) -> Groups:
    """The posts of each group of twins by id, with one of their pictures; those that stand alone are left out."""
    groups: Groups = {}
    for truth in truths:
        groups.setdefault(truth.twin_of or truth.post_id, {})[truth.post_id] = truth
    return {first: posts for first, posts in groups.items() if len(posts) > 1}


def count_joined(bench: Bench, groups: Groups) -> Iterator[tuple[str, bool]]:
    """For each twin of a first post: the kind of difference, and whether the two are one case with both stored."""
    for first, posts in groups.items():
        own = set(cases_of_post(bench.whole, first))
        for post_id, truth in posts.items():
            if truth.twin_kind and post_id != first:
                yield truth.twin_kind, bool(own & set(cases_of_post(bench.whole, post_id)))


def count_pasted(bench: Bench, groups: Groups) -> Iterator[tuple[str, bool]]:
    """For each absent post with a stored twin: the kind, and whether its text is answered with the twin's case."""
    for posts in groups.values():
        kind = next(truth.twin_kind for truth in posts.values() if truth.twin_kind)
        stored = bench.cases([post_id for post_id, truth in posts.items() if not truth.absent])
        for truth in posts.values():
            if truth.absent and stored:
                answer = ask_text(bench.store, bench.key, truth.text).answer
                yield kind, answer.outcome == "match" and answer.candidates[0].case_id in stored


def main() -> None:
    """Print both counts by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=4800, help="with so many pictures the set was drawn")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    truths = list(read_truth(given.folder))
    bench = open_bench(given.folder, truths, Drawn(given.count, given.seed))
    groups = group_posts(truths)
    joined, pasted = Counter(count_joined(bench, groups)), Counter(count_pasted(bench, groups))
    print("| differ in | pairs | one case | absent, pasted | answered with the twin's case |\n|---|---|---|---|---|")
    for kind in sorted({kind for kind, _ in [*joined, *pasted]}):
        cells = [(counts[kind, True] + counts[kind, False], counts[kind, True]) for counts in (joined, pasted)]
        print(f"| {kind} | {' | '.join(str(number) for pair in cells for number in pair)} |")


if __name__ == "__main__":
    main()
