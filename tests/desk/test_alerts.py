"""Alerts over real HTTP on loopback: signed, once, tried again, and never to private addresses unasked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from desk.alerts.addresses import is_public
from desk.alerts.sending import Sent, send_alerts
from desk.alerts.webhooks import SIGNATURE, TIMESTAMP, sign
from pipeline.cli.nightly import send_after_night
from pipeline.cli.options import Installation
from pipeline.places import places_of
from pipeline.settings import AlertSettings, Settings
from pipeline.store.desk_db import open_desk, webhook_secret
from tests.desk.conftest import NOW, Browser, case_of, quote_of
from tests.process.home import Home, observed


@dataclass(slots=True)
class Listener:
    """Somebody who takes webhooks; `answers` are the next status codes, 200 when they are used up."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A real HTTP server on loopback."""
    listening = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.got.append((dict(self.headers), body))
            status = listening.answers.pop(0) if listening.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        listening.address = f"http://127.0.0.1:{server.server_port}/hook?from=houxu"
        yield listening
        server.shutdown()
        thread.join()


def send(home: Home, *webhooks: str, private: bool = True, apprise: tuple[str, ...] = ()) -> Sent:
    """Send what is due, without waiting between tries."""
    alerts = AlertSettings(webhooks=webhooks, apprise=apprise, private_addresses=private)
    settings = Settings(alerts=alerts)
    return send_alerts(places_of(home.db, settings), settings, NOW, lambda _: None)


def test_a_stale_case_that_spreads_is_told_once(desk_home: Home, listener: Listener) -> None:
    """Nobody would hear of the wave, or everybody would hear of it every night."""
    assert send(desk_home, listener.address) == Sent(1, ())
    (headers, body), told = listener.got[0], json.loads(listener.got[0][1])
    assert told["kind"] == headers["X-Houxu-Event"] == "stale_spreading"
    assert told["case_id"] == case_of(desk_home, "weibo:a1")
    assert told["quote"] == quote_of(desk_home, "weibo:a1")
    assert told["copies_in_day"] == 1
    assert b"13900001234" not in body
    assert send(desk_home, listener.address) == Sent(0, ())
    assert len(listener.got) == 1


def test_the_signature_is_over_time_and_body(desk_home: Home, listener: Listener) -> None:
    """Anybody could send a newsroom false alerts, or an old one again."""
    send(desk_home, listener.address)
    headers, body = listener.got[0]
    people = open_desk(desk_home.folder / "var" / "desk.db")
    secret = webhook_secret(people)
    people.close()
    assert headers[SIGNATURE] == sign(secret, headers[TIMESTAMP], body)
    assert headers[SIGNATURE] != sign(secret, headers[TIMESTAMP], body + b" ")
    assert headers[SIGNATURE] != sign(secret, str(int(headers[TIMESTAMP]) + 1), body)
    assert desk_home.run("desk", "webhook-secret").out.strip() == secret.hex()


def test_a_stumble_is_tried_again_a_refusal_is_not(desk_home: Home, listener: Listener) -> None:
    """One restart of the other side would lose the alert; a wrong address would be hammered."""
    listener.answers = [503, 429]
    assert send(desk_home, listener.address).count == 1
    assert len(listener.got) == 3
    listener.answers = [404]
    second = listener.address + "2"
    assert send(desk_home, second).failures == ("127.0.0.1: 没有送到 / not delivered: HTTP 404",)
    assert len(listener.got) == 4
    assert send(desk_home, second).count == 1


def test_no_redirect_is_followed(desk_home: Home, listener: Listener) -> None:
    """A public address could lead the desk to one inside."""
    listener.answers = [302]
    assert "HTTP 302" in send(desk_home, listener.address).failures[0]
    assert len(listener.got) == 1


