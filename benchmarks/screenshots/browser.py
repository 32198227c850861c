"""Debian's Chromium, as a printer of pages: one browser, one page for each pixel ratio."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.screenshots.cards import Card, load_style
from benchmarks.screenshots.shot import Box, Glyph, Shot

_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--font-render-hinting=none",
]

# Where each character of the post stands; characters that are not drawn (line ends) have no box.
_MEASURE = """(html) => {
  document.body.innerHTML = html;
  const shot = document.getElementById('shot').getBoundingClientRect();
  const box = r => [r.left, r.top, r.right, r.bottom];
  const glyphs = [];
  for (const root of document.querySelectorAll('[data-body]')) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (let i = 0; i < node.length; i++) {
        range.setStart(node, i); range.setEnd(node, i + 1);
        const rects = range.getClientRects();
        glyphs.push([node.data[i], rects.length ? box(rects[rects.length - 1]) : [0, 0, 0, 0]]);
      }
    }
  }
  const author = document.querySelector('[data-author]');
  const zones = [...document.querySelectorAll('[data-zone]')].map(
    e => [e.dataset.zone, box(e.getBoundingClientRect())]);
  return {size: [shot.width, shot.height], glyphs, zones, author: author ? box(author.getBoundingClientRect()) : null};
}"""


class Printer:
    """Turns cards into shots; a few milliseconds each besides the picture itself."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[float, tuple[Page, CDPSession]] = {}

    def render(self, card: Card) -> Shot:
        """The picture of a card with the place of every character of its post."""
        page, session = self._page(card.frame.ratio)
        measured = page.evaluate(_MEASURE, card.html)
        width, height = measured["size"]
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": card.frame.ratio}
        told = session.send(
            "Page.captureScreenshot",
            {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True, "clip": clip},
        )
        image = Image.open(io.BytesIO(base64.b64decode(told["data"]))).convert("RGB")
        return _make_shot(image, measured, card.frame.ratio)

    def _page(self, ratio: float) -> tuple[Page, CDPSession]:
        if ratio not in self._pages:
            context = self._browser.new_context(
                viewport={"width": 660, "height": 900}, device_scale_factor=ratio, offline=True
            )
            page = context.new_page()
            page.set_content(f"<!doctype html><style>{load_style()}</style><body></body>")
            self._pages[ratio] = (page, context.new_cdp_session(page))
        return self._pages[ratio]


@contextmanager
def open_printer() -> Iterator[Printer]:
    """A printer as long as the block runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
        try:
            yield Printer(browser)
        finally:
            browser.close()


def _make_shot(image: Image.Image, measured: dict[str, Any], ratio: float) -> Shot:
    glyphs = tuple(Glyph(char, _scale(box, ratio)) for char, box in measured["glyphs"])
    zones = {name: _scale(box, ratio) for name, box in measured["zones"]}
    author = _scale(measured["author"], ratio) if measured["author"] else None
    return Shot(image, glyphs, zones, author)


def _scale(box: list[float], ratio: float) -> Box:
    left, top, right, bottom = (round(side * ratio) for side in box)
    return Box(left, top, right, bottom)
