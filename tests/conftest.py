"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation of its own, still empty."""
    return Home(tmp_path)
