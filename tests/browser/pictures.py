"""Takes the desk's pictures for the docs: `python -m tests.browser.pictures DB docs/pictures` on the demo's database
(`houxu demo --db DB`), the clock set to its last night."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from desk.app import make_app
from desk.people.passwords import hash_password
from pipeline.demo import demo_settings, night_at
from pipeline.places import places_of
from pipeline.store.database import read_store
from pipeline.store.desk_accounts import Account, save_account
from pipeline.store.desk_db import open_desk
from pipeline.store.stale import StaleRow, stale_rows
from tests.browser.conftest import DESKTOP, FLAGS, PHONE
from tests.browser.serving import serving

_MOST_BYTES = 200_000
_TALLEST = 1_800


def take_all(db_path: Path, folder: Path) -> None:
    """Every page of the desk on the sample world, in both languages and themes and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as copied:
        _take(_copy(db_path, Path(copied)), folder)


def _copy(db_path: Path, folder: Path) -> Path:
    """The demo's files once more: an account is added to them."""
    var_dir = demo_settings("", db_path).var_dir
    shutil.copytree(db_path.absolute().parent / var_dir, folder / var_dir, ignore=shutil.ignore_patterns("spool"))
    return Path(shutil.copy(db_path, folder / db_path.name))


def _take(db_path: Path, folder: Path) -> None:
    store = read_store(db_path)
    review = "SELECT case_id FROM cases WHERE needs_review = 1"
    waits = {row[0] for row in store.conn.execute(review)}
    stale = next(row for row in stale_rows(store) if row.case_id not in waits)
    copy = next(row for row in stale_rows(store) if row.role == "copy")
    text = str(store.conn.execute("SELECT text FROM posts WHERE post_id = ?", (copy.post_id,)).fetchone()[0])
    linked = "SELECT DISTINCT p.url FROM stale_reposts s JOIN posts p USING (post_id) WHERE p.url LIKE 'https%' LIMIT 4"
    links = [str(row[0]) for row in store.conn.execute(linked)]
    store.close()
    places = {
        "queue": "/queue",
        "queue-waiting": "/queue?list=waiting&days=all",
        "queue-review": "/queue?list=review&days=all",
        "queue-gone": "/queue?list=gone&days=all",
        "case": f"/cases/{stale.case_id}",
        "why": f"/cases/{stale.case_id}/why",
        "compare": f"/cases/{copy.case_id}/compare/{copy.post_id}",
        "card": f"/cases/{stale.case_id}/card",
        "boards": "/boards",
        "boards-asked": "/boards?list=asked",
        "search": "/search?q=透析",
        "clocks": "/clocks",
        "channels": "/channels",
        "trail": "/trail",
        "login": "/login",
    }
    app = make_app(db_path, demo_settings("", db_path), lambda: night_at(3))
    with serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_context(locale="zh-CN", viewport=DESKTOP).new_page()
        for name, place in places.items():
            page.goto(address + place)
            _keep(page, folder / f"desk-{name}.png")
        _ask(page, address, text)
        _keep(page, folder / "desk-ask.png")
        _ask(page, address, "\n".join(links))
        _keep(page, folder / "desk-ask-many.png")
        _others(browser, address, text, places, folder)
        _staff(browser.new_context(locale="zh-CN", viewport=DESKTOP).new_page(), address, (db_path, stale), folder)
        browser.close()


def _staff(page: Page, address: str, shown: tuple[Path, StaleRow], folder: Path) -> None:
    """What only an admin or an editor sees."""
    db_path, stale = shown
    password = "correct horse battery"
    with closing(open_desk(places_of(db_path, demo_settings("", db_path)).desk_path)) as people:
        save_account(people, Account("wenjing", hash_password(password), "admin", is_active=True), night_at(3))
    page.goto(f"{address}/login?next=/people")
    page.get_by_label("用户名").fill("wenjing")
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("header.bar")).to_contain_text("wenjing")
    _keep(page, folder / "desk-people.png")
    page.goto(f"{address}/cases/{stale.case_id}")
    page.locator("summary", has_text="公开榜单").click()
    _keep(page, folder / "desk-case-editor.png")
    page.goto(f"{address}/posts/{stale.post_id}/reveal")
    _keep(page, folder / "desk-reveal.png")


def _others(browser: Browser, address: str, text: str, places: dict[str, str], folder: Path) -> None:
    for name, options in {
        "phone": {"viewport": PHONE, "locale": "zh-CN", "device_scale_factor": 1.5},
        "dark": {"viewport": DESKTOP, "locale": "zh-CN", "color_scheme": "dark"},
        "english": {"viewport": DESKTOP, "locale": "en-US"},
    }.items():
        page = browser.new_context(**options).new_page()  # type: ignore[arg-type]  # a table of options
        _ask(page, address, text)
        _keep(page, folder / f"desk-ask-{name}.png")
        page.goto(address + places["case"])
        _keep(page, folder / f"desk-case-{name}.png")


def _ask(page: Page, address: str, text: str) -> None:
    page.goto(address)
    page.locator("#question").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answers .card").first).to_be_visible(timeout=30_000)


def _keep(page: Page, path: Path) -> None:
    """The page as a picture of few colours; of a long page its beginning."""
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, _TALLEST)))
    image.quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    sys.stdout.write(f"{path.name} {image.width}×{image.height} {size} bytes\n")
    assert size <= _MOST_BYTES, path


if __name__ == "__main__":
    take_all(Path(sys.argv[1]), Path(sys.argv[2]))
