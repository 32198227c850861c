"""The spool: raw lines beside the database, mode 0600, a gzip member a batch: a kill spoils no earlier one."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def new_import_file(run_dir: Path) -> Path:
    """A file of its own for each process that imports: what a killed one left is never appended to."""
    taken = len(list(run_dir.glob("import-*.jsonl.gz")))
    return run_dir / f"import-{taken + 1:03}.jsonl.gz"


def append_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Append lines as one gzip member and bring them to the disk before returning.

    The caller stores the observations afterwards: a stored observation always has its raw line here.
    """
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    member = gzip.compress(b"".join(line + b"\n" for line in lines), compresslevel=1, mtime=0)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(member)
        file.flush()
        os.fsync(file.fileno())


def drop_pictures(folder: Path, names: Iterable[str]) -> None:
    """Remove pictures that lie beside a spool file; a name that leads elsewhere is not touched."""
    home = folder.resolve()
    for name in names:
        path = (home / name).resolve()
        if path.is_relative_to(home) and path.is_file():
            path.unlink()


def run_files(spool_dir: Path, run_id: str) -> list[Path]:
    """The observation files of a run, by name."""
    return sorted((spool_dir / run_id).glob("*.jsonl.gz"))
