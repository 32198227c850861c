"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.demo import run_nights
from tests.night.golden import NIGHTS
from tests.process.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation of its own, still empty."""
    return Home(tmp_path)


@pytest.fixture(scope="session")
def golden_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after three nights of the sample world, made once (some 30 seconds). Read only."""
    db = tmp_path_factory.mktemp("golden") / "golden.db"
    run_nights(db, NIGHTS, lambda _: None)
    return db
