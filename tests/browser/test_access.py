"""axe-core on every page in both themes: nothing serious stands between a page and its reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.desk.conftest import case_of
from tests.process.home import PLEA, Home

pytestmark = pytest.mark.slow
_PLACES = (
    "/",
    "/queue",
    "/queue?list=waiting",
    "/queue?list=review&days=all",
    "/queue?list=gone",
    "/boards",
    "/boards?list=featured",
    "/boards?list=newest",
    "/boards?list=asked",
    "/search",
    "/search?q=求助",
    "/clocks",
    "/channels",
    "/trail",
    "/login",
    "/cases/{case}",
    "/cases/{case}/why",
    "/cases/{case}/card",
    "/cases/{case}/compare/weibo:b2",
    "/cases/nothing",
)


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with where it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_finding(
    open_context: Callable[..., BrowserContext], reading: str, stories: Home, theme: str
) -> None:
    """Somebody with weak eyes, a screen reader or no mouse could not use some page."""
    page = open_context(color_scheme=theme).new_page()
    case_id = case_of(stories, "weibo:a1")
    bad = {}
    for place in _PLACES:
        page.goto(reading + place.format(case=case_id))
        bad[place] = findings(page)
    assert {place: found for place, found in bad.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_answer_and_a_phones_menu_have_none(
    open_context: Callable[..., BrowserContext], reading: str, theme: str
) -> None:
    """What comes into the page later would never have been looked at."""
    page = open_context(color_scheme=theme, viewport=PHONE).new_page()
    page.goto(reading)
    page.locator("#question").fill(f"{PLEA[6:90]}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answers .sentence")).to_have_count(1)
    assert findings(page) == []