def test_private_addresses_get_nothing_unless_configured(desk_home: Home, listener: Listener) -> None:
    """A webhook could reach into the newsroom's own network."""
    port = listener.address.split(":")[2]
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433"):  # noqa: S104
        sent = send(desk_home, f"http://{host}:{port}", private=False)
        assert sent.count == 0
        assert "private" in sent.failures[0]
    assert listener.got == []
    for address in ("10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "fe80::1%eth0", "fd00::1", "224.0.0.1"):
        assert not is_public(address)
    assert is_public("93.184.216.34")


def test_an_update_on_a_watched_case_is_told(desk_home: Home, worker: Browser, listener: Listener) -> None:
    """Whoever waits for news of one family would have to look every day."""
    case_id = case_of(desk_home, "weibo:d1")
    assert "不再关注" in worker.post(f"/cases/{case_id}/watch").text
    assert send(desk_home, listener.address).count == 1  # the wave only
    later = NOW + timedelta(days=1)
    news = observed(
        "d3",
        "婆婆的胰岛素已经买到了，问题解决了，谢谢大家，不用再转了",
        "07-11T14:00",
        author_id="u20",
        author_name="东篱阿宁",
    )
    desk_home.settle(news, now=later.isoformat())
    assert send(desk_home, listener.address).count >= 1
    told = json.loads(listener.got[1][1])
    assert told["kind"] == "watched_update"
    assert told["case_id"] == case_id
    assert quote_of(desk_home, "weibo:d1") in told["quote"]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise 1.x imports it
def test_apprise_addresses_are_told_too(desk_home: Home, listener: Listener) -> None:
    """A desk that lives in a chat group would hear nothing."""
    address = listener.address.replace("http://", "json://")
    assert send(desk_home, apprise=(address,)).count == 1
    assert "过时求助还在传" in json.loads(listener.got[0][1])["title"]
    assert "private" in send(desk_home, private=False, apprise=(address + "x",)).failures[0]
    assert "Apprise" in send(desk_home, apprise=("nothing-of-the-kind://x",)).failures[0]


def test_the_command_says_what_it_sent_and_what_not(desk_home: Home, listener: Listener) -> None:
    """Somebody who sets it up could not try it."""
    config = desk_home.folder / "alerts.toml"
    config.write_text(f'[alerts]\nwebhooks = ["{listener.address}"]\nprivate_addresses = true\nattempts = 1\n')
    listener.answers = [500]
    now = NOW.isoformat()
    failed = desk_home.run("desk", "alerts", "--config", config, "--now", now)
    assert (failed.code, "HTTP 500" in failed.err) == (1, True)
    sent = desk_home.run("desk", "alerts", "--config", config, "--now", now)
    assert (sent.code, sent.out.strip()) == (0, "提醒 / alerts sent: 1")
    assert desk_home.run("desk", "alerts", "--now", now).code == 2


def test_a_night_tells_at_its_end_and_says_what_it_could_not(
    desk_home: Home, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alerts would wait until somebody thinks of sending them."""
    alerts = AlertSettings(webhooks=(listener.address,), private_addresses=True, attempts=1)
    settings = Settings(alerts=alerts)
    home = Installation(places_of(desk_home.db, settings), settings)
    listener.answers = [500]
    (hole,) = send_after_night(home, NOW)
    assert "HTTP 500" in hole
    assert send_after_night(home, NOW) == ()
    assert "alerts sent: 1" in capsys.readouterr().err
    assert send_after_night(Installation(home.places, Settings()), NOW) == ()


def test_a_desk_file_of_the_first_version_is_brought_up(desk_home: Home) -> None:
    """After an upgrade accounts would be gone, or watching would be a server error."""
    path = desk_home.folder / "var" / "desk.db"
    open_desk(path).close()
    conn = sqlite3.connect(path)
    conn.executescript("DROP TABLE watches; DROP TABLE alerts_sent; PRAGMA user_version = 1;")
    conn.execute("INSERT INTO users VALUES ('anna', 'x', 'admin', 1, '2024-07-08T00:00:00Z')")
    conn.commit()
    conn.close()
    people = open_desk(path)
    assert people.conn.execute("SELECT name FROM users").fetchone()[0] == "anna"
    assert people.conn.execute("SELECT COUNT(*) FROM watches").fetchone()[0] == 0
    people.close()
