"""Open connections to the analysts' file, kept from one request to the next: opening one costs as much as an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from pipeline.store.database import Store, bound_cache, is_current, read_store

# More requests at once than this open connections of their own, which are closed afterwards.
_KEPT = 4
_CACHE_MEGABYTES = 48


class StorePool:
    """Connections for reading; each is used by one request at a time."""

    def __init__(self, db_path: Path) -> None:
        self._db_path = db_path
        self._lock = Lock()
        self._idle: list[tuple[Store, tuple[int, int]]] = []

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """A connection, for as long as it takes.

        Raises:
            UserError: there is no database, or not one that this houxu reads.
        """
        store, file = self._take()
        is_whole = False
        try:
            yield store
            is_whole = True
        finally:
            self._give_back(store, file if is_whole else None)

    def _take(self) -> tuple[Store, tuple[int, int]]:
        file = self._file()
        while True:
            with self._lock:
                if not self._idle:
                    break
                store, opened = self._idle.pop()
            if opened == file and is_current(store):
                return store, opened
            # The database was moved, restored or brought up to date behind our back.
            store.close()
        store = read_store(self._db_path)
        bound_cache(store, _CACHE_MEGABYTES)
        return store, file

    def _give_back(self, store: Store, file: tuple[int, int] | None) -> None:
        with self._lock:
            if file is not None and len(self._idle) < _KEPT:
                self._idle.append((store, file))
                return
        store.close()

    def _file(self) -> tuple[int, int]:
        """Which file stands at the path now."""
        try:
            found = self._db_path.stat()
        except FileNotFoundError:
            return (0, 0)
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for store, _ in idle:
            store.close()
