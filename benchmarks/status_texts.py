"""The labelled words of authors on which the second reader is fitted, by the writer of the set.

From stories (dev_a, dev_b, dev_d, dev_e) and contrasts (dev_j, k, l, o, q, r, y, z: other wordings after one plea, each
read alone) every text of the author; from worlds (dev_c, f, g, h, i, m, n, tune) each text that is labelled itself, or
else the last words of the author about a case, which carry its label. Left out are cases that ended by deletion and
authors of two cases.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.status_worlds import read_cases
from pipeline.status.model import Utterance

HERE = Path(__file__).parent / "labelled" / "status"
STORIES = ("dev_a.jsonl", "dev_b.jsonl", "dev_d.jsonl", "dev_e.jsonl")
CONTRASTS = tuple(f"dev_{writer}.jsonl" for writer in "jkloqry")
# The plainest words there are, of which the others have few, since writers vary theirs.
PLAIN = ("dev_z.jsonl",)
WORLDS = (*(f"dev_{writer}.jsonl" for writer in "cfghimn"), "tune.jsonl")
_KIND_OF_STATUS = {"resolved": "resolved", "in_progress": "progress", "open": "none", "closed": "closed"}
# Worlds are written like real threads, longer and with thanks; stories are single sentences, and four times as many.
WEIGHT_OF_WORLDS = 3.0
_OTHERS = frozenset({"official", "third_party"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One labelled text of an author, and how much it counts in a fit."""

    plea: str
    text: str
    reads: str
    weight: float = 1.0


def read_writers() -> dict[str, list[Heard]]:
    """The labelled texts of each file, in its order."""
    stories = {name: list(_of_stories(HERE / name)) for name in (*STORIES, *CONTRASTS)}
    stories |= {name: list(_of_stories(HERE / name, WEIGHT_OF_WORLDS)) for name in PLAIN}
    return stories | {name: list(_of_worlds(HERE / name)) for name in WORLDS}


def _of_stories(path: Path, weight: float = 1.0) -> list[Heard]:
    stories = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Heard(story["plea"], said["text"], said["reads"], weight)
        for story in stories
        for said in story["said"]
        if said["form"] not in _OTHERS
    ]


def _of_worlds(path: Path) -> list[Heard]:
    reads = _labels_of_texts(path)
    found = []
    for status, case_file in read_cases(path):
        if case_file.other_pleas:
            continue
        words = sorted((word for word in case_file.words if word.speaker == "author"), key=lambda word: word.said_at)
        kinds = {word: reads[_label_key(word)] for word in words if _label_key(word) in reads}
        if not reads and words and status in _KIND_OF_STATUS:
            kinds = {words[-1]: _KIND_OF_STATUS[status]}
        found += [Heard(case_file.plea.text, word.text, kind, WEIGHT_OF_WORLDS) for word, kind in kinds.items()]
    return found


def _labels_of_texts(path: Path) -> dict[str, str]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {key: kind for row in rows for key, kind in row.get("reads", {}).items()}


def _label_key(word: Utterance) -> str:
    return f"{word.post_id}#edit" if word.form == "edit" else word.post_id
