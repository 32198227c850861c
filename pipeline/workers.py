"""Pools of worker processes that end with the process that made them.

A worker of concurrent.futures waits for its next task on a pipe whose writing end it holds itself, so it never learns
that its parent was killed: a night ended by `kill -9` would leave its workers, with all that they had loaded, until the
machine is restarted.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

# Workers make many small values and no cycles: looking for these after every 700 takes a seventh of their time.
_NEW_OBJECTS = 50_000


def pool_of(size: int, begin: Callable[..., None] | None = None, *arguments: Any) -> ProcessPoolExecutor:
    """A pool of `size` fresh processes, each of which calls `begin(*arguments)` first.

    Fresh ones (spawn): a forked child would share our SQLite connection.
    """
    return ProcessPoolExecutor(size, multiprocessing.get_context("spawn"), _begin, (begin, arguments))


def _begin(begin: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    gc.set_threshold(_NEW_OBJECTS)
    Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 only workers come here
    wait([parent.sentinel])
    os._exit(1)
