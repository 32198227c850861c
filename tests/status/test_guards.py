"""Guards take a success back; each keeps its examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.status.document import page
from pipeline.status.guards import FULL_WIDTH, Guard, find_guard, load_guards
from pipeline.status.reading import context_of, read_words
from pipeline.text.normal import normalise
from tests.status.cases import DIALYSIS, said
from tests.status.cases import decided as decide_words

FIRES = [(guard, text) for guard in load_guards() for text in guard.fires]
SILENT = [(guard, text) for guard in load_guards() for text in guard.silent]


@pytest.mark.parametrize(("guard", "text"), FIRES, ids=[f"{one.guard_id}-{text}" for one, text in FIRES])
def test_guard_fires_on_its_example(guard: Guard, text: str) -> None:
    """A guard that no longer holds its own example protects nobody."""
    found = find_guard(normalise(text).text, DIALYSIS)
    assert found is not None
    assert _fits(guard, text)


@pytest.mark.parametrize(("guard", "text"), SILENT, ids=[f"{one.guard_id}-{text}" for one, text in SILENT])
def test_guard_stays_silent_on_its_counterexample(guard: Guard, text: str) -> None:
    """A guard that fires where it must not sends good news to a person."""
    assert not _fits(guard, text)


def _fits(guard: Guard, text: str) -> bool:
    return guard.speaks_against(normalise(text).text.translate(FULL_WIDTH), DIALYSIS)


def test_a_guard_sends_a_success_to_a_person() -> None:
    """Broken if medicine that comes tonight counted as medicine in hand."""
    reading = read_words("血透的药已经配出来送到区里了，今晚派车送到小区", context_of(DIALYSIS))
    assert (reading.kind, reading.doubt) == ("progress", "guard.pending")
    decision = decide_words(said(5, "爸爸退烧了，精神好一点，谢谢大家"))
    assert decision.status != "resolved"
    assert decision.needs_review


def test_malformed_guards_name_file_and_guard(tmp_path: Path) -> None:
    """Whoever edits the guards must be told which one is wrong."""
    broken = tmp_path / "guards.toml"
    broken.write_text('[[guard]]\nid = "x"\n', encoding="utf-8")
    with pytest.raises(UserError, match="guard 1 \\(x\\) lacks"):
        load_guards(broken)


def test_page_shows_every_guard() -> None:
    """docs/status.md promises every guard with its examples."""
    text = page()
    assert all(f"`{guard.guard_id}`" in text for guard in load_guards())
