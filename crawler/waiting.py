"""Words whose pictures are still on their way: `<spool>/<spider>.waiting.gz`, so that a crash costs pictures only.

An observation is written here before its pictures are asked for, and without them. What never came to the spool goes
there when the next process of the run ends, unless that one has seen the same words again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from crawler.appending import MemberFile
from crawler.spool import SpoolWriter, read_spool_lines

_Words = tuple[str, str, str, str | None]


class WaitingWords:
    """The file of one spider in one run."""

    def __init__(self, spool: Path, spider: str) -> None:
        self._path = spool / f"{spider}.waiting.gz"
        self._spool_path = spool / f"{spider}.jsonl.gz"
        self._file = MemberFile(self._path)

    def add(self, line: str) -> None:
        """Keep an observation's line; it survives the process when this returns.

        Raises:
            OSError: it could not be written.
        """
        self._file.append(gzip.compress(f"{line}\n".encode(), mtime=0))

    def close(self) -> None:
        """Bring to the spool what never came there, in this process or an earlier one, and remove the file."""
        self._file.close()
        written = {_read_words(line) for line in _read_lines(self._spool_path)}
        lost = {_read_words(line): line for line in _read_lines(self._path)}
        missing = [line for words, line in lost.items() if words not in written]
        if missing:
            writer = SpoolWriter(self._spool_path)
            for line in missing:
                writer.append_line(line)
            writer.close()
        self._path.unlink()


def _read_lines(path: Path) -> Iterator[str]:
    if path.is_file():
        yield from read_spool_lines(path)


def _read_words(line: str) -> _Words:
    value = json.loads(line)
    return value["platform"], value["id"], value["availability"], value["text"]
