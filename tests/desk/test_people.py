"""Who gets in, what they may do, and what is kept of it."""

from __future__ import annotations

import sqlite3
import stat
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from desk.people.sessions import SESSION_COOKIE
from pipeline.errors import UserError
from pipeline.settings import DeskSettings, Settings
from tests.desk.conftest import PASSWORD, add_token, add_user, browse, case_of, words_of
from tests.process.home import PLEA, Home, observed


def test_without_accounts_this_machine_may_check_and_no_more(desk_home: Home) -> None:
    """A first look would need an account; or anybody at the machine could read phones."""
    browser = browse(desk_home)
    assert "本机使用（核查员）" in words_of(browser.text("/"))
    assert browser.get("/posts/weibo:a1/reveal").status_code == 403


def test_with_accounts_nobody_comes_in_without_one(desk_home: Home) -> None:
    """The first account would change nothing."""
    add_user(desk_home, "alice", "viewer")
    browser = browse(desk_home)
    for place in ("/", "/queue", "/clocks", "/channels", "/trail", f"/cases/{case_of(desk_home, 'weibo:a1')}"):
        answer = browser.client.get(place, follow_redirects=False)
        assert answer.status_code == 303, place
        assert answer.headers["location"].startswith("/login?next=/"), place
    browser.login("alice")
    assert "查询" in words_of(browser.text("/queue"))


