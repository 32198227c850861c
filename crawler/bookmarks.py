"""What one night remembers of a list for the next: its validators (ETag, Last-Modified) and the ids that it held.

One small JSON file beside the manners, replaced in one step under a lock. Written only for lists that were read whole
and whose observations are in the spool, so that a crash costs a second reading and never an observation.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.appending import FILE_MODE, FOLDER_MODE
from crawler.orders import OrderError


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last whole reading of a list. `ids` are the native ids that it held, newest first."""

    etag: str = ""
    modified: str = ""
    ids: tuple[str, ...] = ()


def read_bookmarks(path: Path | None) -> dict[str, Bookmark]:
    """Bookmarks by the list's address; none where there is no memory yet.

    Raises:
        OrderError: the file is not one of these.
    """
    if path is None or not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(address): Bookmark(str(one["etag"]), str(one["modified"]), tuple(str(part) for part in one["ids"]))
            for address, one in values.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OrderError(
            f"{path}: not a file of bookmarks ({type(error).__name__}); remove it to begin anew"
        ) from error


def write_bookmarks(path: Path, fresh: Mapping[str, Bookmark]) -> None:
    """Put these over what is known."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = {address: asdict(one) for address, one in {**read_bookmarks(path), **fresh}.items()}
        part = path.with_suffix(".part")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(file, "w", encoding="utf-8") as stream:
            json.dump(values, stream, ensure_ascii=False, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        os.close(lock)
