"""A file that only grows, one gzip member at a time, and survives kill -9 and a full disk.

At most the last member is ever cut. Whoever opens the file again cuts that rest off before appending, so a reader that
takes what it decodes and ends at the first EOFError, zlib.error or BadGzipFile has everything that was whole.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

FILE_MODE = 0o600  # raw text of people in need lives here and nowhere else (ARCHITECTURE A3.8)
FOLDER_MODE = 0o700

_GZIP_WINDOW = 31  # zlib's number for "a gzip header and trailer around it"
_BLOCK_BYTES = 1 << 16


class MemberFile:
    """An open file of gzip members. `told` is what a member that was cut off at opening still said."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
        self.length, self.told = _find_sound_end(path)
        os.ftruncate(self._file, self.length)

    def append(self, members: bytes) -> None:
        """Write whole members; they survive the process when this returns.

        Raises:
            OSError: they could not be written; the file is as it was.
        """
        rest = memoryview(members)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError:
            os.ftruncate(self._file, self.length)  # a disk that is full takes a part; nothing may follow that part
            raise
        self.length += len(members)

    def close(self) -> None:
        """Make it survive the machine, too."""
        os.fsync(self._file)
        os.close(self._file)


def _find_sound_end(path: Path) -> tuple[int, bytes]:
    """How many bytes of the file are whole members, and what the cut member after them still tells."""
    sound, position, told = 0, 0, b""
    member = zlib.decompressobj(_GZIP_WINDOW)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            while block:
                try:
                    told += member.decompress(block)
                except zlib.error:
                    return sound, b""
                position += len(block) - len(member.unused_data)
                block = member.unused_data
                if member.eof:
                    sound, told = position, b""
                    member = zlib.decompressobj(_GZIP_WINDOW)
    return sound, told
