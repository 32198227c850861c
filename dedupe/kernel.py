"""Marks the functions that run both as plain Python (one look-up) and compiled (a whole batch).

Importing numba costs more than a second, a look-up of one text needs none of it. So kernels are plain functions over
arrays; `dedupe.compiled` compiles them when a batch comes, and tests hold the two ways against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
KERNELS: list[Callable[..., Any]] = []


def kernel(function: _Kernel) -> _Kernel:
    """Register `function` as compilable; it stays the plain Python function."""
    KERNELS.append(function)
    return function
