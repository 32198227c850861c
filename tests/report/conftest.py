"""A shelf to put rows on, and the page that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from report_shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty store."""
    made = Shelf(tmp_path)
    yield made
    made.store.close()