def test_elsewhere_it_does_not_open_without_accounts(desk_home: Home) -> None:
    """A desk on the open network would answer anybody."""
    said = desk_home.run("desk", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 it must refuse this
    assert said.code == 2
    assert "没有账号时只在本机开放" in said.err
    assert browse(desk_home, is_loopback=False).client.get("/", follow_redirects=False).status_code == 303


def test_a_viewer_reads_and_does_nothing(desk_home: Home) -> None:
    """Roles would be words only."""
    add_user(desk_home, "alice", "viewer")
    browser = browse(desk_home)
    browser.login("alice")
    case_id = case_of(desk_home, "weibo:a1")
    assert "查看权限，不能操作" in words_of(browser.text(f"/cases/{case_id}"))
    for place in (f"/cases/{case_id}/acts", f"/cases/{case_id}/claim", "/acts/1/undo", "/acts/1/review"):
        assert browser.post(place, kind="verdict", status="resolved", reason="x").status_code == 403, place


def test_a_wrong_password_is_refused_and_counted(desk_home: Home) -> None:
    """Passwords could be tried out for ever."""
    add_user(desk_home, "alice", "editor")
    browser = browse(desk_home, Settings(desk=DeskSettings(login_attempts=3)))
    for _ in range(3):
        assert browser.login("alice", "wrong").status_code == 401
    answer = browser.login("alice")
    assert answer.status_code == 429
    assert "请 15 分钟后再来" in words_of(answer.text)


def test_a_log_in_gets_a_new_session_that_the_file_does_not_hold(desk_home: Home) -> None:
    """A planted cookie would become somebody's session, or a copy of the file would open it."""
    add_user(desk_home, "alice", "viewer")
    browser = browse(desk_home)
    browser.get("/login")
    before = browser.client.cookies[SESSION_COOKIE]
    browser.login("alice")
    after = browser.client.cookies[SESSION_COOKIE]
    assert before != after
    path = desk_home.folder / "var" / "desk.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = b"".join(one.read_bytes() for one in path.parent.glob("desk.db*"))
    assert after.encode() not in raw
    assert PASSWORD.encode() not in raw
    assert b"$argon2id$" in raw


def test_logging_out_and_being_disabled_end_the_session(desk_home: Home) -> None:
    """Somebody who left would go on reading."""
    add_user(desk_home, "alice", "viewer")
    add_user(desk_home, "bob", "viewer")
    alice, bob = browse(desk_home), browse(desk_home)
    alice.login("alice")
    bob.login("bob")
    kept = alice.client.cookies[SESSION_COOKIE]
    alice.post("/logout")
    alice.client.cookies.set(SESSION_COOKIE, kept)
    assert alice.client.get("/queue", follow_redirects=False).status_code == 303
    assert desk_home.run("desk", "user", "disable", "bob").code == 0
    assert bob.client.get("/queue", follow_redirects=False).status_code == 303


def test_a_log_in_never_leads_elsewhere(desk_home: Home) -> None:
    """A link to the log-in page could end on another site."""
    add_user(desk_home, "alice", "viewer")
    browser = browse(desk_home)
    for place in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        token = browser.csrf
        answer = browser.client.post(
            "/login",
            data={"csrf": token, "name": "alice", "password": PASSWORD, "next": place},
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/", place


def test_an_editor_reads_in_the_clear_with_a_reason_that_is_kept(desk_home: Home) -> None:
    """A phone would be read and nobody could say by whom, or why."""
    add_user(desk_home, "eve", "editor")
    browser = browse(desk_home)
    browser.login("eve")
    assert browser.post("/posts/weibo:a1/reveal", reason="").status_code == 400
    assert "13900001234" not in browser.text(f"/cases/{case_of(desk_home, 'weibo:a1')}")
    answer = browser.post("/posts/weibo:a1/reveal", reason="联系家属核实透析")
    assert "13900001234" in answer.text
    assert "13900001234" in PLEA
    assert desk_home.rows('SELECT action, subject, "by", reason FROM audit') == [
        {"action": "reveal", "subject": "weibo:a1", "by": "eve", "reason": "联系家属核实透析"}
    ]
    assert "联系家属核实透析" in words_of(browser.text("/trail"))


@pytest.mark.parametrize("name", ["", "a" * 41, "a\nb"])
def test_odd_names_and_short_passwords_are_refused(desk_home: Home, name: str) -> None:
    """An account would be made that nobody can tell from another."""
    said = desk_home.run("desk", "user", "add", name, "--role", "viewer", "--password-stdin", stdin=b"long enough 1\n")
    assert said.code == 2
    said = desk_home.run("desk", "user", "add", "bob", "--role", "viewer", "--password-stdin", stdin=b"short\n")
    assert said.code == 2
    assert desk_home.run("desk", "user", "list").out == ""


def test_another_programs_file_is_not_taken_for_the_desks(desk_home: Home) -> None:
    """Accounts would be written into a file that is something else."""
    (desk_home.folder / "var" / "desk.db").write_bytes(b"no database at all, but long enough to be looked at" * 9)
    with pytest.raises(UserError, match="不是核查台的文件"):
        browse(desk_home)


def test_accounts_are_not_in_the_analysts_file(desk_home: Home) -> None:
    """Whoever gets the analysts' file would get the accounts with it."""
    add_user(desk_home, "alice", "viewer")
    conn = sqlite3.connect(desk_home.db)
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
    conn.close()
    assert not tables & {"users", "sessions", "tokens", "claims", "acts", "access_log"}
    assert b"alice" not in desk_home.raw_bytes()


def test_a_picture_in_the_clear_has_no_address_of_its_own(desk_home: Home) -> None:
    """A screenshot with a phone could be opened by whoever gets its address."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "png")
    (desk_home.folder / "shot.png").write_bytes(drawn.getvalue())
    assert desk_home.take(observed("p1", "求助，见图", images=["shot.png"])).code == 0
    add_user(desk_home, "eve", "editor")
    browser = browse(desk_home)
    browser.login("eve")
    page = browser.post("/posts/weibo:p1/reveal", reason="核对截图").text
    assert f"data:image/png;base64,{b64encode(drawn.getvalue()).decode()}" in page


def test_an_admin_ends_accounts_and_tokens_and_nobody_else_does(desk_home: Home) -> None:
    """A lost phone with a session on it could not be shut out, or anybody could shut out anybody."""
    for name, role in (("root", "admin"), ("eve", "editor"), ("bob", "viewer")):
        add_user(desk_home, name, role)
    add_token(desk_home, "read")
    root, eve, bob = (browse(desk_home) for _ in range(3))
    for browser, name in ((root, "root"), (eve, "eve"), (bob, "bob")):
        browser.login(name)
    assert eve.get("/people").status_code == 403
    assert eve.post("/people/disable", name="bob").status_code == 403
    assert eve.post("/people/revoke", token="1").status_code == 403
    assert bob.client.get("/queue", follow_redirects=False).status_code == 200
    assert root.post("/people/disable", name="bob").status_code == 200
    assert bob.client.get("/queue", follow_redirects=False).status_code == 303
    assert root.post("/people/disable", name="root").status_code == 400
    assert root.post("/people/revoke", token="1").status_code == 200
    assert root.post("/people/revoke", token="x").status_code == 400
    assert "已吊销" in desk_home.run("desk", "token", "list").out
    assert "停用账号" in words_of(root.text("/trail"))


def test_a_session_that_ran_out_leads_to_the_log_in_from_forms_too(desk_home: Home) -> None:
    """A question asked too late would end on a page that answers nobody, or show a log-in within the answer."""
    add_user(desk_home, "alice", "viewer")
    browser = browse(desk_home)
    token = browser.csrf
    fields = {"csrf": token, "question": PLEA}
    assert browser.client.post("/ask", data=fields, follow_redirects=False).headers["location"] == "/login"
    answer = browser.client.post("/ask", data=fields, headers={"hx-request": "true"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")
    browser.login("alice")
    assert browser.get("/ask").status_code == 200
