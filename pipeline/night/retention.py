"""Raw text stays only as long as the configuration says: spool and evidence go together."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pipeline.evidence.closing import drop_folders


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
