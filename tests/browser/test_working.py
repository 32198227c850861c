"""Working at the desk in a real browser: from the queue to a verdict, merge and undo, two people at one item."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import watch
from tests.browser.serving import serving
from tests.desk.conftest import PASSWORD, add_user, app_of, case_of
from tests.process.home import Home

pytestmark = pytest.mark.slow


@pytest.fixture
def staffed(desk_home: Home) -> Iterator[str]:
    """A desk with two checkers; yields its address."""
    add_user(desk_home, "anna", "checker")
    add_user(desk_home, "宝玲", "checker")
    with serving(app_of(desk_home)) as address:
        yield address


def log_in(context: BrowserContext, address: str, name: str) -> Page:
    """A page of somebody who has logged in."""
    page = context.new_page()
    page.goto(f"{address}/queue")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("header.bar")).to_contain_text(name)
    return page


def status_of(home: Home, case_id: str) -> str:
    """The status that the store holds."""
    return str(home.row("SELECT status FROM cases WHERE case_id = ?", case_id)["status"])


def test_from_the_queue_to_a_signed_verdict_with_keys_only(page: Page, live: str, desk_home: Home) -> None:
    """The desk's daily round could not be made without a mouse, or would end with nothing in the store."""
    case_id = case_of(desk_home, "weibo:d1")
    seen = watch(page, live)
    page.goto(f"{live}/queue?list=waiting&days=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("个案")
    page.goto(f"{live}/cases/{case_id}")
    status = page.locator("#verdict select")
    status.focus()
    page.keyboard.press("Home")
    for _ in range(5):
        if status.input_value() != "resolved":
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("电话核实，药已送到")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#acts")).to_contain_text("电话核实，药已送到")
    assert status_of(desk_home, case_id) == "resolved"
    assert seen.errors == []
    assert seen.strangers == []


def test_merge_and_undo(page: Page, live: str, desk_home: Home) -> None:
    """Two cases of one need could not be joined on the screen, or a slip could not be taken back."""
    first, second = case_of(desk_home, "weibo:x1"), case_of(desk_home, "weibo:d1")
    page.goto(f"{live}/cases/{first}")
    page.locator("details summary", has_text="合并").click()
    merging = page.locator("details[open] form")
    merging.get_by_label("另一个个案").fill(second)
    merging.get_by_label("理由").fill("同一户人家")
    merging.get_by_role("button").click()
    expect(page.locator("#acts")).to_contain_text("同一户人家")
    assert case_of(desk_home, "weibo:x1") == case_of(desk_home, "weibo:d1")
    page.locator("#acts").get_by_role("button", name="撤销").click()
    expect(page.locator("#acts")).to_contain_text("已撤销")
    assert {case_of(desk_home, "weibo:x1"), case_of(desk_home, "weibo:d1")} == {first, second}


def test_two_people_do_not_take_the_same_item(
    open_context: Callable[..., BrowserContext], staffed: str, desk_home: Home
) -> None:
    """Two people would telephone the same family."""
    case_id = case_of(desk_home, "weibo:a1")
    anna, baoling = (log_in(open_context(), staffed, name) for name in ("anna", "宝玲"))
    item = f'li[data-case="{case_id}"]'
    for page in (anna, baoling):
        page.goto(f"{staffed}/queue")
        expect(page.locator(f"{item} button.claim")).to_have_count(1)
    anna.locator(f"{item} button.claim").click()
    expect(anna.locator(item)).to_contain_text("放回")
    # Her page is older than the claim: the button is still there, and does not take the item away.
    baoling.locator(f"{item} button.claim").click()
    expect(baoling.locator(item)).to_contain_text("anna")
    expect(baoling.locator(f"{item} button.claim")).to_have_count(0)
    baoling.goto(f"{staffed}/cases/{case_id}")
    expect(baoling.locator("aside")).to_contain_text("anna")


def test_an_editor_pins_and_everybody_sees_it(
    open_context: Callable[..., BrowserContext], staffed: str, desk_home: Home
) -> None:
    """What an editor puts on top would not reach the others' first page, or could not be taken down."""
    add_user(desk_home, "editor", "editor")
    case_id = case_of(desk_home, "weibo:f1")
    editor, anna = log_in(open_context(), staffed, "editor"), log_in(open_context(), staffed, "anna")
    editor.goto(f"{staffed}/cases/{case_id}")
    editor.locator("summary", has_text="公开榜单").click()
    pins = editor.locator("details[open] form")
    pins.get_by_label("理由").fill("很多人在问")
    pins.get_by_role("button", name="置顶").click()
    expect(editor.locator("#acts")).to_contain_text("很多人在问")
    anna.goto(f"{staffed}/boards?list=newest")
    expect(anna.locator("section ol.items").first).to_contain_text(case_id)
    anna.goto(f"{staffed}/cases/{case_id}")
    expect(anna.locator("summary", has_text="公开榜单")).to_have_count(0)
    editor.locator("#acts").get_by_role("button", name="撤销").first.click()
    expect(editor.locator("#acts")).to_contain_text("已撤销")
    anna.goto(f"{staffed}/boards?list=newest")
    expect(anna.locator("section ol.items")).to_have_count(0)


def test_the_search_marks_what_it_found_and_leads_to_the_case(page: Page, reading: str, stories: Home) -> None:
    """Somebody who remembers two characters of a plea would not find how it ended."""
    seen = watch(page, reading)
    page.goto(f"{reading}/search")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.insert_text("透析")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("透析")
    case_id = case_of(stories, "weibo:a1")
    page.locator(f"ol.items a[href='/cases/{case_id}']").first.click()
    expect(page.locator("h1")).to_contain_text(case_id)
    assert seen.errors == []
    assert seen.strangers == []


def test_a_copy_is_compared_and_judged(page: Page, live: str, desk_home: Home) -> None:
    """A wrong link could be seen but not parted from where it is seen."""
    case_id = case_of(desk_home, "weibo:a1")
    page.goto(f"{live}/cases/{case_id}/compare/weibo:b2")
    expect(page.locator("ins", has_text="还没人管吗")).to_have_count(1)
    page.get_by_label("理由").fill("说的是另一家")
    page.get_by_role("button", name="不是同一件").click()
    expect(page.locator("#acts")).to_contain_text("说的是另一家")
    assert case_of(desk_home, "weibo:b2") != case_id


def test_the_explanation_opens_in_its_place(page: Page, reading: str, stories: Home) -> None:
    """Whoever doubts a status would have to leave the case to read why."""
    page.goto(f"{reading}/cases/{case_of(stories, 'weibo:a1')}")
    page.locator("summary", has_text="为什么").click()
    expect(page.locator("#why pre")).to_contain_text("问题解决了")


def test_hostile_words_and_names_run_nothing_in_a_real_browser(page: Page, reading: str, stories: Home) -> None:
    """A post could act in the name of whoever reads it, or turn the words beside it around."""
    seen = watch(page, reading)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    case_id = case_of(stories, "weibo:x1")
    lists = ("/queue?list=waiting&days=all", "/boards?list=newest", "/search?q=老楼")
    for place in (f"/cases/{case_id}", f"/cases/{case_id}/card", *lists):
        page.goto(reading + place)
        page.wait_for_load_state("networkidle")
        assert page.locator("main img:not(.answer), main script, main a[href^='javascript']").count() == 0
    assert dialogs == []
    assert seen.errors == []
    assert seen.strangers == []
