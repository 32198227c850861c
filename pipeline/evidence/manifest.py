"""The manifest `var/spool/manifest.jsonl`: append-only, one JSON object a line, each with the hash of the one before.

A line says what a file was (`closed`), became by law (`rewritten`: an author deleted, so words went), or that it went
at the end of its time (`dropped`). A changed, inserted or removed line breaks the chain; cutting off the newest lines
does not, which is why a night prints the chain's last hash and `houxu verify --expect` asks for it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

MANIFEST_NAME = "manifest.jsonl"
BEGINNING = "0" * 64
EVENTS = ("closed", "rewritten", "dropped")

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file's state, without its place in the chain.

    `file` is relative to the spool folder, `run` the run's id, `closed_at` (ISO 8601 UTC) when the file got this state.
    `bytes` and `sha256` are 0 and "" for a dropped file; `old_sha256` is what it was before, "" for a closed one.
    """

    event: str
    file: str
    run: str
    bytes: int
    sha256: str
    closed_at: str
    old_sha256: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the manifest: an entry, the hash of the line before, and its own."""

    entry: Entry
    previous: str
    hash: str

    def to_line(self) -> str:
        """One line of JSON without its end."""
        return _canonical({**asdict(self.entry), "previous": self.previous, "hash": self.hash})


class BrokenLineError(ValueError):
    """A line that is no link of the chain; the message says why."""


def manifest_of(spool_dir: Path) -> Path:
    """Where the manifest of a spool lies."""
    return spool_dir / MANIFEST_NAME


def link_of(entry: Entry, previous: str) -> Link:
    """The link that follows on the line with the hash `previous`."""
    return Link(entry, previous, sha256(_canonical({**asdict(entry), "previous": previous}).encode()).hexdigest())


def parse_link(line: str) -> Link:
    """A line of the manifest; whether it follows on the line before is not looked at.

    Raises:
        BrokenLineError: no JSON, other fields, or a hash that is not the line's.
    """
    try:
        value = json.loads(line)
        previous, own = str(value.pop("previous")), str(value.pop("hash"))
        link = link_of(Entry(**value), previous)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BrokenLineError(f"不是清单的一行 / not a line of a manifest ({type(error).__name__})") from error
    if link.hash != own or link.entry.event not in EVENTS:
        raise BrokenLineError("这一行被改过 / this line was changed")
    return link


def whole_manifest_lines(path: Path) -> Iterator[str]:
    """The lines that were written to their end; nothing where there is no manifest."""
    if path.is_file():
        with path.open(encoding="utf-8", errors="backslashreplace") as file:
            yield from (line.rstrip("\n") for line in file if line.endswith("\n"))


def latest_entries(path: Path) -> dict[str, Entry]:
    """The last word on each file. Lines that are broken are passed over: `houxu verify` is who names them."""
    latest: dict[str, Entry] = {}
    for line in whole_manifest_lines(path):
        try:
            entry = parse_link(line).entry
        except BrokenLineError:
            continue
        latest[entry.file] = entry
    return latest


def last_hash(path: Path) -> str:
    """The hash of the newest line, which stands for all before it; 64 zeros where there is none."""
    data = path.read_bytes() if path.is_file() else b""
    return _last_hash(data[: data.rfind(b"\n") + 1])


def append_entries(path: Path, entries: Sequence[Entry]) -> None:
    """Append to the chain, and bring it to the disk before returning; one process at a time.

    A line that a killed process left half was never counted on, and is cut off.
    """
    if not entries:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        data = file.read()
        end = data.rfind(b"\n") + 1
        previous = _last_hash(data[:end])
        lines = []
        for entry in entries:
            link = link_of(entry, previous)
            lines.append(f"{link.to_line()}\n".encode())
            previous = link.hash
        file.truncate(end)
        file.seek(end)
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def digest_file(path: Path) -> tuple[int, str]:
    """A file's size in bytes and its SHA-256."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _last_hash(lines: bytes) -> str:
    last = lines.rstrip(b"\n").rsplit(b"\n", 1)[-1]
    if not last:
        return BEGINNING
    # A last line that somebody broke is followed on as it is: the break stays visible at its own place.
    return str(json.loads(last)["hash"]) if _is_json_with_hash(last) else sha256(last).hexdigest()


def _is_json_with_hash(line: bytes) -> bool:
    try:
        value = json.loads(line)
    except ValueError:
        return False
    return isinstance(value, dict) and "hash" in value


def _canonical(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
