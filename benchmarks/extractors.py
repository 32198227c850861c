"""Measure the extractors on labelled posts: precision and recall of each, the confusion of kinds, posts a second.

python benchmarks/extractors.py [--tune] [--real FILE…] [--show]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.plea.reading import PLEA_LABELS
from pipeline.understand import Understanding, understand

LABELLED = Path(__file__).parent / "labelled"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extractor:
    """A name, what the labels say and what was read, each as a bag of values."""

    name: str
    expected: Callable[[Row], Iterable[str]]
    read: Callable[[Understanding], Iterable[str]]


def _facts(kind: str) -> Callable[[Understanding], Iterable[str]]:
    return lambda post: {fact.value for fact in post.facts if fact.kind == kind}


def _labels(name: str) -> Callable[[Row], Iterable[str]]:
    return lambda row: {_as_written(value) for value in row.get(name) or ()}


def _as_written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _one(name: str) -> Extractor:
    return Extractor(
        name,
        lambda row: [row[name]] if row.get(name) else [],
        lambda post: [getattr(post, name)] if getattr(post, name) else [],
    )


EXTRACTORS = (
    Extractor("phone", _labels("phones"), _facts("phone")),
    Extractor("id_number", _labels("id_numbers"), _facts("id_number")),
    Extractor("age", _labels("ages"), _facts("age")),
    _one("province"),
    _one("city"),
    _one("district"),
    _one("category"),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="measure the tuning half instead of the held-out half")
    parser.add_argument("--real", nargs="*", type=Path, default=[], help="import files: print the share of each kind")
    parser.add_argument("--show", action="store_true", help="print every disagreement")
    options = parser.parse_args()
    half = "tune.jsonl" if options.tune else "test.jsonl"
    measure_facts(LABELLED / "facts" / half, options.show)
    measure_pleas(LABELLED / "pleas" / half, options.show)
    for path in options.real:
        measure_real(path)


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file; none when it is missing."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure_facts(path: Path, show: bool) -> None:
    """Precision, recall and F1 of each extractor."""
    rows = read_rows(path)
    read = [(row, understand(row["text"])) for row in rows]
    print(f"{path.name}: {len(rows)} posts with facts")
    print(f"{'':12}{'labels':>8}{'P':>8}{'R':>8}{'F1':>8}{'exact':>8}")
    for extractor in EXTRACTORS:
        measure_extractor(extractor, read, show)


def measure_extractor(extractor: Extractor, read: list[tuple[Row, Understanding]], show: bool) -> None:
    """One line of the table, and with `show` each post on which label and reading differ."""
    hits = expected_count = read_count = exact = 0
    for row, post in read:
        expected, got = Counter(extractor.expected(row)), Counter(extractor.read(post))
        hits += (expected & got).total()
        expected_count += expected.total()
        read_count += got.total()
        exact += expected == got
        if show and expected != got:
            print(f"  {extractor.name} {row['id']}: expected {sorted(expected)} read {sorted(got)} | {row['text']}")
    precision, recall = _share(hits, read_count), _share(hits, expected_count)
    f1 = _share(2 * precision * recall, precision + recall)
    print(f"{extractor.name:12}{expected_count:8}{precision:8.3f}{recall:8.3f}{f1:8.3f}{_share(exact, len(read)):8.3f}")


def measure_pleas(path: Path, show: bool) -> None:
    """The confusion matrix of kinds, and plea against the rest."""
    rows = read_rows(path)
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        label = understand(row["text"], row.get("is_repost", False)).label
        pairs[row["label"], label] += 1
        if show and label != row["label"]:
            print(f"  {row['id']}: expected {row['label']} read {label} | {row['text']}")
    print(f"\n{path.name}: {len(rows)} posts with kinds (rows: label, columns: read)")
    print(" " * 16 + "".join(f"{label[:9]:>10}" for label in PLEA_LABELS))
    for label in PLEA_LABELS:
        print(f"{label:16}" + "".join(f"{pairs[label, read]:10}" for read in PLEA_LABELS))
    _print_plea_against_rest(pairs)


def _print_plea_against_rest(pairs: Counter[tuple[str, str]]) -> None:
    hits = pairs["plea", "plea"]
    precision = _share(hits, sum(count for (_, read), count in pairs.items() if read == "plea"))
    recall = _share(hits, sum(count for (label, _), count in pairs.items() if label == "plea"))
    agreed = _share(sum(count for (label, read), count in pairs.items() if label == read), pairs.total())
    f1 = _share(2 * precision * recall, precision + recall)
    print(f"plea against the rest: P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; all kinds agreed {agreed:.3f}")


def measure_real(path: Path) -> None:
    """The share of each kind and the speed on an import file; nothing of its text is printed."""
    texts = [row["text"] for row in read_rows(path) if row.get("text")]
    understand("热身")
    started = time.process_time()
    posts = [understand(text) for text in texts]
    seconds = time.process_time() - started
    kinds = Counter(post.label for post in posts)
    per_post = seconds / len(posts) * 1e6
    print(f"\n{path.name}: {len(posts)} posts, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    print("  " + ", ".join(f"{label} {kinds[label] / len(posts):.3f}" for label in PLEA_LABELS))
    print(f"  {per_post:.0f} µs a post, {1e6 / per_post:.0f} posts a second (processor time, one core)")


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


if __name__ == "__main__":
    main()
