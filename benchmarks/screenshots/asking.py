"""The set in a store of its own, and every picture asked of it as a look-up asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screenshots.cer import error_rate
from benchmarks.screenshots.rowcache import RowReader, open_rows
from benchmarks.screenshots.scoring import NO_TIMES, REFUSED, Scored, Times
from benchmarks.screenshots.truth import Truth
from benchmarks.screenshots.undecidable import find_undecidable
from benchmarks.screenshots.whole import Drawn, are_one_case, open_whole
from pipeline.asking.ask_image import ask_reading
from pipeline.images.reading import Reading
from pipeline.images.values import PictureError
from pipeline.privacy import Key, load_or_make_key
from pipeline.store.asking import cases_of_post
from pipeline.store.database import Store, read_store

NOW = "2024-07-20T00:00:00+08:00"
_STITCHED = "stitched"


@dataclass(frozen=True, slots=True)
class Bench:
    """A store with the set's posts, one with the absent originals too, who is a twin of whom (post ids by group), and
    the files nobody could tell."""

    store: Store
    whole: Store
    key: Key
    twins: dict[str, frozenset[str]]
    undecidable: frozenset[str]

    def score(self, reader: RowReader, truth: Truth) -> Scored:
        """Read and ask one picture."""
        is_undecidable = truth.file in self.undecidable
        try:
            kept = reader.read(truth)
        except PictureError:
            return Scored(
                truth, REFUSED, (), self.cases(truth.posts), False, is_undecidable, False, None, None, NO_TIMES
            )
        laid_out_from = time.perf_counter()
        reading = kept.to_reading()
        asked_from = time.perf_counter()
        answer = ask_reading(self.store, self.key, reading).answer
        asked_at = time.perf_counter()
        cases = tuple(candidate.case_id for candidate in answer.candidates)
        right = self.cases(truth.posts)
        return Scored(
            truth=truth,
            outcome=answer.outcome,
            cases=cases,
            right_cases=right,
            is_twin=answer.outcome == "match" and cases[0] not in right and cases[0] in self._twin_cases(truth),
            is_undecidable=is_undecidable,
            is_one_case=bool(cases) and are_one_case(self.whole, self.store, cases[0], truth.posts),
            error_rate=None if truth.transform == _STITCHED else read_error_rate(truth, reading),
            is_author_read=is_author_read(truth, reading),
            times=Times(
                kept.decode_seconds,
                kept.read_seconds,
                kept.read_processor_seconds,
                asked_from - laid_out_from,
                asked_at - asked_from,
            ),
        )

    def cases(self, post_ids: Sequence[str]) -> frozenset[str]:
        """The cases of posts in the store."""
        return frozenset(case for post_id in post_ids for case in cases_of_post(self.store, post_id))

    def _twin_cases(self, truth: Truth) -> frozenset[str]:
        return self.cases([twin for post in truth.posts for twin in self.twins.get(post, ())])


def read_error_rate(truth: Truth, reading: Reading) -> float:
    """Errors per visible character in what was read as lines, before any layout is understood."""
    return error_rate(truth.visible_text, [line.text for line in reading.lines])


def is_author_read(truth: Truth, reading: Reading) -> bool | None:
    """Whether a post in the reading has the shown author's name, to the letter; None where none is shown."""
    if not truth.author_visible or truth.author_name is None:
        return None
    names = {unicodedata.normalize("NFKC", post.author).strip() for post in reading.posts if post.author}
    return unicodedata.normalize("NFKC", truth.author_name).strip() in names


def group_twins(truths: Sequence[Truth]) -> dict[str, frozenset[str]]:
    """The other posts of each post's twin group, as far as pictures show them."""
    groups: dict[str, set[str]] = {}
    for truth in truths:
        groups.setdefault(truth.twin_of or truth.post_id, set()).add(truth.post_id)
    return {post: frozenset(group - {post}) for group in groups.values() for post in group}


def open_bench(folder: Path, truths: Sequence[Truth], drawn: Drawn) -> Bench:
    """The set's stores; made by the commands that a desk would use, once."""
    db = db_of(folder)
    if not db.exists():
        part = folder / "store.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for command in (["import", str(folder / "posts.jsonl")], ["process"]):
            arguments = ["-m", "pipeline.cli", *command, "--db", str(part / db.name), "--now", NOW]
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        part.rename(db.parent)
    whole = open_whole(folder, db, drawn, NOW)
    key = load_or_make_key(db.parent / "var" / "houxu.key")
    return Bench(read_store(db), whole, key, group_twins(truths), find_undecidable(truths))


def db_of(folder: Path) -> Path:
    """Where the store of a set lies."""
    return folder / "store" / "houxu.db"


def score_all(bench: Bench, folder: Path, truths: Sequence[Truth]) -> Iterator[Scored]:
    """Every picture, one after the other; shows how far it is on a terminal."""
    reader = open_rows(folder, os.cpu_count() or 1)
    for number, truth in enumerate(truths, 1):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(truths)}", end="", file=sys.stderr, flush=True)
        yield bench.score(reader, truth)
    reader.decoder.close()
