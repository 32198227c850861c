"""Measures the status stage: labelled worlds, labelled sentences, and speed.

    python -m benchmarks.status worlds FILE       accuracy, macro-F1, false resolved, stale precision and recall
    python -m benchmarks.status sentences FILE    every sentence as the author's post after an implied plea
    python -m benchmarks.status speed FILE        sentences a second of processor time

The worlds are built straight from the import lines with simple rules (the author's other posts are words, replies and
reposts by others are comments and copies), without the clusterer: `houxu evaluate status` is the end-to-end figure.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmarks.status_worlds import Result, evaluate_file
from pipeline.status.clauses import own_clauses
from pipeline.status.model import Reading
from pipeline.status.needs import profile_of
from pipeline.status.reading import Context, context_of, read_words
from pipeline.status.scan import take_apart
from pipeline.status.second_opinion import weigh
from pipeline.text.normal import normalise

# The quickest of so many passes: other processes on the machine only ever slow one down.
PASSES = 5
STATUSES = ("open", "in_progress", "resolved", "withdrawn", "closed")
PLEA = "求助！家里病人急需住院床位、治疗和药，青菜也买不到，被困在家里。"


def main() -> None:
    """Run the mode that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("worlds", "sentences", "speed"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--quiet", action="store_true", help="no list of misses (real sentences are not for logs)")
    options = parser.parse_args()
    if options.mode == "worlds":
        report_worlds(evaluate_file(options.file), options.quiet)
    elif options.mode == "sentences":
        report_sentences(options.file, options.quiet)
    else:
        report_speed(options.file)


def report_worlds(results: list[Result], is_quiet: bool) -> None:
    """The tables of issue C over labelled worlds, and every miss unless quiet."""
    pairs = Counter((result.expected, result.status) for result in results)
    right = sum(count for (expected, got), count in pairs.items() if expected == got)
    print(f"cases {len(results)}  accuracy {right / len(results):.3f}  macro-F1 {macro_f1(pairs):.3f}")
    print("false resolved", sum(n for (want, got), n in pairs.items() if got == "resolved" != want))
    flags = Counter(flag for result in results for flag in result.flags)
    print(
        f"stale precision {share(flags['hit'], flags['false']):.3f}  recall {share(flags['hit'], flags['miss']):.3f}",
        dict(flags),
    )
    review = Counter(result.review for result in results)
    print("review", dict(review))
    print("expected \\ got  " + "  ".join(f"{status:>11}" for status in STATUSES))
    for expected in STATUSES:
        print(f"{expected:>14}  " + "  ".join(f"{pairs[expected, got]:>11}" for got in STATUSES))
    for result in [] if is_quiet else results:
        if result.is_miss:
            print(f"MISS {result.case} [{result.trap}] {result.expected} -> {result.status}; {'; '.join(result.notes)}")


def share(hits: int, others: int) -> float:
    """hits / (hits + others), 1.0 where there is nothing to find."""
    return hits / (hits + others) if hits + others else 1.0


def macro_f1(pairs: Counter[tuple[str, str]]) -> float:
    """Mean F1 over the statuses that occur."""
    scores = []
    for status in STATUSES:
        hits = pairs[status, status]
        wanted = sum(count for (expected, _), count in pairs.items() if expected == status)
        given = sum(count for (_, got), count in pairs.items() if got == status)
        if wanted:
            scores.append(2 * hits / (wanted + given))
    return sum(scores) / len(scores)


def report_sentences(path: Path, quiet: bool) -> None:
    """How every labelled sentence is read as words after the plea that it implies."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        reading = read_sentence(row["text"])
        table[row["label"]][reading.kind] += 1
        wrong = (row["label"] == "RESOLVED") != (reading.kind == "resolved")
        if wrong and not quiet:
            print(
                "MISS", row["label"], reading.kind, reading.rule, reading.doubt, reading.quote, "<-", row["text"][:90]
            )
            for clause in reading.clauses:
                print(
                    "      ",
                    clause.text[:30],
                    clause.event,
                    clause.rule,
                    clause.vote,
                    sorted(clause.persons),
                    sorted(clause.marks),
                )
    for label, kinds in sorted(table.items()):
        print(f"{label:>22}", dict(kinds))


def read_sentence(text: str) -> Reading:
    """The reading of a sentence after a general plea, with the second reader heard."""
    plea = PLEA + "".join(word for word in ("朋友", "邻居") if word in text)
    return weigh(read_words(text, context_of(plea)), plea, text, profile_of(plea))


def report_speed(path: Path) -> None:
    """Sentences a second, for all sentences and for those with an event word."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [said["text"] for row in rows for said in row.get("said", [row])]
    sentences = [part for text in texts for part in split_sentences(text or "")]
    read_words(sentences[0], context_of(PLEA))
    context = context_of(PLEA)
    started = time.process_time()
    readings = [read_words(sentence, context) for sentence in sentences]
    elapsed = time.process_time() - started
    print(f"{len(sentences)} sentences in {elapsed:.2f} s: {len(sentences) / elapsed:,.0f} a second")
    candidates = [
        sentence
        for sentence, reading in zip(sentences, readings, strict=True)
        if any(clause.event not in {"-", "thanks"} for clause in reading.clauses)
    ]
    clauses = sum(len(take_apart(normalise(sentence).text)) for sentence in candidates)
    elapsed = min(_seconds_to_read(candidates, context) for _ in range(PASSES))
    print(f"{len(candidates)} candidates in {elapsed:.2f} s: {len(candidates) / elapsed:,.0f} a second")
    print(f"{clauses} candidate clauses: {clauses / elapsed:,.0f} a second")


def _seconds_to_read(sentences: list[str], context: Context) -> float:
    """Processor time of one pass, nothing kept from the one before."""
    read_words.cache_clear()
    own_clauses.cache_clear()
    started = time.process_time()
    for sentence in sentences:
        read_words(sentence, context)
    return time.process_time() - started


def split_sentences(text: str) -> Iterable[str]:
    """The sentences of a text."""
    for mark in "！？!?\n":
        text = text.replace(mark, "。")
    return [part for part in text.split("。") if part.strip()]


if __name__ == "__main__":
    main()
