"""Invented screenshots: a post as a phone shows it, drawn by Chromium itself."""

from __future__ import annotations

from html import escape

from playwright.sync_api import Browser

_PAGE = """<meta charset="utf-8"><style>
body {{ margin: 0; width: 390px; background: #fff; font: 17px/1.6 sans-serif; color: #222 }}
header {{ padding: 12px 16px; border-bottom: 1px solid #ddd }} b {{ color: #d35400 }} small {{ color: #888 }}
p {{ padding: 4px 16px; margin: 8px 0; overflow-wrap: anywhere }} footer {{ padding: 12px 16px; color: #888 }}
</style><header><b>望溪阿桂</b><br><small>07-08 22:00</small></header><p>{text}</p>
<footer>转发 12　评论 3　赞 8</footer>"""


def shot_of(chromium: Browser, text: str) -> bytes:
    """PNG of a post with that text, twice the size as phones have it."""
    context = chromium.new_context(viewport={"width": 390, "height": 600}, device_scale_factor=2)
    page = context.new_page()
    page.set_content(_PAGE.format(text=escape(text)))
    data = page.screenshot(full_page=True)
    context.close()
    return data
