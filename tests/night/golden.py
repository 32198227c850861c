"""Three nights of the sample world beside its truth: `python -m tests.night.golden [--write]`.

Without `--write` it prints how the nights compare with data/world/truth.jsonl. With it, the result is recorded in
golden_night3.tsv (case, status, review, stale posts), which a test then compares exactly: a change that moves any case
shows up there and is either mended or recorded on purpose.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.replica.world import load_world, read_native_ids
from pipeline.demo import WORLD_DIR, run_nights

NIGHTS = 3
EXPECTED = Path(__file__).parent / "golden_night3.tsv"
_HEADER = "# Recorded by python -m tests.night.golden --write. Ids as in data/world.\ncase\tstatus\treview\tstale\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case of the truth as the store has it. `case_id` is None where its origin is in no case.

    `stale`, `may_be_stale` and `members` are ids of the world.
    """

    name: str
    case_id: str | None
    status: str
    wanted_status: str
    needs_review: bool
    stale: frozenset[str]
    wanted_stale: frozenset[str]
    members: frozenset[str]
    wanted_members: dict[str, str] = field(default_factory=dict)

    def as_row(self) -> str:
        """The line that is recorded."""
        return "\t".join([self.name, self.status, str(int(self.needs_review)), " ".join(sorted(self.stale)) or "-"])


def read_outcomes(db: Path, night: int) -> list[Outcome]:
    """Every case of the truth whose origin has been seen, by name."""
    ids = read_native_ids(load_world(WORLD_DIR))
    symbols = {f"weibo:{native}": symbol for symbol, native in ids.items()}
    conn = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    seen = {row[0] for row in conn.execute("SELECT post_id FROM posts")}
    truths = [json.loads(line) for line in (WORLD_DIR / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    outcomes = [
        _outcome(conn, truth, f"weibo:{ids[truth['origin']]}", symbols, str(night))
        for truth in truths
        if str(night) in truth["nights"] and f"weibo:{ids[truth['origin']]}" in seen
    ]
    conn.close()
    return sorted(outcomes, key=lambda one: one.name)


def _outcome(
    conn: sqlite3.Connection, truth: dict[str, Any], origin: str, symbols: dict[str, str], night: str
) -> Outcome:
    case = conn.execute(
        "SELECT c.* FROM case_posts cp JOIN cases c USING (case_id) WHERE cp.post_id = ? AND cp.role <> 'round_up'",
        (origin,),
    ).fetchone()
    rows = conn.execute("SELECT * FROM case_posts WHERE case_id = ?", (case["case_id"],)).fetchall() if case else []
    return Outcome(
        name=truth["case"],
        case_id=case["case_id"] if case else None,
        status=case["status"] if case else "none",
        wanted_status=truth["nights"][night],
        needs_review=bool(case and case["needs_review"]),
        stale=frozenset(symbols[row["post_id"]] for row in rows if row["is_stale"]),
        wanted_stale=frozenset(truth["stale"].get(night, ())),
        members=frozenset(symbols[row["post_id"]] for row in rows if row["role"] != "round_up"),
        wanted_members=truth["members"],
    )


def wrong_ends(outcomes: list[Outcome]) -> list[str]:
    """Cases that ended here and not in the truth: each could cost somebody the help."""
    ended = ("resolved", "withdrawn", "closed")
    return [
        f"{one.name}: {one.wanted_status} → {one.status}"
        for one in outcomes
        if one.status in ended and one.status != one.wanted_status
    ]


def wrong_stale(outcomes: list[Outcome]) -> list[str]:
    """Posts that are marked and should not be."""
    return [f"{one.name}: {post}" for one in outcomes for post in sorted(one.stale - one.wanted_stale)]


def merged_cases(outcomes: list[Outcome]) -> list[str]:
    """Cases of the store that hold the origins of several cases of the truth."""
    names: dict[str, list[str]] = {}
    for one in outcomes:
        if one.case_id is not None:
            names.setdefault(one.case_id, []).append(one.name)
    return [" + ".join(group) for group in names.values() if len(group) > 1]


def foreign_members(outcomes: list[Outcome]) -> list[str]:
    """Pleas of one need in the case of another."""
    asking = ("origin", "copy", "repost")
    home = {post: one.name for one in outcomes for post, role in one.wanted_members.items() if role in asking}
    return [
        f"{post} of {home[post]} in {one.name}"
        for one in outcomes
        for post in sorted(one.members)
        if post in home and home[post] != one.name and post not in one.wanted_members
    ]


def recorded(outcomes: list[Outcome]) -> str:
    """The text of the expectation file."""
    return _HEADER + "".join(f"{one.as_row()}\n" for one in outcomes)


def _report(outcomes: list[Outcome]) -> Iterator[str]:
    right = sum(one.status == one.wanted_status for one in outcomes)
    found = sum(len(one.stale & one.wanted_stale) for one in outcomes)
    wanted = sum(len(one.wanted_stale) for one in outcomes)
    yield f"status right      {right} of {len(outcomes)}"
    yield f"stale found       {found} of {wanted}"
    for name, wrong in (
        ("wrongly ended", wrong_ends(outcomes)),
        ("wrongly stale", wrong_stale(outcomes)),
        ("merged", merged_cases(outcomes)),
        ("foreign members", foreign_members(outcomes)),
    ):
        yield f"{name:17} {len(wrong)}" + (f": {'; '.join(wrong)}" if wrong else "")
    missed = Counter(
        f"{one.name} {one.wanted_status} → {one.status}" for one in outcomes if one.status != one.wanted_status
    )
    yield from (f"  {name}" for name in sorted(missed))


def main() -> None:
    """Run the nights, compare, and record if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="record the result as what is expected from now on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "golden.db"
        run_nights(db, NIGHTS, lambda _: None)
        outcomes = read_outcomes(db, NIGHTS)
    sys.stdout.write("\n".join(_report(outcomes)) + "\n")
    if options.write:
        EXPECTED.write_text(recorded(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main()
