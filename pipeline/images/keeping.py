"""The picture folder: each file once, under the SHA-256 of its bytes; mode 0600 in folders of mode 0700."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class PictureFolder:
    """`root` is `var/images`; a picture lies in `aa/aabbcc…`, the first folder named by its first two digits."""

    root: Path

    def path_of(self, image_id: str) -> Path:
        """Where a picture lies, or would lie.

        Raises:
            ValueError: not the hex form of a SHA-256; nothing else becomes a path.
        """
        if len(image_id) != _NAME_LENGTH or not set(image_id) <= set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256: {image_id!r}")
        return self.root / image_id[:2] / image_id

    def keep(self, data: bytes) -> str:
        """Write a picture where it is not there yet; its id."""
        image_id = id_of(data)
        path = self.path_of(image_id)
        if path.exists():
            return image_id
        for folder in (self.root, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        return image_id

    def read(self, image_id: str) -> bytes | None:
        """A picture's bytes; None where it was dropped."""
        try:
            return self.path_of(image_id).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, image_ids: Iterable[str]) -> None:
        """Remove pictures; what is not there is no error."""
        for image_id in image_ids:
            self.path_of(image_id).unlink(missing_ok=True)

    def drop_older(self, limit: datetime) -> int:
        """Remove pictures written before an aware moment; how many."""
        old = [path for path in self.root.glob("??/*") if path.stat().st_mtime < limit.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def id_of(data: bytes) -> str:
    """The SHA-256 of a picture's bytes in hex: its name everywhere."""
    return sha256(data).hexdigest()
