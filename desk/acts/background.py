"""What the desk does by itself: acts that found the writer's lock taken are entered as soon as it is free, and what
has stood in the access log for long enough is forgotten."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread

from desk.acts.settling import settle
from desk.context import Desk
from pipeline.errors import UserError
from pipeline.store.desk_db import open_desk
from pipeline.store.desk_log import drop_old_accesses

_EVERY_SECONDS = 20.0
_log = logging.getLogger(__name__)


class SettlingThread(Thread):
    """Tries to enter what is queued, over and over, until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="houxu-desk-settling", daemon=True)
        self._desk = desk
        self._is_over = Event()

    def run(self) -> None:
        """Look at once, then every 20 seconds."""
        while True:
            try:
                settle(self._desk, self._desk.now())
                self._forget()
            except UserError as error:
                # Another version is at work on the store, or it was moved: the acts wait, and the log says why.
                _log.warning("acts wait: %s", error)
            if self._is_over.wait(_EVERY_SECONDS):
                return

    def _forget(self) -> None:
        kept = timedelta(days=self._desk.settings.desk.access_log_days)
        with closing(open_desk(self._desk.desk_path)) as people:
            drop_old_accesses(people, self._desk.now() - kept)

    def stop(self) -> None:
        """End after the act in hand."""
        self._is_over.set()
        self.join(_EVERY_SECONDS)
