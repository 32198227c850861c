"""`houxu desk` and `houxu demo --desk` on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk import cli
from pipeline.cli import demo
from pipeline.settings import Settings
from tests.desk.conftest import add_user
from tests.process.home import Home, run_houxu


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_is_told_from(host: str) -> None:
    """A desk on one's own machine would ask for accounts."""
    assert cli.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])  # noqa: S104 told apart here
def test_a_network_is_told_from_this_machine(host: str) -> None:
    """A desk without accounts would open to a network."""
    assert not cli.is_loopback(host)


def test_the_address_it_listens_on_is_a_name_it_answers_to() -> None:
    """`--host 192.168.1.5` would refuse everybody who types that address."""
    assert cli.answering_to(Settings(), "192.168.1.5").desk.hosts == ("192.168.1.5",)
    assert cli.answering_to(Settings(), "0.0.0.0").desk.hosts == ()  # noqa: S104 it names no host


def test_the_clock_can_be_set_and_goes_on(desk_home: Home) -> None:
    """The sample world's desk would call everything years old, or its clock would stand still."""
    now = cli.clock_from("2024-07-11T02:00:00+08:00")
    first, second = now(), now()
    assert timedelta(0) <= first - datetime(2024, 7, 10, 18, tzinfo=UTC) < timedelta(minutes=1)
    assert second > first


def test_without_a_store_there_is_one_clear_line(tmp_path: Path) -> None:
    """A newcomer would get a stack trace."""
    said = run_houxu("desk", "--db", tmp_path / "none.db")
    assert said.code == 2
    assert "没有这个数据库" in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_without_the_extra_there_is_one_clear_line(desk_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who installed the core would get an import error."""
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    said = desk_home.run("desk")
    assert said.code == 2
    assert "pip install 'houxu[desk]'" in said.err


def test_the_demos_desk_opens_at_the_end_of_its_last_night(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo's desk would open on another database, on the network, or with a clock of another year."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(cli, "serve", lambda *arguments: asked.append(arguments))
    demo.open_desk(tmp_path / "demo.db", 3, 8123)
    ((db, settings, address, now),) = asked
    assert db == tmp_path / "demo.db"
    assert settings.var_dir == "demo.db.var"
    assert address == ("127.0.0.1", 8123)
    assert now().date().isoformat() == "2024-07-10"


def test_an_account_given_again_gets_the_new_role(desk_home: Home) -> None:
    """Somebody who became an editor would need a second name."""
    add_user(desk_home, "alice", "viewer")
    add_user(desk_home, "alice", "editor")
    assert desk_home.run("desk", "user", "list").out == "alice\teditor\n"
    assert desk_home.run("desk", "user", "disable", "nobody").code == 2


def test_tokens_are_listed_without_their_secret(desk_home: Home) -> None:
    """A list on a screen would give the keys away."""
    secret = desk_home.run("desk", "token", "add", "bot", "--scope", "read").out.strip()
    listed = desk_home.run("desk", "token", "list").out
    assert "bot\tread" in listed
    assert secret not in listed
    assert secret.encode() not in (desk_home.folder / "var" / "desk.db").read_bytes()
    assert desk_home.run("desk", "token", "revoke", "9").code == 2
