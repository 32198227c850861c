"""The drawn pictures, and homes with posts that carry them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.images.reading import Reading, read_picture
from tests.process.home import Home

PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(scope="session")
def readings() -> dict[str, Reading]:
    """What each drawn picture says, by file name; read once."""
    return {path.name: read_picture(path.read_bytes()) for path in sorted(PICTURES.glob("*.png"))}


@pytest.fixture
def shown_home(home: Home) -> Home:
    """A home with the drawn pictures in a folder `shots` beside its import files."""
    shutil.copytree(PICTURES, home.folder / "shots", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return home
