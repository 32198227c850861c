"""Which picture an address brought, in this night or an earlier one: a file beside the manners, append-only.

A line is a digest of the address and the picture's name; whoever reads the file learns no address.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from crawler.appending import FILE_MODE, FOLDER_MODE


class SeenAddresses:
    """Names of pictures by address. Outlives the process; without a path it lasts as long as the process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._names = _read(path) if path is not None and path.is_file() else {}

    def find(self, url: str) -> str | None:
        """The name of the picture that was there; None for an address that is not known."""
        return self._names.get(_digest(url))

    def add_all(self, names: Mapping[str, str]) -> None:
        """Remember names by address; one write, so that two processes do not mix their lines."""
        fresh = {_digest(url): name for url, name in names.items() if self.find(url) != name}
        self._names.update(fresh)
        if self._path is None or not fresh:
            return
        self._path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
        try:
            os.write(file, "".join(f"{digest} {name}\n" for digest, name in sorted(fresh.items())).encode())
        finally:
            os.close(file)


def _read(path: Path) -> dict[str, str]:
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {parts[0]: parts[1] for parts in lines if len(parts) == 2}  # a crash may have cut the last


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]
