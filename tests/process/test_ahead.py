"""An import reads the words of some lines while it parses the next; no line may be lost or doubled by that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.importing import import_paths
from pipeline.intake import ingest
from pipeline.intake.lines import Line, read_lines
from pipeline.intake.wording import Worded, word_readers
from pipeline.places import places_of
from pipeline.privacy import Key
from pipeline.settings import Settings
from pipeline.store.database import open_store
from pipeline.times import parse_time
from tests.process.dumps import differences, read_content
from tests.process.home import NOW, OTHER_PLEA, PLEA, THANKS, Home, observed
from tests.process.scenes import STORY

POSTS: tuple[Worded, ...] = (
    (PLEA, False, "阿桂"),
    (OTHER_PLEA, True, "小沈 15200007788"),
    (THANKS, False, None),
    (None, False, "阿桂"),
    ("", False, ""),
)


def test_words_read_by_workers_are_those_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file would be understood in another way than a small one."""
    key = Key(b"k" * 32)
    with word_readers(1, key) as ask:
        here = ask(POSTS)()
    monkeypatch.setattr("pipeline.intake.wording._POOL_FROM_POSTS", 0)
    with word_readers(2, key) as ask:
        answers = [ask(POSTS), ask(POSTS[:2])]
        assert answers[0]() == here
        assert answers[1]() == here[:2]
    assert [words.text is None for words in here] == [False, False, False, True, False]
    assert "15200007788" not in str(here)


def test_small_batches_store_what_one_batch_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a batch ends would decide what is in the database."""
    whole, cut = Home(tmp_path / "whole"), Home(tmp_path / "cut")
    for home in (whole, cut):
        home.folder.mkdir()
        (home.folder / "var").mkdir()
        (home.folder / "var" / "houxu.key").write_bytes(b"k" * 32)
    assert whole.take(*STORY).code == 0
    monkeypatch.setattr(ingest, "BATCH_LINES", 3)
    assert cut.take(*STORY).code == 0
    assert differences(read_content(whole.db), read_content(cut.db)) == []
    assert cut.spooled() == whole.spooled()


def test_a_line_that_comes_again_in_the_next_batch_is_known(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be written twice, and the whole import would end in an error of the database."""
    monkeypatch.setattr(ingest, "BATCH_LINES", 1)
    line = observed("a1", PLEA)
    said = home.take(line, line, line, observed("a2", THANKS), line)
    assert said.code == 0, said.err
    assert home.values("SELECT post_id FROM observations ORDER BY seq") == ["weibo:a1", "weibo:a2"]


def test_what_was_read_before_a_file_broke_off_is_stored(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good lines before the break would be gone, although they were read."""
    monkeypatch.setattr(ingest, "BATCH_LINES", 1)
    path = home.write("broken.jsonl", [observed("a1", PLEA), observed("a2", THANKS), observed("a3", "…")])

    def breaking(path: Path, max_line_bytes: int) -> Iterator[Line]:
        lines = read_lines(path, max_line_bytes)
        yield next(lines)
        yield next(lines)
        raise UserError("断了 / broken off")

    monkeypatch.setattr("pipeline.importing.reader_of", lambda *_: breaking)
    store = open_store(home.db)
    settings = Settings(workers=1)
    with pytest.raises(UserError):
        import_paths(store, places_of(home.db, settings), settings, [path], parse_time(NOW), lambda _: None)
    store.close()
    assert home.values("SELECT post_id FROM observations ORDER BY seq") == ["weibo:a1", "weibo:a2"]
