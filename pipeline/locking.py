"""One writer at a time. The lock dies with its process, so a killed night leaves none behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UserError


@contextmanager
def hold_lock(path: Path, purpose: str) -> Iterator[None]:
    """Hold the writer's lock.

    Raises:
        UserError: another process holds it; the message says which and what for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip() or "?"
            raise UserError(
                f"另一个 houxu 正在写这个数据库（{holder}），本次什么也没有做"
                f" / another houxu is writing this database ({holder}); nothing was done"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"{purpose}, pid {os.getpid()}")
        file.flush()
        yield
