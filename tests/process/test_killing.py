"""A machine that dies at any moment costs nothing but the time to run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.killing import Trial, try_kills
from tests.process.trials import import_trial, night_trial, process_trial

pytestmark = pytest.mark.slow


def _check(trial: Trial, workplace: Path, seed: int) -> None:
    kills = try_kills(trial, workplace, 2, seed)
    for kill in kills:
        assert kill.exit_code in trial.good_codes, kill
        assert kill.different == (), kill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the trial's installation is made."""
    made = tmp_path / "home"
    made.mkdir()
    return made


def test_a_killed_import_is_completed_by_the_next(folder: Path, tmp_path: Path) -> None:
    """Lines would be lost or doubled after a power cut."""
    _check(import_trial(folder, 900), tmp_path, seed=11)


def test_a_killed_process_is_completed_by_the_next(folder: Path, tmp_path: Path) -> None:
    """Posts that were being worked on would never come into their cases."""
    _check(process_trial(folder, 200), tmp_path, seed=12)


def test_a_killed_night_is_taken_up_where_it_was(folder: Path, tmp_path: Path) -> None:
    """The next night would start a second run, ask everything again, and leave half a ledger behind."""
    with night_trial(folder) as trial:
        _check(trial, tmp_path, seed=13)
