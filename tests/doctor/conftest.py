"""The site and the installation that the doctor looks at."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.doctor.well import LAST_NIGHT, Host, configure, enter_night
from tests.process.home import PLEA, Home, observed


@pytest.fixture
def host() -> Iterator[Host]:
    """The site, while a test runs."""
    server = Host()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def well(home: Home, host: Host) -> Home:
    """An installation that is well: one complete night, everything in its place."""
    configure(home, host, contact="desk@example.org")
    home.settle(observed("a1", PLEA))
    enter_night(home, LAST_NIGHT, is_complete=True)
    return home
