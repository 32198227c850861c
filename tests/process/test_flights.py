"""Batches that are decided by workers at the same time end as batches that are decided one after another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from pipeline import deciding
from pipeline.deciding import Crew
from tests.process.dumps import differences, read_derived
from tests.process.home import NOW, Home
from tests.process.scenes import STORY
from tests.process.test_batches import copy_of, crowd, small_batches

SCORES = ("score", "evidence")


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Story and crowd, imported and processed by one process."""
    home = Home(tmp_path_factory.mktemp("one"))
    home.settle(*STORY, *crowd())
    return home


def rebuilt_by(workers: int, home: Home, folder: Path) -> Home:
    """A copy of the installation, made again with so many workers."""
    copy, config = copy_of(home, folder), folder / "workers.toml"
    config.write_text(f"workers = {workers}\n", encoding="utf-8")
    assert copy.run("rebuild", "--now", NOW, "--config", config).code == 0
    return copy


def test_what_lands_together_has_not_overlooked_each_other(
    one_by_one: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pleas of one author, decided at once, would each take his thanks for its own."""
    sent = []

    def decide_at_once(self: Crew, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        # As early as a worker can: nothing of what is still in the air is in the store.
        done: Future[Any] = Future()
        done.set_result(work(*arguments))
        sent.append(done)
        return done

    monkeypatch.setattr(Crew, "is_called_for", lambda *_: True)
    monkeypatch.setattr(Crew, "submit", decide_at_once)
    small_batches(monkeypatch, 1)
    home = rebuilt_by(9, one_by_one, tmp_path)
    assert len(sent) > 10
    assert differences(read_derived(one_by_one.db, SCORES), read_derived(home.db, SCORES)) == []


@pytest.mark.slow
def test_real_workers_see_what_the_writer_wrote(
    one_by_one: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that read an old state of the file would part a case from what joined it a batch ago."""
    monkeypatch.setattr(deciding, "_POOL_FROM_WORDS", 0)
    small_batches(monkeypatch, 5)
    home = rebuilt_by(2, one_by_one, tmp_path)
    assert differences(read_derived(one_by_one.db, SCORES), read_derived(home.db, SCORES)) == []
