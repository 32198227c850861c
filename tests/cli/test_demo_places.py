"""The commands that the demo recommends work on the demo's own files."""

from __future__ import annotations

import json

import pytest

from pipeline.places import DEMO_MARKER
from tests.process.home import PLEA, Home, Said, observed, run_houxu


@pytest.fixture
def demo(home: Home) -> Home:
    """A database with its files where a demo keeps them."""
    home.settle(observed("a1", PLEA))
    home.db.rename(home.folder / "houxu-demo.db")
    (home.folder / "var").rename(home.folder / "houxu-demo.db.var")
    (home.folder / "houxu-demo.db.var" / DEMO_MARKER).touch()
    return home


def _run(demo: Home, *arguments: str) -> Said:
    return run_houxu(*arguments, "--db", demo.folder / "houxu-demo.db")


def test_what_is_forgotten_in_a_demo_leaves_its_spool(demo: Home) -> None:
    """`forgotten` would be said while the raw words stay on the disk."""
    spool = demo.folder / "houxu-demo.db.var" / "spool"
    before = Home(demo.folder / "houxu-demo.db.var").folder
    assert list(before.rglob("*.jsonl.gz"))
    assert "13900001234" in _run(demo, "reveal", "weibo:a1", "--reason", "核对").out
    assert _run(demo, "forget", "weibo:a1", "--reason", "家属请求").code == 0
    assert _run(demo, "reveal", "weibo:a1", "--reason", "核对").code == 2
    assert list(spool.rglob("*.jsonl.gz"))


def test_no_command_makes_a_second_folder(demo: Home) -> None:
    """A stray key would lie about, and be taken for the installation's own."""
    for arguments in (["lookup", "--text", PLEA], ["process"], ["case", "weibo:a1"], ["doctor", "--offline"]):
        assert _run(demo, *arguments).code in (0, 1)
    assert not (demo.folder / "var").exists()


def test_the_evidence_of_a_demo_is_what_verify_looks_at(demo: Home) -> None:
    """`verify` would call an unread chain sound."""
    shelf = demo.folder / "houxu-demo.db.var" / "spool" / "stray.jsonl.gz"
    before = json.loads(_run(demo, "verify", "--json").out)
    (next(shelf.parent.rglob("*.jsonl.gz"))).with_name("more.jsonl.gz").write_bytes(b"x")
    after = json.loads(_run(demo, "verify", "--json").out)
    assert after["unlisted"] == before["unlisted"] + 1
