"""Raw text stays only as long as the configuration says."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path


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
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
