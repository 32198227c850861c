"""Connections that are kept: what they read is never older than the file."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Thread

import pytest

from desk.pool import StorePool
from pipeline.errors import UserError
from pipeline.store.database import Store, open_store
from tests.process.home import PLEA, Home, observed


def count(store: Store) -> int:
    """Posts in the store."""
    return int(store.conn.execute("SELECT COUNT(*) FROM posts").fetchone()[0])


def test_a_kept_connection_sees_what_was_written_since(home: Home) -> None:
    """The desk would answer with what stood there when it was started."""
    home.take(observed("a1", PLEA))
    pool = StorePool(home.db)
    with pool.reading() as first:
        assert count(first) == 1
    home.take(observed("b1", f"转 {PLEA}", author_id="u2"))
    with pool.reading() as second:
        assert second is first
        assert count(second) == 2
    pool.close()


def test_another_file_at_the_path_is_opened_anew(home: Home, tmp_path: Path) -> None:
    """After a restore the desk would go on showing the file that was moved away."""
    home.take(observed("a1", PLEA))
    pool = StorePool(home.db)
    with pool.reading() as store:
        assert count(store) == 1
    other = Home(tmp_path / "other")
    other.folder.mkdir()
    open_store(other.db).close()
    home.db.rename(tmp_path / "away.db")
    shutil.copy(other.db, home.db)
    with pool.reading() as store:
        assert count(store) == 0
    home.db.unlink()
    with pytest.raises(UserError), pool.reading():
        pass
    pool.close()


def test_requests_at_once_never_share_a_connection(home: Home) -> None:
    """Two answers would be read through one cursor."""
    home.take(observed("a1", PLEA))
    pool = StorePool(home.db)
    with pool.reading() as one, pool.reading() as two:
        assert one is not two
    seen: list[int] = []

    def read() -> None:
        for _ in range(20):
            with pool.reading() as store:
                seen.append(count(store))

    threads = [Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 160
    pool.close()


def test_a_connection_that_failed_is_not_kept(home: Home) -> None:
    """A broken read would break the next page as well."""
    home.take(observed("a1", PLEA))
    pool = StorePool(home.db)
    with pytest.raises(ZeroDivisionError), pool.reading() as failed:
        1 / 0  # noqa: B018 anything that fails
    with pool.reading() as store:
        assert store is not failed
    pool.close()
