"""The doctor: a finding and its fix for everything that can stand in the way of a night, and no false alarm."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.doctor.finding import Finding
from pipeline.doctor.host import RobotsAnswer, check_host, check_host_clock, check_robots
from pipeline.locking import hold_lock
from pipeline.settings import CrawlSettings
from pipeline.store.database import open_store
from pipeline.store.runs import start_run
from tests.doctor.well import LAST_NIGHT, NOW, Host, enter_night, examine
from tests.process.home import Home

SITE = "https://m.example"


def test_a_well_installation_gets_no_finding(well: Home, host: Host) -> None:
    """A doctor who always finds something is not listened to."""
    said = examine(well)
    assert (said.code, "✗" in said.out) == (0, False), said.out
    for check in ("config", "database", "key", "raw text", "lock", "disk", "caches", "manners", "robots.txt", "clock"):
        assert f"{check}：" in said.out, check
    assert host.asked == [("/robots.txt", host.asked[0][1])]
    assert "desk@example.org" in host.asked[0][1]


def test_offline_asks_nothing(well: Home, host: Host) -> None:
    """--offline would still tell the site that somebody is about to read it."""
    assert examine(well, "--offline").code == 0
    assert host.asked == []


def test_the_doctor_changes_nothing(well: Home) -> None:
    """A check-up would itself be a change: a new database, a new key, an entry in the ledger."""
    before = well.everything()
    examine(well)
    assert {path: data for path, data in well.everything().items() if path in before} == before


def test_before_the_first_run_only_the_configuration_is_missing(home: Home) -> None:
    """A newcomer would be told to restore backups of a database that never was."""
    said = home.run("doctor", "--offline", "--json")
    findings = json.loads(said.out)
    assert said.code == 1
    assert {one["check"] for one in findings if not one["fine"]} == {"配置 config"}
    assert all(one["fix"] for one in findings if not one["fine"])
    assert not home.db.exists()


def _break_config(home: Home, _host: Host) -> None:
    (home.folder / "houxu.toml").write_text("[crawl]\nkeyword = 1\n", encoding="utf-8")


def _take_key(home: Home, _host: Host) -> None:
    (home.folder / "var" / "houxu.key").unlink()


def _open_key(home: Home, _host: Host) -> None:
    (home.folder / "var" / "houxu.key").chmod(0o644)


def _open_spool(home: Home, _host: Host) -> None:
    next(home.spool.glob("*/*.gz")).chmod(0o644)


def _damage_database(home: Home, _host: Host) -> None:
    conn = sqlite3.connect(home.db)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    data = bytearray(home.db.read_bytes())
    data[4096 * 2 : 4096 * 30] = b"\xff" * (4096 * 28)
    home.db.write_bytes(data)


def _make_newer(home: Home, _host: Host) -> None:
    conn = sqlite3.connect(home.db)
    conn.execute("PRAGMA user_version = 99")
    conn.close()


def _leave_unfinished(home: Home, _host: Host) -> None:
    store = open_store(home.db)
    start_run(store, "process-20240711T190000Z", "process", LAST_NIGHT)
    store.close()


def _leave_hole(home: Home, _host: Host) -> None:
    enter_night(home, LAST_NIGHT + timedelta(hours=1), is_complete=False, note="http 432 ×3")


def _want_login(home: Home, _host: Host) -> None:
    enter_night(home, LAST_NIGHT + timedelta(hours=1), is_complete=False, note="login wanted ×3")


def _set_clock_back(home: Home, _host: Host) -> None:
    enter_night(home, NOW + timedelta(days=1), is_complete=True)


def _skew(_home: Home, host: Host) -> None:
    host.date = NOW + timedelta(minutes=10)


def _forbid(_home: Home, host: Host) -> None:
    host.robots = "User-agent: *\nDisallow: /\n"


def _rest(home: Home, host: Host) -> None:
    record = {
        "day": "",
        "asked": 0,
        "rest_until": "2024-07-12T09:00:00+08:00",
        "rest_minutes": 60,
        "reason": "http 432",
    }
    value = {"hosts": {f"127.0.0.1:{host.server_address[1]}": record}}
    (home.folder / "var" / "manners.json").write_text(json.dumps(value), encoding="utf-8")


BREAKAGES: dict[str, tuple[Callable[[Home, Host], None], str]] = {
    "an unknown knob": (_break_config, "配置 config"),
    "a lost key": (_take_key, "密钥 key"),
    "a key for all": (_open_key, "密钥 key"),
    "raw text for all": (_open_spool, "原文 raw text"),
    "a damaged file": (_damage_database, "数据库 database"),
    "a newer file": (_make_newer, "数据库 database"),
    "a run cut short": (_leave_unfinished, "未完的运行 unfinished runs"),
    "a hole": (_leave_hole, "上一夜 last night"),
    "a login wall": (_want_login, "会话 session"),
    "a clock set back": (_set_clock_back, "时钟 clock"),
    "a clock that is off": (_skew, "时钟 clock"),
    "a robots.txt that says no": (_forbid, "robots.txt"),
    "a host in cool-down": (_rest, "礼貌 manners"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_is_broken_is_named_with_its_fix(well: Home, host: Host, name: str) -> None:
    """The operator would learn of it from a night that failed."""
    break_it, check = BREAKAGES[name]
    break_it(well, host)
    said = examine(well, "--json")
    findings = json.loads(said.out)
    assert said.code == 1
    assert check in {one["check"] for one in findings if one["fix"]}, said.out
    assert "things to fix" in said.last_line


def test_a_host_in_cool_down_is_not_asked(well: Home, host: Host) -> None:
    """The doctor would do what the crawler was told to leave."""
    _rest(well, host)
    examine(well)
    assert host.asked == []


def test_a_lock_that_is_held_is_no_fault(well: Home) -> None:
    """A check-up during a night would report the night as a fault."""
    with hold_lock(well.folder / "var" / "houxu.db.lock", "nightly"):
        said = examine(well, "--offline")
    assert said.code == 0, said.out
    assert "nightly, pid" in said.out


@pytest.mark.parametrize(
    ("answer", "is_fine"),
    [
        (RobotsAnswer(200, "", None), True),
        (RobotsAnswer(404, "", None), True),
        (RobotsAnswer(503, "", None), False),
        (RobotsAnswer(None, "", None, "timed out"), False),
        (RobotsAnswer(200, "User-agent: houxu\nDisallow: /api/\n", None), False),
        (RobotsAnswer(200, "User-agent: other\nDisallow: /\n", None), True),
        (RobotsAnswer(200, "User-agent: *\nDisallow: /\nAllow: /api/\n", None), False),
    ],
)
def test_robots_is_read_as_the_crawler_reads_it(answer: RobotsAnswer, is_fine: bool) -> None:
    """The doctor would promise a night that then fetches nothing, or the other way round (RFC 9309)."""
    assert check_robots(SITE, answer).is_fine is is_fine


def test_a_host_that_is_not_ours_is_not_asked_without_a_contact(tmp_path: Path) -> None:
    """A site would be asked by nobody in particular."""
    found = list(check_host(CrawlSettings(base_url=SITE), tmp_path / "manners.json", NOW))
    assert any("not asked without a contact" in one.told for one in found)


def test_a_small_difference_of_clocks_is_fine() -> None:
    """Every check-up would complain of the time that an answer takes."""
    (finding,) = check_host_clock(RobotsAnswer(200, "", NOW - timedelta(seconds=90)), NOW)
    assert finding.is_fine
    assert list(check_host_clock(RobotsAnswer(200, "", None), NOW)) == []


def test_a_line_ends_with_the_fix() -> None:
    """A finding without a fix leaves the operator alone with it."""
    assert Finding("锁 lock", "没有 / none").as_line() == "✓ 锁 lock：没有 / none"
    assert Finding("锁 lock", "卡住 / hangs", "结束它 / end it").as_line().endswith("→ 结束它 / end it")
