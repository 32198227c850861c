"""A backup holds both files, comes back whole, and the access log ends where the settings say."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from pipeline.settings import DeskSettings, Settings
from pipeline.store.desk_db import open_desk
from pipeline.store.desk_log import Access, read_accesses, write_access
from tests.desk.conftest import NOW, add_user, app_of, browse, case_of
from tests.process.home import Home


def test_a_backup_brings_back_accounts_pins_acts_and_the_trail(desk_home: Home, tmp_path: Path) -> None:
    """After a broken disk nobody could log in, and who decided what would be gone."""
    add_user(desk_home, "editor", "editor")
    editor = browse(desk_home)
    editor.login("editor")
    case_id = case_of(desk_home, "weibo:a1")
    editor.post(f"/cases/{case_id}/acts", kind="featured", reason="答复清楚")
    saved = tmp_path / "saved.db"
    assert desk_home.run("backup", saved).code == 0
    beside = tmp_path / "saved.db.desk"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    fresh = Home(tmp_path / "elsewhere")
    fresh.folder.mkdir()
    assert fresh.run("restore", saved).code == 0
    assert fresh.tables() == desk_home.tables()
    (fresh.folder / "var" / "houxu.key").write_bytes((desk_home.folder / "var" / "houxu.key").read_bytes())
    again = browse(fresh)
    assert again.login("editor").status_code == 200
    assert "答复清楚" in again.text(f"/cases/{case_id}")
    assert f"/cases/{case_id}" in again.text("/boards?list=featured")
    assert stat.S_IMODE((fresh.folder / "var" / "desk.db").stat().st_mode) == 0o600


def test_a_restore_overwrites_nothing(desk_home: Home, tmp_path: Path) -> None:
    """A slip would put last week's database in the place of today's."""
    saved = tmp_path / "saved.db"
    assert desk_home.run("backup", saved).code == 0
    before = desk_home.db.read_bytes()
    said = desk_home.run("restore", saved)
    assert said.code == 2
    assert "已存在" in said.last_line
    assert desk_home.db.read_bytes() == before
    assert desk_home.run("restore", tmp_path / "nothing.db").code == 2
    assert desk_home.run("backup", saved).code == 2


def test_a_file_of_another_kind_is_not_restored(tmp_path: Path) -> None:
    """Any file would be put in the place of the database."""
    strange = tmp_path / "strange.db"
    strange.write_bytes(b"not a database at all, but long enough to be looked at twice" * 20)
    home = Home(tmp_path / "home")
    home.folder.mkdir()
    assert home.run("restore", strange).code == 2
    assert not home.db.exists()


def test_the_access_log_forgets_after_its_days(desk_home: Home) -> None:
    """Addresses of everybody who ever logged in would be kept for ever."""
    path = desk_home.folder / "var" / "desk.db"
    people = open_desk(path)
    for days, name in ((400, "old"), (10, "new")):
        write_access(people, Access(NOW - timedelta(days=days), name, "login", "127.0.0.1", ""))
    people.close()
    settings = Settings(desk=DeskSettings(access_log_days=30))
    with TestClient(app_of(desk_home, settings)) as client:
        assert client.get("/").status_code == 200
    people = open_desk(path)
    assert [one.by for one in read_accesses(people, 10)] == ["new"]
    people.close()
