"""The pages that are made from the code say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.manual import DOCS_DIR, PAGES

ROOT = DOCS_DIR.parent


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    """A command, column or knob that changed shows in its page (run `make docs`)."""
    assert (DOCS_DIR / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *DOCS_DIR.rglob("*.md")]), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A reader who follows a link in the docs finds the page."""
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", sorted(DOCS_DIR.glob("*.md")), ids=lambda page: page.name)
def test_written_pages_are_short(page: Path) -> None:
    """A page that nobody finishes helps nobody: under 80 lines, unless it is a generated reference."""
    if page.name not in PAGES and page.name != "status.md":
        assert len(page.read_text(encoding="utf-8").splitlines()) < 80
