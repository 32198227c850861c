"""A disk that is full: one clear line, nothing half-written, and the next run completes."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.dumps import differences, read_content
from tests.process.home import NOW, PLEA, Home, observed, reading

LINES = [observed(f"a{at}", f"{PLEA}（第{at}户，{at % 9 + 70}岁）", author_id=f"u{at}") for at in range(300)]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Home, Home]:
    """Two installations with one key and one post: what is done to the first is compared with the second."""
    ours, calm = Home(tmp_path / "ours"), Home(tmp_path / "calm")
    ours.folder.mkdir()
    ours.settle(observed("z1", PLEA))
    shutil.copytree(ours.folder, calm.folder)
    return ours, calm


def _limited(home: Home, limit_bytes: int, *command: str) -> subprocess.CompletedProcess[str]:
    """A command that can write no file beyond a size, which is what a full disk looks like from inside."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    return subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *command, "--db", str(home.db), "--now", NOW],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("limit_bytes", [3_000, 20_000, 600_000], ids=["in the spool", "at opening", "in a batch"])
def test_an_import_on_a_full_disk_says_so_and_is_completed_later(pair: tuple[Home, Home], limit_bytes: int) -> None:
    """A full disk would end in a stack trace, in half a batch, or in an import that can never be finished."""
    ours, calm = pair
    path = ours.write("many.jsonl", LINES)
    said = _limited(ours, limit_bytes, "import", str(path))
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1), said.stderr
    assert "disk full" in said.stderr
    assert ours.values("SELECT COUNT(*) FROM posts") == [1]
    with reading(ours.db) as conn:
        assert [row[0] for row in conn.execute("PRAGMA integrity_check")] == ["ok"]
    for home in (ours, calm):
        assert home.run("import", path, "--now", NOW).code == 0
    assert differences(read_content(ours.db), read_content(calm.db)) == []


def test_a_process_on_a_full_disk_says_so_and_is_completed_later(pair: tuple[Home, Home]) -> None:
    """Cases would be half-written, or the posts that were being worked on would never be looked at again."""
    ours, calm = pair
    for home in pair:
        assert home.run("import", ours.write("many.jsonl", LINES), "--now", NOW).code == 0
    said = _limited(ours, ours.db.stat().st_size // 2, "process")
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1), said.stderr
    assert ours.values("SELECT COUNT(*) FROM cases") == [1]
    for home in pair:
        home.settle()
    assert differences(read_content(ours.db), read_content(calm.db)) == []
