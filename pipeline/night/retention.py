"""Raw text and pictures stay only as long as the configuration says: spool and evidence go together."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.evidence.closing import drop_folders
from pipeline.forgetting import whole_lines
from pipeline.intake.spool import run_files


def drop_old_spool(spool_dir: Path, now: datetime, days: float) -> int:
    """Remove run folders in which nothing was written for that many days; how many went."""
    if not spool_dir.is_dir():
        return 0
    limit = (now - timedelta(days=days)).timestamp()
    old = [
        folder
        for folder in sorted(spool_dir.iterdir())
        if folder.is_dir() and max((file.stat().st_mtime for file in folder.iterdir()), default=0.0) < limit
    ]
    drop_folders(spool_dir, old, f"retention, {days:g} days", now)
    return len(old)


def drop_unnamed_pictures(spool_dir: Path, run_id: str) -> int:
    """Remove the pictures of a run that none of its observations names; how many went.

    A spider that was killed between a picture and its words leaves one. Nobody would know whose it is, so it would stay
    when its author deletes the post.
    """
    folder = spool_dir / run_id / "pictures"
    if not folder.is_dir():
        return 0
    lines = (json.loads(line) for path in run_files(spool_dir, run_id) for line in whole_lines(path))
    named = {Path(name).name for value in lines for name in value.get("images") or ()}
    unnamed = [path for path in folder.iterdir() if path.name not in named]
    for path in unnamed:
        path.unlink()
    return len(unnamed)
