"""Keeps the public clocks, the hot list and the digest at hand: on a large store they take seconds, and so they are
computed beside the pages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Lock, Thread

from pipeline.store.database import Store, read_store
from pipeline.store.desk_clocks import Board, board_stamp, read_board

# A small store is done within it, and its readers never see that anything is computed.
_PATIENCE_SECONDS = 2.0
# With an older board at hand nobody waits long for the newer one.
_PATIENCE_FOR_NEWS_SECONDS = 0.5


class Clockwork:
    """The latest board, computed anew in a thread when a run or an act may have changed it."""

    def __init__(self, db_path: Path) -> None:
        self._db_path = db_path
        self._lock = Lock()
        self._board: Board | None = None
        self._stamp = ""
        self._thread: Thread | None = None

    def start(self, store: Store) -> Thread:
        """Have the board computed, if it is not being computed already; whoever comes first need not wait for it."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                stamp = board_stamp(store)
                self._thread = Thread(target=self._compute, args=(stamp,), name="houxu-desk-clocks", daemon=True)
                self._thread.start()
            return self._thread

    def board(self, store: Store) -> tuple[Board | None, bool]:
        """The board, None where the first one is not ready yet, and whether a newer one is on its way."""
        stamp = board_stamp(store)
        with self._lock:
            has_board = self._board is not None
            if self._stamp == stamp:
                return self._board, False
        thread = self.start(store)
        thread.join(_PATIENCE_FOR_NEWS_SECONDS if has_board else _PATIENCE_SECONDS)
        with self._lock:
            return self._board, self._stamp != stamp

    def _compute(self, stamp: str) -> None:
        with closing(read_store(self._db_path)) as store:
            board = read_board(store)
        with self._lock:
            self._board, self._stamp = board, stamp
