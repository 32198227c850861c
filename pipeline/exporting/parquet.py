"""Parquet, where pyarrow is installed (the extra `analyst`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import UserError
from pipeline.exporting.tables import scratch_of


def write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows as Parquet with the types of pipeline/frames.py; how many rows there were.

    Raises:
        UserError: pyarrow is not installed, or the folder is not there.
    """
    if find_spec("pyarrow") is None:
        raise UserError("Parquet 需要 pyarrow：pip install 'houxu[analyst]' / Parquet needs the extra `analyst`")
    from pipeline.frames import typed_frame

    scratch = scratch_of(path)
    frame = typed_frame(columns, rows)
    try:
        frame.to_parquet(scratch, engine="pyarrow", index=False)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return len(frame)
