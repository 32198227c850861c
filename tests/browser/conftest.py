"""Debian's Chromium before a desk on loopback. Where there is no Chromium these tests are skipped and say so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.serving import serving
from tests.desk.conftest import app_of, desk_home, stories
from tests.process.home import Home

__all__ = ["desk_home", "stories"]  # fixtures of the desk's own tests, used here as they are

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


@dataclass(slots=True)
class Seen:
    """What a page did besides showing itself: scripts that failed, requests that left for another host."""

    errors: list[str]
    strangers: list[str]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module's tests, no longer: Playwright keeps an event loop in this thread while it is open."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def live(desk_home: Home) -> Iterator[str]:
    """A desk of its own that may be changed, without accounts; yields its address."""
    with serving(app_of(desk_home)) as address:
        yield address


@pytest.fixture(scope="package")
def reading(stories: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk that tests only read, served once."""
    folder = tmp_path_factory.mktemp("reading") / "home"
    shutil.copytree(stories.folder, folder)
    with serving(app_of(Home(folder))) as address:
        yield address


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of different people: each has cookies, a language and a size of its own."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"locale": "zh-CN", "viewport": DESKTOP, **options})
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page of a Chinese reader at a desktop."""
    return open_context().new_page()


def watch(page: Page, address: str) -> Seen:
    """Note from now on what a page should not do."""
    seen = Seen([], [])
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:")) else seen.strangers.append(asked.url),
    )
    return seen


def save_to(folder: Path, page: Page, name: str) -> Path:
    """A picture of the whole page."""
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
