"""Hostile words, forged forms, other sites, too much at once."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from desk.app import PAGES
from desk.headers import CONTENT_SECURITY_POLICY
from pipeline.settings import ImageSettings, ImportSettings, Settings
from tests.desk.conftest import Browser, browse, case_of, words_of
from tests.process.home import PLEA, Home

PLACES = (
    "/",
    "/queue",
    "/queue?list=waiting",
    "/boards",
    "/boards?list=newest",
    "/boards?list=asked",
    "/search?q=求助",
    "/clocks",
    "/channels",
    "/trail",
    "/login",
)


def assert_inert(page: str) -> None:
    """Nothing that a stranger wrote is markup, a link to a script, or turns the line around."""
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert not re.search(r"""(href|src)=["']?\s*javascript:""", page)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert not re.search(r"<[^>]*\s(on\w+|style)=", page)


def test_hostile_words_and_names_are_inert_on_every_page(browser: Browser, stories: Home) -> None:
    """A post could run a script in the desk's browser, or turn a status around."""
    case_id = case_of(stories, "weibo:x1")
    pages = [browser.text(place) for place in (*PLACES, f"/cases/{case_id}", f"/cases/{case_id}/why")]
    for page in pages:
        assert_inert(page)
    assert any("&lt;script&gt;alert" in page for page in pages)
    assert any("&lt;img src=x" in page for page in pages)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "\u202e" * 50 + "求助",
        "🆘" * 5_000,
        "a" * 1_000_000,
        "求" * 1_000_000,
        "\x00\x01\x02",
        "{{ 7 * 7 }}",
        "' OR 1=1 --",
        "𠮷" * 300,
    ],
    ids=["script", "override", "emoji", "long", "long Chinese", "control", "template", "sql", "astral"],
)
def test_hostile_questions_get_an_answer_or_a_clear_no(browser: Browser, text: str) -> None:
    """A question could break the page, or the desk."""
    answer = browser.post("/ask", question=text)
    assert answer.status_code in {200, 400}
    assert_inert(answer.text)
    assert len(answer.text) < 100_000
    assert "{{ 7 * 7 }}" not in text or "49" not in words_of(answer.text)


def test_every_form_is_refused_without_its_token(worker: Browser, desk_home: Home) -> None:
    """Another site could act in the name of whoever is logged in."""
    posts = [
        route.path
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    ]
    assert len(posts) >= 7
    for path in posts:
        place = path.replace("{name}", case_of(desk_home, "weibo:a1")).replace("{act_id}", "1")
        place = place.replace("{post_id}", "weibo:a1")
        worker.get("/")
        for token in ("", "0" * 64):
            answer = worker.client.post(place, data={"csrf": token, "question": "x", "kind": "same"})
            assert answer.status_code == 403, path
    assert desk_home.values("SELECT COUNT(*) FROM audit") == [0]


def test_a_token_of_another_session_is_worth_nothing(stories: Home) -> None:
    """Anybody with a session of their own could forge forms for all."""
    mine, theirs = browse(stories), browse(stories)
    token = mine.csrf
    theirs.get("/")
    assert theirs.client.post("/ask", data={"csrf": token, "question": "x"}).status_code == 403


def test_every_answer_forbids_what_is_not_ours(browser: Browser) -> None:
    """A page could load a script from elsewhere, be framed, or stay in a shared cache."""
    for place in (*PLACES, "/nothing", "/static/desk.css", "/api/v1/clocks"):
        headers = browser.get(place).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert browser.get("/queue").headers["cache-control"] == "no-store"


def test_pages_ask_no_other_host(browser: Browser, stories: Home) -> None:
    """Somebody elsewhere would learn who looks at which case."""
    for place in (*PLACES, f"/cases/{case_of(stories, 'weibo:a1')}"):
        loaded = re.findall(r"<(?:script|link|img|iframe|source)[^>]*?(?:src|href)=\"([^\"]+)\"", browser.text(place))
        assert loaded
        assert all(one.startswith("/static/") for one in loaded), loaded


def test_cookies_are_for_this_site_and_no_script(stories: Home) -> None:
    """A script, or another site, could use the session."""
    cookie = browse(stories).get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_another_name_for_this_machine_is_refused(browser: Browser) -> None:
    """A web page could point its own name at this machine and read everything."""
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


def test_too_much_at_once_is_refused(stories: Home) -> None:
    """One upload could fill memory or disk."""
    settings = Settings(images=ImageSettings(max_bytes=10_000))
    browser = browse(stories, settings)
    answer = browser.post("/ask", files=[("images", ("a.png", b"\x89PNG" + b"0" * 20_000, "image/png"))])
    assert answer.status_code == 400
    assert "图片太大" in answer.text
    huge = b"0" * 3_000_000
    assert browser.post("/ask", files=[("images", ("a.png", huge, "image/png"))]).status_code == 413


def test_a_text_longer_than_a_post_can_be_is_refused(stories: Home) -> None:
    """A megabyte of words would keep the desk busy."""
    browser = browse(stories, Settings.model_validate({"import": ImportSettings(max_text_characters=1_000)}))
    assert "文字太长" in browser.post("/ask", question=PLEA * 20).text


@pytest.mark.parametrize("name", ["%ff", "..%2f..%2fetc", "a%00b", "%F0%9F%86%98", "'; DROP TABLE cases"])
def test_odd_paths_are_not_found(browser: Browser, name: str) -> None:
    """A crafted address would be a server error, or read a file."""
    for place in (f"/cases/{name}", f"/cases/{name}/why", f"/static/{name}", f"/api/v1/cases/{name}"):
        assert browser.get(place).status_code in {401, 404}, place
