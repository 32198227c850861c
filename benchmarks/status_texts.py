"""The labelled words of authors on which the second reader is fitted, by the writer of the set.

From stories (dev_a, dev_b, dev_d, dev_e) every text of the author; from worlds (dev_c, f, g, h, i, tune) the last words
of the author about a case, which carry its label. Left out are cases that ended by deletion and authors of two cases.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.status_worlds import read_cases

HERE = Path(__file__).parent / "labelled" / "status"
STORIES = ("dev_a.jsonl", "dev_b.jsonl", "dev_d.jsonl", "dev_e.jsonl")
WORLDS = ("dev_c.jsonl", "dev_f.jsonl", "dev_g.jsonl", "dev_h.jsonl", "dev_i.jsonl", "tune.jsonl")
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
    stories = {name: list(_of_stories(HERE / name)) for name in STORIES}
    return stories | {name: list(_of_worlds(HERE / name)) for name in WORLDS}


def _of_stories(path: Path) -> list[Heard]:
    stories = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Heard(story["plea"], said["text"], said["reads"])
        for story in stories
        for said in story["said"]
        if said["form"] not in _OTHERS
    ]


def _of_worlds(path: Path) -> list[Heard]:
    found = []
    for status, case_file in read_cases(path):
        words = sorted((word for word in case_file.words if word.speaker == "author"), key=lambda word: word.said_at)
        if words and not case_file.other_pleas and status in _KIND_OF_STATUS:
            found.append(Heard(case_file.plea.text, words[-1].text, _KIND_OF_STATUS[status], WEIGHT_OF_WORLDS))
    return found
