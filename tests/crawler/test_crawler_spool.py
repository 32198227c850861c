"""The spool and the ledger: what a crawl leaves, also when it is cut off."""

from __future__ import annotations

import gzip
import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Observation
from crawler.ledger import Ledger
from crawler.spool import SpoolWriter, read_spool_lines

OBSERVATIONS = [
    Observation("weibo", str(number), datetime(2024, 7, 9, tzinfo=UTC), text=f"第{number}条求助\n换行" * number)
    for number in range(1, 5)
]
LINES = [observation.to_line() for observation in OBSERVATIONS]
ENDS = [sum(len(gzip.compress(f"{line}\n".encode(), mtime=0)) for line in LINES[:count]) for count in range(5)]


def write_spool(path: Path, observations: list[Observation]) -> None:
    """Write and close a spool file."""
    writer = SpoolWriter(path)
    for observation in observations:
        writer.append(observation)
    writer.close()


@settings(deadline=None)
@given(st.floats(0, 1))
def test_cut_file_yields_every_whole_line_and_can_be_continued(share: float) -> None:
    """A crash in the middle of a write would lose lines written before it, or those written after it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spider.jsonl.gz"
        write_spool(path, OBSERVATIONS)
        kept = int(path.stat().st_size * share)
        path.write_bytes(path.read_bytes()[:kept])
        before = list(read_spool_lines(path))
        assert before == LINES[: len(before)]
        assert len(before) >= ENDS.index(next(end for end in reversed(ENDS) if end <= kept))
        write_spool(path, OBSERVATIONS[:1])
        assert list(read_spool_lines(path)) == [*before, LINES[0]]


def test_spool_is_for_its_owner_only(tmp_path: Path) -> None:
    """Raw phones and addresses would be readable for everybody on the machine (ARCHITECTURE A3.8)."""
    path = tmp_path / "run" / "spider.jsonl.gz"
    write_spool(path, OBSERVATIONS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def read_ledger(path: Path) -> list[dict[str, object]]:
    """The lines of a ledger file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_ledger_tells_holes_from_remarks(tmp_path: Path) -> None:
    """A query with a hole would count as covered, or a mere remark as a hole."""
    path = tmp_path / "s.ledger.jsonl"
    ledger = Ledger(path, "s")
    good, bad = ledger.tally("求助"), ledger.tally("求扩散")
    good.requested, good.seen = 3, 20
    good.add_remark("author without posts")
    bad.requested = 2
    bad.add_refusal("http 432")
    bad.add_refusal("http 432")
    ledger.close("求助")
    ledger.finish("finished")
    assert read_ledger(path) == [
        {
            "spider": "s",
            "query": "求助",
            "requested": 3,
            "seen": 20,
            "refused": 0,
            "complete": 1,
            "note": "author without posts",
        },
        {
            "spider": "s",
            "query": "求扩散",
            "requested": 2,
            "seen": 0,
            "refused": 2,
            "complete": 0,
            "note": "http 432 ×2",
        },
        {"spider": "s", "query": "*", "finished": True, "requested": 5, "refused": 2, "note": ""},
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_interrupted_crawl_is_neither_complete_nor_finished(tmp_path: Path) -> None:
    """A crawl that was stopped half-way would pass for a whole one."""
    path = tmp_path / "s.ledger.jsonl"
    ledger = Ledger(path, "s")
    ledger.tally("求助").pending = 1
    ledger.finish("shutdown")
    query, end = read_ledger(path)
    assert (query["complete"], query["note"]) == (0, "stopped before the end")
    assert (end["finished"], end["note"]) == (False, "shutdown")
