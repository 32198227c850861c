"""Files that a stranger sends in place of a picture: each is decided, none takes the reader with it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.screenshots.fonts import FONT_PATH
from benchmarks.screenshots.hostile import HANG, Verdict, judge, make_small
from benchmarks.screenshots.hostile_files import DECIDED, READ, REFUSED, HostileFile
from pipeline.settings import ImageSettings

pytestmark = pytest.mark.skipif(not Path(FONT_PATH).exists(), reason="fonts-wqy-zenhei is not installed")
pytest.importorskip("PIL", reason="the ocr extra is not installed")


def test_small_hostile_files_are_decided(tmp_path: Path) -> None:
    """One file would end a night, write where it likes, or pass for a picture."""
    folder = tmp_path / "inner"
    folder.mkdir()
    files = list(make_small())
    some = [*files[:30], *islice(files[30:], 0, None, 20)]
    assert len(some) >= 40
    verdicts = list(judge(some, folder, ImageSettings()))
    assert [(one.file.name, one.outcome, one.said) for one in verdicts if one.is_wrong] == []
    assert {one.outcome for one in verdicts} == {READ, REFUSED}


def test_a_verdict_that_nobody_wants_is_wrong() -> None:
    """The table would call a hang, or a script that was read as a picture, as wanted."""
    script, broken = HostileFile("a.svg", b"<svg/>", REFUSED), HostileFile("b.png", b"", DECIDED)
    assert Verdict(script, READ, "png", 0.1).is_wrong
    assert Verdict(broken, HANG, "", 99.0).is_wrong
    assert not Verdict(broken, REFUSED, "no", 0.1).is_wrong


def test_names_of_hostile_files_differ() -> None:
    """One would overwrite another, and fewer would be tried than the table says."""
    names = [file.name for file in make_small()]
    assert len(names) == len(set(names))
