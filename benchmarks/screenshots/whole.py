"""The set's store with the absent originals too: which of two posts the linking makes one case, once it has both.

Twins differ in one fact. Where that is all, and the phone or the rest is the same, the linking takes them for one post
that was written again; an answer that names that case is wrong by the set's truth and right by the house's own rule.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screenshots.generate import PICTURES_A_POST
from benchmarks.screenshots.population import Pen, Post, make_originals, to_line
from pipeline.store.asking import cases_of_post
from pipeline.store.caseview import view_case
from pipeline.store.database import Store, read_store


@dataclass(frozen=True, slots=True)
class Drawn:
    """With how many pictures and which seed a set was drawn."""

    count: int
    seed: int

    def absent(self) -> list[Post]:
        """The posts that its pictures show and its store lacks."""
        posts = make_originals(Pen(self.seed), max(24, self.count // PICTURES_A_POST), self.seed)
        return [post for post in posts if post.is_absent]


def open_whole(folder: Path, db: Path, drawn: Drawn, now: str) -> Store:
    """The store `db` of a set with its absent originals added, as it would be by `now`; made once."""
    home = folder / "whole"
    if not home.exists():
        part = folder / "whole.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(db.parent, part)
        absent = part / "absent.jsonl"
        absent.write_text("".join(f"{to_line(post)}\n" for post in drawn.absent()), encoding="utf-8")
        for command in (["import", str(absent)], ["process"]):
            arguments = ["-m", "pipeline.cli", *command, "--db", str(part / db.name), "--now", now]
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        part.rename(home)
    return read_store(home / db.name)


def are_one_case(whole: Store, store: Store, case_id: str, post_ids: Iterable[str]) -> bool:
    """Whether a case of `store` holds a post that, in the whole store, is in one case with one of these posts."""
    members = [post["post_id"] for post in view_case(store, case_id).posts]
    named = {case for post_id in members for case in cases_of_post(whole, post_id)}
    return any(named & set(cases_of_post(whole, post_id)) for post_id in post_ids)
