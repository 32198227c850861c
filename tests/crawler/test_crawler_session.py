"""A visitor's session: only where it is turned on, renewed once, and a night that loses it says so."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NIGHT_1, Crawl, make_orders, read_crawl, run_crawls

from crawler.replica.server import Replica
from crawler.replica.world import World
from crawler.session import VisitorSession, load_session, read_new_session, save_session

pytestmark = pytest.mark.slow
RECHECK = "weibo_recheck"
Serve = Callable[..., Replica]
Crawls = dict[str, tuple[Crawl, Replica]]


@pytest.fixture(scope="module")
def crawls(world: World, serve: Serve, targets: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """Crawls of a site that wants a visitor's cookie, by name."""
    folder = tmp_path_factory.mktemp("session")
    replicas = {
        name: serve(world, NIGHT_1, access="session") for name in ("off", "on", "short", "closed", "lost", "kept")
    }
    replicas["short"].visitors.life = 7
    replicas["closed"].visitors.is_open = False
    replicas["lost"].visitors.life = 0
    jobs = []
    for name, replica in replicas.items():
        orders = make_orders(replica, folder / name, NIGHT_1, targets=str(targets))
        if name != "off":
            orders["HOUXU_SESSION"] = str(folder / f"{name}.json")
        jobs.append((RECHECK, orders))
    save_session(folder / "kept.json", VisitorSession("_2AkOld", "0033WrOld"))
    run_crawls(jobs)
    (folder / "off.json").touch()
    return {name: (read_crawl(folder / name, RECHECK), replica) for name, replica in replicas.items()}


def test_no_session_is_taken_unless_the_operator_says_so(crawls: Crawls) -> None:
    """houxu would take part in a site's visitor system without anybody having decided that."""
    crawl, replica = crawls["off"]
    assert replica.visitors.given == 0
    assert set(crawl.availabilities().values()) == {"blocked"}
    assert not any(line["query"] == "session" for line in crawl.ledger)


def test_with_a_session_first_pages_are_read(crawls: Crawls) -> None:
    """The knob would change nothing."""
    crawl, replica = crawls["on"]
    assert replica.visitors.given == 1
    assert set(crawl.availabilities().values()) == {"visible"}
    assert crawl.line("session")["complete"] == 1
    assert crawl.line("*")["finished"] is True


def test_a_session_that_runs_out_is_renewed(crawls: Crawls, ids: dict[str, str]) -> None:
    """A cookie that lives for minutes would end every night after minutes."""
    crawl, replica = crawls["short"]
    assert replica.visitors.given > 1
    assert ids["p003"] in crawl.availabilities()
    assert "blocked" not in crawl.availabilities().values()
    assert crawl.line("session")["complete"] == 1


@pytest.mark.parametrize(
    ("name", "given", "note"),
    [("closed", 0, "no visitor session"), ("lost", 1, "visitor session no longer works")],
)
def test_a_session_that_does_not_work_makes_a_hole(crawls: Crawls, name: str, given: int, note: str) -> None:
    """A night that saw nothing would look complete, or one cookie after the other be asked for."""
    crawl, replica = crawls[name]
    assert replica.visitors.given == given
    assert crawl.line("session")["complete"] == 0
    assert note in crawl.line("session")["note"]
    assert set(crawl.availabilities().values()) == {"blocked"}
    assert sum(line["refused"] for line in crawl.ledger if line["query"] not in ("*", "session")) > 0


def test_an_old_session_is_tried_and_then_replaced(crawls: Crawls) -> None:
    """Last night's cookie would be held against tonight."""
    crawl, replica = crawls["kept"]
    assert replica.visitors.given == 1
    assert set(crawl.availabilities().values()) == {"visible"}


def test_the_cookie_is_nobody_elses_to_read(tmp_path: Path) -> None:
    """Anybody on the machine could go on as our visitor."""
    path = tmp_path / "var" / "session.json"
    save_session(path, VisitorSession("a", "b"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_session(path) == VisitorSession("a", "b")
    path.write_text("{", encoding="utf-8")
    assert load_session(path) is None


@pytest.mark.parametrize("body", ["", "window.x && x({})", 'visitor_gray_callback({"retcode":1,"data":{"sub":"a"}})'])
def test_an_answer_without_a_cookie_is_none(body: str) -> None:
    """A refusal would be sent along as a cookie."""
    assert read_new_session(body) is None
