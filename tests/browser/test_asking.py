"""Asking in a real browser: by text, by link, by screenshot dropped or pasted, in both languages, by keys only."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, watch
from tests.browser.shots import shot_of
from tests.desk.conftest import quote_of
from tests.process.home import PLEA, Home

pytestmark = pytest.mark.slow
_COPIED = f"急！！大家看看 {PLEA[6:90]}"
_RESOLVED = "作者说已经得到帮助"
_DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const carrier = new DataTransfer();
  carrier.items.add(new File([bytes], name, {type: "image/png"}));
  const at = document.getElementById("drop");
  for (const kind of ["dragenter", "dragover", "drop"])
    at.dispatchEvent(new DragEvent(kind, {dataTransfer: carrier, bubbles: true, cancelable: true}));
}"""
_COPY = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
}"""


def test_a_pasted_text_is_answered_without_leaving_the_page(page: Page, reading: str, stories: Home) -> None:
    """Somebody who pastes a plea would not read that it is over, or the page would ask other hosts."""
    seen = watch(page, reading)
    page.goto(reading)
    page.locator("#question").fill(_COPIED)
    page.get_by_role("button", name="查询").click()
    answer = page.locator("#answers")
    expect(answer).to_contain_text(_RESOLVED)
    expect(answer).to_contain_text(f"「{quote_of(stories, 'weibo:a1')}」")
    expect(page).to_have_url(f"{reading}/")
    assert seen.errors == []
    assert seen.strangers == []


def test_a_link_is_answered_with_keys_only(page: Page, reading: str) -> None:
    """Whoever uses no mouse could not ask."""
    page.goto(reading)
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.insert_text("https://weibo.example/p/b2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answers")).to_contain_text(_RESOLVED)


def test_the_first_tab_stop_skips_to_the_content(page: Page, reading: str) -> None:
    """A keyboard would have to walk the whole head of each page."""
    page.goto(f"{reading}/queue")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_it_answers_in_english_and_stays_so(open_context: Callable[..., BrowserContext], reading: str) -> None:
    """A reader without Chinese would not understand, or would have to choose on each page."""
    page = open_context(locale="en-US").new_page()
    page.goto(reading)
    page.locator("#question").fill(_COPIED)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answers")).to_contain_text("The author says help has arrived")
    page.goto(f"{reading}/queue?lang=zh")
    page.goto(reading)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_without_scripts_the_same_answer_stands_on_a_page(
    open_context: Callable[..., BrowserContext], reading: str
) -> None:
    """Where scripts are off the desk would be dead."""
    page = open_context(java_script_enabled=False).new_page()
    page.goto(reading)
    page.locator("#question").fill(_COPIED)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#answers")).to_contain_text(_RESOLVED)


def test_a_dropped_screenshot_finds_its_case(page: Page, chromium_shot: bytes, reading: str) -> None:
    """The commonest copy on a phone, a screenshot, could not be asked about."""
    page.goto(reading)
    page.evaluate(_DROP, ["shot.png", base64.b64encode(chromium_shot).decode()])
    expect(page.locator("#chosen li")).to_contain_text("shot.png")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#answers")).to_contain_text(_RESOLVED, timeout=60_000)


def test_a_screenshot_from_the_clipboard_finds_its_case(
    open_context: Callable[..., BrowserContext], chromium_shot: bytes, reading: str
) -> None:
    """A screenshot would have to be saved to a file first."""
    page = open_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(reading)
    page.evaluate(_COPY, base64.b64encode(chromium_shot).decode())
    page.locator("#question").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#chosen li")).to_have_count(1)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#answers")).to_contain_text(_RESOLVED, timeout=60_000)


@pytest.mark.parametrize(
    "place",
    [
        "/",
        "/queue",
        "/queue?list=waiting",
        "/boards",
        "/boards?list=asked",
        "/search?q=求助",
        "/clocks",
        "/channels",
        "/trail",
        "/login",
    ],
)
def test_no_page_is_wider_than_a_phone(open_context: Callable[..., BrowserContext], reading: str, place: str) -> None:
    """On a phone words would be cut off at the side."""
    page = open_context(viewport=PHONE).new_page()
    page.goto(f"{reading}{place}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_answer_and_case_fit_a_phone(open_context: Callable[..., BrowserContext], reading: str, stories: Home) -> None:
    """The two pages that people in the street open would be cut off."""
    page = open_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto(reading)
    page.locator("#question").fill(_COPIED)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#answers")).to_contain_text(quote_of(stories, "weibo:a1"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#answers a.button").first.click()
    expect(page.locator("h1")).to_contain_text("个案")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.fixture(scope="module")
def chromium_shot(request: pytest.FixtureRequest) -> bytes:
    """A phone's screenshot of the plea, drawn by Chromium."""
    return shot_of(request.getfixturevalue("chromium"), _COPIED)
