"""What commands do that change a database which is there: take the lock, open it, close it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from pipeline.cli.options import Installation
from pipeline.locking import hold_lock
from pipeline.store.database import Store, open_store, require_store


@contextmanager
def writing_store(home: Installation, purpose: str) -> Iterator[Store]:
    """The store, for writing, while nobody else writes.

    Raises:
        UserError: there is none (only an import, a night and a demo make one), it is not ours, or another writes.
    """
    require_store(home.places.db_path)
    with hold_lock(home.places.lock_path, purpose), closing(open_store(home.places.db_path)) as store:
        yield store
