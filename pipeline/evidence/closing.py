"""Enters files into the manifest: when their run is closed, when law rewrites them, when their time is over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.evidence.manifest import Entry, append_entries, digest_file, latest_entries, manifest_of
from pipeline.times import to_text

SCRATCH_SUFFIX = ".rewriting"


def close_runs(spool_dir: Path, run_ids: Iterable[str], now: datetime) -> int:
    """Enter every file of these runs that is not entered yet; how many that were."""
    path = manifest_of(spool_dir)
    known = latest_entries(path)
    files = [file for run_id in sorted(run_ids) for file in run_files_of(spool_dir / run_id)]
    fresh = [file for file in files if name_in(spool_dir, file) not in known]
    append_entries(path, [_closed(spool_dir, file, now) for file in fresh])
    return len(fresh)


def run_files_of(run_dir: Path) -> list[Path]:
    """The files of a run by name, scratch files left out."""
    if not run_dir.is_dir():
        return []
    return sorted(file for file in run_dir.iterdir() if file.is_file() and file.suffix != SCRATCH_SUFFIX)


def name_in(spool_dir: Path, path: Path) -> str:
    """A file's name in the manifest."""
    return path.relative_to(spool_dir).as_posix()


def replace_rewritten(spool_dir: Path, path: Path, scratch: Path, reason: str, now: datetime) -> None:
    """Put `scratch` in the place of `path`, with an honest line in the manifest first.

    In this order a kill in between leaves a line whose `old_sha256` is the file's: verify knows it for what it is, and
    the next try completes it. The time of last change stays, since retention counts from it.
    """
    entry = latest_entries(manifest_of(spool_dir)).get(name_in(spool_dir, path))
    size, new = digest_file(scratch)
    if entry is not None:
        changed = Entry(
            event="rewritten",
            file=entry.file,
            run=entry.run,
            bytes=size,
            sha256=new,
            closed_at=to_text(now),
            old_sha256=digest_file(path)[1],
            reason=reason,
        )
        append_entries(manifest_of(spool_dir), [changed])
    status = path.stat()
    os.utime(scratch, ns=(status.st_atime_ns, status.st_mtime_ns))
    scratch.replace(path)


def drop_folders(spool_dir: Path, folders: Sequence[Path], reason: str, now: datetime) -> None:
    """Remove run folders; those of their files that the manifest knows get a line first."""
    known = latest_entries(manifest_of(spool_dir))
    names = [name_in(spool_dir, file) for folder in folders for file in run_files_of(folder)]
    entered = [known[name] for name in names if name in known and known[name].event != "dropped"]
    gone = [
        Entry("dropped", one.file, one.run, 0, "", to_text(now), old_sha256=one.sha256, reason=reason)
        for one in entered
    ]
    append_entries(manifest_of(spool_dir), gone)
    for folder in folders:
        shutil.rmtree(folder)


def _closed(spool_dir: Path, path: Path, now: datetime) -> Entry:
    size, digest = digest_file(path)
    return Entry("closed", name_in(spool_dir, path), path.parent.name, size, digest, to_text(now))
