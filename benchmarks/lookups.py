"""Look-ups in a given store: `python -m benchmarks.lookups --db STORE --n 1000 --cold 10`.

Questions are stored texts cut to four fifths, and a tenth are invented words that no post holds. Warm is one process
that answers them one by one, text to cases with score and reason, after it has answered fifty others. Cold is `houxu
lookup --text … --json` as a process of its own for each question. Wall beside processor time (user and system).
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.asking.ask import ask_text
from pipeline.places import places_at
from pipeline.privacy import Key, load_or_make_key
from pipeline.store.database import Store, read_store

_HOUXU = (sys.executable, "-c", "from pipeline.cli import main; main()")
_WARM_UP, _LEAST_CHARACTERS, _KEPT = 50, 40, 0.8
_UNKNOWN_SHARE = 0.1
_PERCENTS = (50, 95, 99, 100)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of one answer: by the clock, and of the processor."""

    wall: float
    cpu: float


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.lookups", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="a processed store; it is only read")
    parser.add_argument("--n", type=int, default=1000, help="warm questions")
    parser.add_argument("--cold", type=int, default=10, help="processes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    store = read_store(options.db)
    key = load_or_make_key(places_at(options.db).key_path)
    questions = choose_questions(store, options.n + _WARM_UP + options.cold, options.seed)
    asked, cold = questions[: -options.cold or None], questions[len(questions) - options.cold :]
    show("cold", [time_process(options.db, question) for question in cold])
    show("warm", time_warm(store, key, asked)[_WARM_UP:])


def choose_questions(store: Store, number: int, seed: int) -> list[str]:
    """Cut copies of stored posts and invented words, drawn by `seed`.

    Raises:
        SystemExit: the store holds too few posts of more than forty characters.
    """
    rng = random.Random(seed)
    most = store.conn.execute("SELECT MAX(seq) FROM observations").fetchone()[0] or 0
    questions: list[str] = []
    for _ in range(20 * number):
        if len(questions) == number:
            return questions
        if rng.random() < _UNKNOWN_SHARE:
            questions.append("".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(60)))
            continue
        row = store.conn.execute("SELECT text FROM observations WHERE seq = ?", (rng.randint(1, most),)).fetchone()
        if row and row[0] and len(row[0]) > _LEAST_CHARACTERS:
            questions.append(row[0][: int(_KEPT * len(row[0]))])
    raise SystemExit("too few posts to ask about")


def time_warm(store: Store, key: Key, questions: Sequence[str]) -> list[Spent]:
    """What each answer took in this process; prints how they came out."""
    outcomes: Counter[str] = Counter()
    spent = []
    for question in questions:
        wall, cpu = time.perf_counter(), time.process_time()
        outcomes[ask_text(store, key, question).answer.outcome] += 1
        spent.append(Spent(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)))
    print("answers:", dict(sorted(outcomes.items())))
    return spent


def time_process(db_path: Path, question: str) -> Spent:
    """What one `houxu lookup` took, from the start of the process to its end."""
    before, wall = _children_seconds(), time.perf_counter()
    command = [*_HOUXU, "lookup", "--text", question, "--json", "--db", str(db_path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return Spent(1000 * (time.perf_counter() - wall), 1000 * (_children_seconds() - before))


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def show(name: str, spent: Sequence[Spent]) -> None:
    """Percentiles of one table in milliseconds."""
    if not spent:
        return
    kinds: tuple[tuple[str, Callable[[Spent], float]], ...] = (("wall", lambda s: s.wall), ("cpu", lambda s: s.cpu))
    for kind, value in kinds:
        ordered = sorted(map(value, spent))
        figures = "  ".join(f"p{p} {ordered[min(len(ordered) - 1, p * len(ordered) // 100)]:.1f}" for p in _PERCENTS)
        print(f"{name} look-up of {len(spent)} questions, {kind} ms: {figures}")


if __name__ == "__main__":
    main()
