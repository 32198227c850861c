"""The page of a case."""

from __future__ import annotations

from tests.desk.conftest import Browser, case_of, words_of
from tests.process.home import Home


def test_the_case_is_told_in_order(browser: Browser, stories: Home) -> None:
    """A reader could not see that the copy came after the answer."""
    page = browser.text(f"/cases/{case_of(stories, 'weibo:a1')}")
    said = words_of(page)
    timeline = said[said.index("经过") :]
    assert timeline.index("2024-07-08 22:00") < timeline.index("2024-07-09 15:00")
    assert "以此为准" in timeline
    assert "<svg" in page
    assert "答复后，仍在求助" in said


def test_every_copy_says_why_it_is_here(browser: Browser, stories: Home) -> None:
    """A wrong link could not be told from a right one."""
    said = words_of(browser.text(f"/cases/{case_of(stories, 'weibo:a1')}"))
    assert "原生转发" in said
    assert "内容相同" in said


def test_a_post_and_an_older_id_lead_to_the_case(browser: Browser, stories: Home) -> None:
    """A link that somebody noted down would lead nowhere."""
    answer = browser.get("/cases/weibo:b2")
    assert str(answer.url).endswith(case_of(stories, "weibo:a1"))


def test_an_unknown_case_is_not_found(browser: Browser) -> None:
    """A typing mistake would look like a fault of the desk."""
    assert browser.get("/cases/c-nothing").status_code == 404


def test_why_is_told_clause_by_clause_in_both_languages(browser: Browser, stories: Home) -> None:
    """A reader would have to believe the machine."""
    case_id = case_of(stories, "weibo:a1")
    assert "问题解决了" in browser.text(f"/cases/{case_id}/why")
    assert "resolved" in browser.text(f"/cases/{case_id}/why?lang=en")


def test_a_copy_stands_beside_the_first_post(browser: Browser, stories: Home) -> None:
    """Somebody who judges would have to keep both texts in mind."""
    page = browser.text(f"/cases/{case_of(stories, 'weibo:a1')}/compare/weibo:b2")
    assert "<ins>还没人管吗！到今天还没有做上透析！</ins>" in page
    assert "较短一篇有 100% 相同" in words_of(page)


def test_a_forgotten_plea_says_that_its_words_are_gone(browser: Browser, stories: Home) -> None:
    """An empty box would look like a fault, or like nothing was ever said."""
    said = words_of(browser.text(f"/cases/{case_of(stories, 'weibo:m1')}"))
    assert "作者已删除，这里也不再保留文字" in said
    assert "作者自己撤回了这条求助" in said


def test_the_page_is_there_in_english(browser: Browser, stories: Home) -> None:
    """A volunteer abroad could not read the status."""
    said = words_of(browser.text(f"/cases/{case_of(stories, 'weibo:a1')}?lang=en"))
    assert "The author says help has arrived" in said


def test_a_plea_that_was_written_over_is_shown_as_first_seen_too(browser: Browser, stories: Home) -> None:
    """Copies would be compared with the thanks that stand there now, and look like other stories."""
    case_id = case_of(stories, "weibo:f1")
    said = words_of(browser.text(f"/cases/{case_id}"))
    assert "【已解决】两位老人" in said
    assert "最初的文字： #沱阳暴雨求助#" in said
    beside = words_of(browser.text(f"/cases/{case_id}/compare/weibo:f2"))
    assert "较短一篇有 100% 相同" in beside
    assert "两位老人和孩子都已被救援队接走" not in beside
