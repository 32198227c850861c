"""Picture files of a crawl: what kind their bytes are, and `<spool>/pictures/<sha256>.<ext>`, each written once.

Nothing is decoded here: what a picture shows is the pipeline's business, and its decoder has limits of its own.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from crawler.appending import FILE_MODE, FOLDER_MODE

FOLDER = "pictures"

_HEADS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
_BRANDS = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic"}


def find_kind(data: bytes) -> str | None:
    """The ending that the bytes deserve, whatever their name or Content-Type says; None: no picture that we read."""
    kind = next((kind for head, kind in _HEADS if data.startswith(head)), None)
    if kind is not None:
        return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return _BRANDS.get(data[8:12]) if data[4:8] == b"ftyp" else None


def store_picture(spool: Path, data: bytes, kind: str) -> str:
    """Write a picture under its content's name, for its owner only; the path as it stands beside an observation.

    Raises:
        OSError: it could not be written; nothing with its name is there then.
    """
    name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
    path = spool / FOLDER / name
    if not path.exists():
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            _write(part, data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return f"{FOLDER}/{name}"


def find_picture(spool: Path, name: str) -> str | None:
    """The path of a picture that this run has already; None where another run brought it."""
    return f"{FOLDER}/{name}" if (spool / FOLDER / name).is_file() else None


def list_addresses(images: tuple[str, ...]) -> Iterator[str]:
    """Those that are web addresses, each once; a post may name a picture twice."""
    yield from dict.fromkeys(image for image in images if image.lower().startswith(("http://", "https://")))


def is_public(url: str) -> bool:
    """Whether an address may be one on the open web: whoever writes a post must not send us into our own network."""
    host = read_host(url)
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def read_host(url: str) -> str:
    """The host of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets without an address in them
        return ""


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(file, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
